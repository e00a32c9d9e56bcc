"""SQLite's result codes as errors of the core (https://sqlite.org/rescode.html)."""

import sqlite3

from proofup.values.errors import StoreBusyError, UnknownOutcomeError

PRIMARY = 0xFF  # the lowest byte of an extended code is its primary code

NO_ROOM_NOW = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
BROKEN = frozenset(
    {
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_NOTADB,
    }
)


def is_of_database(error: sqlite3.Error) -> bool:
    """Return whether ``error`` is about the database as a whole, not one statement."""
    return _code(error) in NO_ROOM_NOW | BROKEN


def refusal(error: sqlite3.Error, *, committing: bool) -> Exception:
    """Return the error for callers whose transaction ended with ``error``.

    A device that fails during the commit may have stored it, so the outcome is unknown.
    """
    if committing and _code(error) == sqlite3.SQLITE_IOERR:
        answer: Exception = UnknownOutcomeError()
    elif is_of_database(error):
        answer = StoreBusyError()
    else:
        return error
    answer.__cause__ = error
    return answer


def _code(error: sqlite3.Error) -> int:
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & PRIMARY
