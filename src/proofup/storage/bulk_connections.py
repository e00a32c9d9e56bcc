"""The two connections people are added over by the thousand."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from proofup.storage.bulk import BulkConnection
from proofup.storage.schema import sqlite_path
from proofup.storage.sheets import Sheet
from proofup.storage.sqlite import connect
from proofup.storage.sqlite_errors import refusal
from proofup.storage.statements import Row, Value, for_postgresql, for_sqlite
from proofup.values.errors import StoreBusyError, UnknownOutcomeError

if TYPE_CHECKING:
    import psycopg

# Names come in any order and dirty a page each; those of one batch have room in it.
CACHE_KIB = 32 * 1024
ROWS_AT_ONCE = 50  # in one statement; more of them save nothing
STATEMENTS = 64  # that are remembered: each number of rows and set of columns has its own
WAIT_SECONDS = 30.0  # a server's own writes are short, and an import has time


def bulk_connection(url: str) -> BulkConnection:
    """Return a connection of its own to the database at ``url``. Raises StoreBusyError."""
    if url.startswith("sqlite"):
        return SqliteBulk(connect(sqlite_path(url), wait_seconds=WAIT_SECONDS))
    import psycopg

    try:
        connection = psycopg.connect(url, autocommit=True, cursor_factory=psycopg.RawCursor)
        return PostgresqlBulk(connection)
    except psycopg.OperationalError as error:
        raise StoreBusyError from error


class SqliteBulk:
    """Many rows by a statement for some of them, which is told once what they share."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        # Everybody's rows come in one transaction with the user they belong to.
        connection.execute("PRAGMA foreign_keys = OFF")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the database from the first moment on."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise refusal(error, committing=False) from error
        try:
            yield
        except BaseException as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise refusal(error, committing=False) from error
            raise
        try:
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise refusal(error, committing=True) from error

    def execute(self, sql: str, *values: Value) -> tuple[Sequence[Row], int]:
        """Run one statement."""
        cursor = self._connection.execute(for_sqlite(sql), values)
        return cursor.fetchall(), cursor.rowcount

    def insert(self, table: str, columns: str, sheet: Sheet) -> None:
        """Add rows in the order in which they come."""
        into, shared = f"{table} ({columns})", tuple(sheet.shared.values())
        varying = list(zip(*sheet.varying.values(), strict=True)) or [()] * sheet.height
        for start in range(0, sheet.height, ROWS_AT_ONCE):
            some = varying[start : start + ROWS_AT_ONCE]
            sql = _insertion(into, tuple(sheet.shared), tuple(sheet.varying), len(some))
            self._connection.execute(sql, (*shared, *chain.from_iterable(some)))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class PostgresqlBulk:
    """Many rows by COPY."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Begin a transaction like any other; others go on meanwhile."""
        import psycopg

        committing = False
        try:
            self._connection.execute("BEGIN")
            try:
                yield
            except BaseException:
                if not self._connection.broken:
                    self._connection.execute("ROLLBACK")
                raise
            committing = True
            self._connection.execute("COMMIT")
        except psycopg.errors.UniqueViolation as error:
            raise StoreBusyError from error  # somebody took a name between the look and the write
        except psycopg.OperationalError as error:
            raise (UnknownOutcomeError if committing else StoreBusyError) from error

    def execute(self, sql: str, *values: Value) -> tuple[Sequence[Row], int]:
        """Run one statement."""
        cursor = self._connection.execute(for_postgresql(sql), values)
        return cursor.fetchall() if cursor.description else (), cursor.rowcount

    def insert(self, table: str, columns: str, sheet: Sheet) -> None:
        """Add rows in the order in which they come."""
        statement = f"COPY {table} ({columns}) FROM STDIN".encode()
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in sheet.rows():
                copy.write_row(row)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@lru_cache(maxsize=STATEMENTS)
def _insertion(into: str, shared: Sequence[int], varying: Sequence[int], height: int) -> str:
    """Return what adds so many rows, with the values of the ``shared`` columns in front."""
    marks = {place: f"?{number}" for number, place in enumerate(shared, 1)}
    rows = []
    for row in range(height):
        begins = len(shared) + 1 + row * len(varying)
        marks |= {place: f"?{number}" for number, place in enumerate(varying, begins)}
        rows.append(f"({', '.join(marks[place] for place in sorted(marks))})")
    return f"INSERT INTO {into} VALUES {', '.join(rows)}"
