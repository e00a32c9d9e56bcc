import asyncio
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from host_commands import ADMIN, Proofup
from postgres import Server
from proofup.audit.events.accounts import UserAdded
from proofup.audit.events.roles import RoleAssigned
from proofup.cli.opening import opened
from proofup.config.reading import read_settings
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, Assignment
from proofup.values.secret import Secret


def test_a_service_is_made_with_its_administrator(
    init: Proofup, proofup: Proofup, folder: Path
) -> None:
    said = init("--json")
    assert said.code == 0
    assert said.facts["administrator"]["userPrincipalName"] == ADMIN
    shown = proofup("user", "show", ADMIN, "--json").facts
    assert shown["roles"] == ["Global Administrator"]
    assert shown["displayName"] == "Kim Larsen"

    async def look() -> None:
        async with opened(folder) as service:
            person = await service.store.people.by_name(ADMIN)
            assert person is not None
            user_id = person.user.id
            assert await service.store.roles.of_user(user_id, at=service.at) == {
                Assignment(role=GLOBAL_ADMINISTRATOR)
            }
            credential = await service.store.passwords.of_user(user_id)
            assert await service.hashing.verify(Secret(said.facts["password"]), credential)
            entries = await service.store.audit.of_user(user_id, most=9)
            assert [entry.event for entry in entries] == [
                RoleAssigned(
                    command="init", role=GLOBAL_ADMINISTRATOR, name="Global Administrator"
                ),
                UserAdded(command="init"),
            ]
            assert {entry.actor for entry in entries} == {"host"}

    asyncio.run(look())


def test_KE3_what_is_made_is_for_us_alone(init: Proofup, folder: Path) -> None:
    assert init().code == 0
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}


def test_in_words_the_password_is_shown_once_and_the_way_on(init: Proofup, folder: Path) -> None:
    said = init("--admin-mail", "kim@fabrikam.test", "--admin-name", "Kim")
    assert "shown this once" in said.out
    assert f"proofup serve --folder {folder}" in said.out
    assert said.err == ""


def test_a_given_password_is_taken_and_not_shown(init: Proofup) -> None:
    said = init("--admin-password-stdin", "--json", stdin=b"a long walk by the sea\n")
    assert said.code == 0
    assert "password" not in said.facts
    assert "walk" not in said.out + said.err


@pytest.mark.parametrize(
    ("stdin", "problem"),
    [
        (b"", "is empty."),
        (b"short\n", "needs 15 characters"),
        (b"\xff\xfe long enough it is\n", "is not in UTF-8."),
        (b"kim.larsen-contoso\n", "little more than the name"),
    ],
)
def test_PW1_the_first_password_is_judged_like_any(
    init: Proofup, stdin: bytes, problem: str
) -> None:
    said = init("--admin-password-stdin", "--json", stdin=stdin)
    assert said.code == 1
    assert said.refusal["field"] == "password"
    assert problem in said.refusal["problem"]
    # What was begun can be finished with a better one.
    assert init("--admin-password-stdin", stdin=b"a long walk by the sea\n").code == 0


def test_AD12_a_second_time_is_refused(init: Proofup, proofup: Proofup) -> None:
    assert init().code == 0
    said = init("--json")
    assert said.code == 1
    assert "was made before" in said.refusal["problem"]
    assert proofup("audit", "verify").code == 0


def test_AD12_a_second_time_is_refused_when_everybody_was_deleted(
    init: Proofup, folder: Path
) -> None:
    assert init().code == 0
    with sqlite3.connect(folder / "proofup.db") as database:
        for table in ("role_assignments", "credentials", "accounts", "users"):
            database.execute(f"DELETE FROM {table}")
    database.close()
    assert init().code == 1


def test_AD12_another_folder_is_no_way_into_a_database_that_is_in_use(
    init: Proofup, proofup: Proofup, folder: Path, tmp_path: Path
) -> None:
    assert init().code == 0
    other = tmp_path / "other"
    said = init("--folder", str(other), "--database", f"sqlite:///{folder / 'proofup.db'}")
    assert said.code == 1
    assert "belongs to another service" in said.err
    assert list(other.iterdir()) == [], "what was begun is taken back"
    assert proofup("user", "show", ADMIN).code == 0


def test_AD12_other_words_in_the_same_folder_are_another_service(
    init: Proofup, folder: Path
) -> None:
    assert init().code == 0
    said = init("--organisation", "Fabrikam")
    assert said.code == 1
    assert "another service's" in said.err


def test_D39_a_wrong_public_url_leaves_nothing_behind(init: Proofup, folder: Path) -> None:
    said = init("--public-url", "http://id.contoso.test", "--json")
    assert said.code == 1
    assert said.refusal["field"] == "--public-url"
    assert list(folder.iterdir()) == []
    assert init().code == 0


def test_D39_a_name_that_is_none_can_be_mended(init: Proofup) -> None:
    assert init("--admin", "kim").code == 1
    assert init().code == 0


def test_D39_a_folder_that_others_can_enter_is_refused(init: Proofup, folder: Path) -> None:
    folder.mkdir(mode=0o755)
    assert "chmod 0700" in init().err


