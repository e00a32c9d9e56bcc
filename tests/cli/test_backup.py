"""Backups are made, checked and restored by the command line, on either engine."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from host_commands import Proofup
from postgres import Server, binaries
from proofup.cli.opening import Opened, opened
from proofup.config.key_file import read_key, write_new_key
from proofup.storage.statements import touched
from proofup.values.sealing import fingerprint

pytestmark = pytest.mark.both_engines
ROBIN = "robin.ashby@contoso.test"


@pytest.fixture
def database(
    request: pytest.FixtureRequest, engine_name: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], tuple[str, ...]]]:
    """Give the arguments of ``init`` for a new database; ``restore`` gets it by the environment."""
    made: list[str] = []

    def new() -> tuple[str, ...]:
        if engine_name == "sqlite":
            return ()
        server: Server = request.getfixturevalue("postgres_server")
        made.append(f"backup_{len(made)}")
        return ("--database", server.create(made[-1]))

    if engine_name == "postgresql":
        monkeypatch.setenv("PATH", f"{binaries()}:{os.environ['PATH']}")
    yield new
    for name in made:
        request.getfixturevalue("postgres_server").drop(name)


@pytest.fixture
def made(init: Proofup, proofup: Proofup, database: Callable[[], tuple[str, ...]]) -> Proofup:
    assert init(*database()).code == 0
    added = ("--display-name", "Robin", "--authentication-phone", "+44 7700 900067")
    assert proofup("user", "add", ROBIN, *added).code == 0
    return proofup


@pytest.fixture
def other(
    tmp_path: Path, folder: Path, made: Proofup, database: Callable[[], tuple[str, ...]]
) -> Path:
    """Give the folder of a clean host: settings and key, and an empty database."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    shutil.copy(folder / "key", elsewhere)
    text = (folder / "proofup.toml").read_text()
    where = database()
    if where:
        line = next(line for line in text.splitlines() if line.startswith("database"))
        text = text.replace(line, f'database = "{where[1]}"')
    (elsewhere / "proofup.toml").write_text(text)
    (elsewhere / "proofup.toml").chmod(0o600)
    return elsewhere


def within(folder: Path, look: Callable[[Opened], Awaitable[Any]]) -> Any:
    async def inside() -> Any:
        async with opened(folder) as service:
            return await look(service)

    return asyncio.run(inside())


def test_D19_a_backup_is_put_back_on_a_clean_host_and_made_safe(
    made: Proofup, folder: Path, other: Path, tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    said = made("backup", file, "--json").facts
    assert said["bytes"] == file.stat().st_size
    assert said["keyFingerprint"] == fingerprint(read_key(folder / "key").reveal())
    assert file.stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob("*.part*"))
    assert made("restore", file, "--folder", other, "--json").code == 0

    async def look(service: Opened) -> tuple[int, list[str], bool]:
        epochs = await service.store.engine.rows("SELECT MIN(epoch) FROM accounts WHERE 1 = 1")
        texts = await service.store.engine.rows("SELECT text FROM audit_log ORDER BY sequence")
        whole = await service.store.audit.verify() is None
        return int(epochs[0][0]), [text for (text,) in texts], whole

    epoch, entries, whole = within(other, look)
    assert epoch >= 1000
    assert whole
    assert "serviceRestored" in entries[-1]
    assert "backupMade" in entries[-2]
    assert f'"lastEntry":"{len(entries) - 1}"' in entries[-1]
    shown = made("user", "show", ROBIN, "--folder", other, "--json").facts
    assert shown["methods"] == ["phone +XX XXXXXXXX67 (mobile)"]


