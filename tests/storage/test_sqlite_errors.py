import sqlite3

import pytest

from proofup.storage.sqlite_errors import is_of_database, refusal
from proofup.values.errors import StoreBusyError, UnknownOutcomeError


def failed(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("failed")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    "code",
    [
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_BUSY_SNAPSHOT,
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_CORRUPT,
    ],
)
def test_trouble_of_the_database_is_told_as_busy(code: int) -> None:
    error = failed(code)
    assert is_of_database(error)
    assert isinstance(refusal(error, committing=False), StoreBusyError)


def test_a_device_that_fails_while_it_commits_may_have_kept_the_commit() -> None:
    error = failed(sqlite3.SQLITE_IOERR_FSYNC)
    answer = refusal(error, committing=True)
    assert isinstance(answer, UnknownOutcomeError)
    assert answer.__cause__ is error
    assert isinstance(refusal(failed(sqlite3.SQLITE_FULL), committing=True), StoreBusyError)


def test_a_mistake_stays_what_it_is() -> None:
    error = failed(sqlite3.SQLITE_ERROR)
    assert not is_of_database(error)
    assert refusal(error, committing=True) is error
    assert not is_of_database(sqlite3.ProgrammingError("closed"))