def test_D39_a_folder_that_cannot_be_made_is_refused(init: Proofup, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be made" in init("--folder", str(tmp_path / "file" / "x")).err


def test_two_at_once_are_one(init: Proofup, folder: Path) -> None:
    import fcntl

    folder.mkdir(mode=0o700)
    descriptor = os.open(folder, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    said = init()
    os.close(descriptor)
    assert said.code == 1
    assert "at work" in said.err


def test_a_database_of_a_newer_release_is_left_alone(init: Proofup, folder: Path) -> None:
    assert init().code == 0
    kept = folder.with_name("kept.db")
    shutil.move(folder / "proofup.db", kept)
    with sqlite3.connect(kept) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    other = folder.with_name("other")
    said = init("--folder", str(other), "--database", f"sqlite:///{kept}")
    assert "another service" in said.err
    assert list(other.iterdir()) == []


@pytest.mark.postgresql
def test_AD12_on_postgresql_there_is_one_first_administrator_too(
    init: Proofup, proofup: Proofup, tmp_path: Path, postgres_server: Server
) -> None:
    url = postgres_server.create("cli_init")
    try:
        assert init("--database", url).code == 0
        assert init("--database", url).code == 1
        assert init("--database", url, "--folder", str(tmp_path / "other")).code == 1
        assert proofup("user", "show", ADMIN).code == 0
    finally:
        postgres_server.drop("cli_init")


def test_words_in_the_settings_are_written_safely(init: Proofup, proofup: Proofup) -> None:
    name = 'A "B" \\ Ünï 🏢 # [x]'
    assert init("--organisation", name).code == 0
    assert proofup("migrate").code == 0


def test_a_new_organisation_demands_a_second_proof_of_everyone(
    init: Proofup, proofup: Proofup
) -> None:
    said = init("--json")
    lacks = {one["what"] for one in said.facts["missing"]}
    assert {"mail", "a carrier of texts", "people", "the proxy that speaks TLS"} <= lacks
    rules = proofup("policy", "show", "--json").facts
    assert (rules["demand"], rules["graceDays"]) == ("everyone", 14)
    found = proofup("doctor").out
    assert "ok   second proof: is demanded of everyone, and may be postponed for 14 days" in found
    assert "second proof" not in proofup("doctor", "--quiet").out
    assert proofup("policy", "set", "demand=perUser").code == 0
    assert "warn second proof: is demanded of administrators" in proofup("doctor", "--quiet").out


def test_who_must_have_a_second_proof_can_be_told(init: Proofup, proofup: Proofup) -> None:
    assert init("--demand", "perUser", "--grace-days", "3").code == 0
    rules = proofup("policy", "show", "--json").facts
    assert (rules["demand"], rules["graceDays"]) == ("perUser", 3)


def test_every_setting_can_be_told(init: Proofup, proofup: Proofup, folder: Path) -> None:
    told = (
        *("--proxies", "10.0.0.5,fd00::/64", "--region", "GB", "--mail-server", "localhost:2525"),
        *("--mail-sender", "no-reply@contoso.test", "--set", "smtp.security=none"),
        *("--set", "texts.webhook=https://sms.contoso.test/", "--set", "texts.price=0.04"),
        *("--set", "log_stream.standard_output=true", "--set", "hashing.passes=3"),
    )
    said = init(*told, "--json")
    assert said.code == 0, said.err
    assert "the secret at the carrier" in {one["what"] for one in said.facts["missing"]}
    settings = read_settings(folder, {})
    assert settings.texts
    assert settings.texts.secret
    assert len(settings.texts.secret.reveal()) >= 32, "drawn"
    assert (settings.texts.price, settings.hashing.passes) == (0.04, 3)
    assert settings.smtp
    assert (settings.smtp.port, len(settings.trusted_proxies)) == (2525, 2)
    assert "was made before" in init(*told).err, "the same settings, with a secret that was drawn"


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        (("--region", "UK"), "--region: 'UK' is no ISO 3166 code. Did you mean GB?"),
        (("--set", "texts.country=GB"), "is no setting with a value."),
        (("--set", "texts.per_day=many"), "must be a whole number"),
        (("--grace-days", "400"), "graceDays"),
        (("--admin", ""), "--admin: is missing."),
    ],
)
def test_D39_what_cannot_be_is_said_and_leaves_a_way_on(
    init: Proofup, told: tuple[str, ...], problem: str, folder: Path
) -> None:
    assert problem in init(*told).err
    if folder.exists():
        shutil.rmtree(folder)
    assert init().code == 0


def test_settings_that_are_there_are_kept(proofup: Proofup, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    text = 'public_url = "https://id.contoso.test"\norganisation.name = "Contoso"\n'
    (folder / "proofup.toml").write_text(text)
    assert proofup("init", "--admin", ADMIN, "--yes").code == 0
    assert (folder / "proofup.toml").read_text() == text


def test_settings_that_are_no_toml_are_another_services(init: Proofup, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    (folder / "proofup.toml").write_text("=")
    assert "another service's" in init().err