def test_D20_without_its_key_nothing_is_restored(
    made: Proofup, folder: Path, other: Path, tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    assert made("backup", file).code == 0
    (other / "key").unlink()
    missing = made("restore", file, "--folder", other, "--json")
    assert (missing.code, missing.refusal["field"]) == (1, "key_file")
    given = fingerprint(write_new_key(other / "key", os.urandom).reveal())
    wrong = made("restore", file, "--folder", other, "--json")
    assert (wrong.code, wrong.refusal["field"]) == (1, "key_file")
    wanted = fingerprint(read_key(folder / "key").reveal())
    assert given in wrong.refusal["problem"]
    assert wanted in wrong.refusal["problem"]
    assert {path.name for path in other.iterdir()} <= {"key", "proofup.toml", "proofup.db.lock"}
    shutil.copy(folder / "key", other)
    assert made("restore", file, "--folder", other).code == 0


def test_what_is_there_is_not_overwritten_unless_told(
    made: Proofup, folder: Path, tmp_path: Path, engine_name: str
) -> None:
    file = tmp_path / "backup"
    assert "looked through" in made("backup", file).out
    again = made("backup", file, "--json")
    assert (again.code, again.refusal["field"]) == (1, "FILE")
    nowhere = made("backup", tmp_path / "no" / "where", "--json")
    assert nowhere.refusal["field"] == "FILE"
    refused = made("restore", file, "--json")
    assert refused.code == 1
    assert "Nothing was changed" in refused.refusal["fix"]
    if engine_name == "sqlite":
        assert made("user", "add", "late@contoso.test", "--display-name", "Late").code == 0
        assert made("restore", file, "--over").code == 0
        assert made("user", "show", "late@contoso.test").code == 1
        assert len(list(folder.glob("proofup.db.before-*"))) == 1


def test_a_file_that_is_no_backup_is_refused(made: Proofup, other: Path, tmp_path: Path) -> None:
    letter = tmp_path / "letter"
    letter.write_text("Dear Robin,")
    for file in (letter, tmp_path / "missing"):
        said = made("restore", file, "--folder", other, "--json")
        assert (said.code, said.refusal["field"]) == (1, "FILE")
    for words in ((), (letter, "--as-it-is")):
        assert made("restore", *words, "--folder", other, "--json").refusal["field"] == "FILE"


def test_a_database_that_came_back_by_other_means_is_made_safe(made: Proofup, folder: Path) -> None:
    assert made("restore", "--as-it-is").code == 0
    assert made("audit", "verify").code == 0


@pytest.mark.engine("postgresql")
def test_D19_a_restore_that_was_cut_off_is_not_served_until_it_is_made_safe(
    made: Proofup, other: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup"
    assert made("backup", file).code == 0

    async def cut_off(_: Opened) -> None:
        raise SystemExit(9)

    with monkeypatch.context() as patched:
        patched.setattr("proofup.cli.restore._make_safe", cut_off)
        assert made("restore", file, "--folder", other).code == 9
    for words in (("user", "show", ROBIN), ("restore", file)):
        refused = made(*words, "--folder", other, "--json")
        assert (refused.code, refused.refusal["field"]) == (1, "database")
    assert "--as-it-is" in made("user", "show", ROBIN, "--folder", other, "--json").refusal["fix"]
    assert made("restore", "--as-it-is", "--folder", other).code == 0
    assert made("user", "show", ROBIN, "--folder", other).code == 0


@pytest.mark.engine("postgresql")
def test_D19_a_dump_that_breaks_off_leaves_an_empty_database_that_can_be_used(
    made: Proofup, other: Path, tmp_path: Path
) -> None:
    file, part = tmp_path / "backup", tmp_path / "part"
    assert made("backup", file).code == 0
    part.write_bytes(file.read_bytes()[:-64])
    refused = made("restore", part, "--folder", other, "--json")
    assert (refused.code, refused.refusal["fix"]) == (1, "Nothing was changed.")
    assert made("restore", file, "--folder", other).code == 0


@pytest.mark.engine("postgresql")
def test_D31_a_dump_whose_log_was_changed_is_never_served(
    made: Proofup, folder: Path, other: Path, tmp_path: Path
) -> None:
    async def dump(service: Opened) -> None:
        await service.store.engine.write(lambda: touched("UPDATE audit_log SET text = '{}'"))
        await asyncio.to_thread(dump_to, service.settings.database.reveal(), tmp_path / "backup")

    from proofup.storage.maintenance.postgresql_dump import dump as dump_to

    within(folder, dump)
    refused = made("restore", tmp_path / "backup", "--folder", other, "--json")
    assert (refused.code, refused.refusal["field"]) == (1, "FILE")
    assert "not served" in refused.refusal["fix"]
    assert made("user", "show", ROBIN, "--folder", other).code == 1


@pytest.mark.engine("sqlite")
def test_D31_a_backup_whose_log_was_changed_is_neither_made_nor_put_back(
    made: Proofup, folder: Path, other: Path, tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    assert made("backup", file).code == 0

    async def tamper(service: Opened) -> None:
        sql = "UPDATE audit_log SET text = '{}' WHERE sequence = 1"
        await service.store.engine.write(lambda: touched(sql))

    within(folder, tamper)
    said = made("backup", tmp_path / "second", "--json")
    assert (said.code, said.refusal["field"]) == (1, "database")
    assert not list(tmp_path.glob("second*"))
    shutil.copy(folder / "proofup.db", tmp_path / "third")
    said = made("restore", tmp_path / "third", "--folder", other, "--json")
    assert said.code == 1
    assert "damaged" in said.refusal["problem"]
    assert not list(other.glob("proofup.db"))
    (tmp_path / "fourth").write_bytes(file.read_bytes()[:8192] + b"x" * 4096)
    said = made("restore", tmp_path / "fourth", "--folder", other, "--json")
    assert said.code == 1


def test_a_password_of_the_database_is_in_no_argument(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from proofup.storage.errors import NoProgramError, ProgramFailedError
    from proofup.storage.maintenance.postgresql_dump import dump

    program = tmp_path / "pg_dump"
    program.write_text('#!/bin/sh\necho "$@ and $PGPASSWORD" >&2\nexit 1\n')
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(ProgramFailedError) as caught:
        dump("postgresql://proofup:hunter2@db.contoso.test/proofup", tmp_path / "file")
    words, _, password = caught.value.said.partition(" and ")
    assert "host=db.contoso.test" in words
    assert "hunter2" not in words
    assert password == "hunter2"
    assert not (tmp_path / "file").exists()
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoProgramError):
        dump("postgresql://db/proofup", tmp_path / "file")


def test_a_backup_says_so_where_a_program_of_postgresql_is_missing(
    made: Proofup, engine_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine_name == "sqlite":
        assert made("backup", "/proc/nothing", "--json").refusal["field"] == "FILE"
        return
    monkeypatch.setenv("PATH", "/nowhere")
    assert made("backup", tmp_path / "backup", "--json").refusal["field"] == "pg_dump"
