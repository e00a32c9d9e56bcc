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
