"""A database file that was copied into place by hand does not bring used codes back."""

import logging
import shutil
from pathlib import Path

import pytest

from cli.test_upkeep import record
from conftest import StoppedClock
from host_commands import ADMIN, Proofup
from proofup.assembly.checkpoint import note
from proofup.storage.store import Store


@pytest.fixture
def older(service: Proofup, folder: Path, tmp_path: Path) -> Path:
    """Give a copy of the database from before something happened."""
    copy = tmp_path / "copy.db"
    shutil.copy(folder / "proofup.db", copy)
    assert service("user", "block", ADMIN, "--reason", "a test").code == 0
    return copy


def put_in_place(copy: Path, folder: Path) -> None:
    for file in folder.glob("proofup.db*"):
        file.unlink()
    shutil.copy(copy, folder / "proofup.db")


def test_AU2_an_older_copy_stops_every_command_and_says_what_to_do(
    service: Proofup, folder: Path, older: Path
) -> None:
    assert (folder / "checkpoint").stat().st_mode & 0o777 == 0o600
    put_in_place(older, folder)
    said = service("user", "show", ADMIN, "--json")
    assert said.code == 1
    assert said.refusal["field"] == "database"
    assert "an earlier copy was put in its place" in said.refusal["problem"]
    assert "proofup restore --as-it-is" in said.refusal["fix"]
    assert service("doctor", "--json").code == 1


def test_it_is_made_safe_and_then_served_again(service: Proofup, folder: Path, older: Path) -> None:
    put_in_place(older, folder)
    assert service("restore", "--as-it-is").code == 0
    assert service("user", "show", ADMIN).code == 0


def test_the_same_database_and_a_later_one_are_taken(
    service: Proofup, folder: Path, older: Path
) -> None:
    earlier = (folder / "checkpoint").read_text()
    assert service("user", "unblock", ADMIN, "--reason", "a test").code == 0
    assert (folder / "checkpoint").read_text() != earlier
    (folder / "checkpoint").write_text(earlier)  # as after a crash
    assert service("user", "show", ADMIN).code == 0


@pytest.mark.parametrize("written", ["", "nonsense\n", "9:not hex\n"])
def test_what_is_no_checkpoint_says_nothing(
    service: Proofup, folder: Path, older: Path, written: str
) -> None:
    (folder / "checkpoint").write_text(written)
    assert service("user", "show", ADMIN).code == 0


@pytest.mark.anyio
@pytest.mark.engine("sqlite")
async def test_where_nothing_can_be_written_it_is_said(
    store: Store, tmp_path: Path, clock: StoppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    await note(store, tmp_path / "checkpoint")
    assert not (tmp_path / "checkpoint").exists()  # there is nothing to keep
    await record(store, clock)
    caplog.set_level(logging.WARNING)
    await note(store, tmp_path / "missing" / "checkpoint")
    assert "no checkpoint in" in caplog.text
