"""Connections for long reads are kept, and no two threads have one at once."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from proofup.storage.sqlite_readers import KEPT, Readers

ONE = "SELECT 1"


@pytest.fixture
def readers(tmp_path: Path) -> Iterator[Readers]:
    """Give readers of an empty file."""
    made = Readers(lambda: sqlite3.connect(tmp_path / "empty.db", check_same_thread=False))
    yield made
    made.close()


def is_open(connection: sqlite3.Connection) -> bool:
    with suppress(sqlite3.ProgrammingError):
        return connection.execute(ONE).fetchall() == [(1,)]
    return False


def test_a_connection_is_lent_again_and_only_a_few_are_kept(readers: Readers) -> None:
    with ExitStack() as stack:
        at_once = [stack.enter_context(readers.lent()) for _ in range(KEPT + 1)]
        assert len(set(map(id, at_once))) == KEPT + 1
    assert [is_open(one) for one in at_once].count(True) == KEPT
    with readers.lent() as again:
        assert again in at_once


def test_one_that_an_error_left_is_not_lent_again(readers: Readers) -> None:
    with pytest.raises(sqlite3.OperationalError), readers.lent() as broken:
        broken.execute("SELECT nonsense")
    assert not is_open(broken)


def test_after_the_end_none_stays_open(readers: Readers) -> None:
    with readers.lent() as first:
        pass
    with readers.lent() as again, readers.lent() as late:
        assert again is first
        readers.close()
    assert not is_open(again)
    assert not is_open(late)
