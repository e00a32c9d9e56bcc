"""The embedded engine: the standard library's sqlite3 over one file.

Quick reads run in the event loop's own thread, where they cost less than a switch to another
thread. Writes go through ``group_commit``. Only one server process may use the file; it holds a
lock on a file beside it. Commands on the same host may write at the same time, because each write
is a separate transaction and reads again what it depends on.
"""

import asyncio
import fcntl
import os
import sqlite3
import time
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from proofup.storage.acts import Act, Ending, Job
from proofup.storage.errors import DatabaseInUseError
from proofup.storage.group_commit import GroupCommit
from proofup.storage.sqlite_errors import is_of_database
from proofup.storage.sqlite_readers import Readers
from proofup.storage.statements import Make, Result, Row, Statement, Value, for_sqlite, run
from proofup.values.errors import StoreBusyError

T = TypeVar("T")

BUSY_SECONDS = 5.0  # how long a write waits for a command of the same host
READ_BUSY_SECONDS = 0.05  # reads wait only for a recovery, and they block the event loop
CACHED_STATEMENTS = 256
CHUNK = 1 << 20

# Each commit flushes the log (FULL), the log's size is limited, and the page cache is small,
# because the system caches the file.
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA cache_size = -8000",
    "PRAGMA mmap_size = 0",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA trusted_schema = OFF",
)


def connect(path: Path, *, wait_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """Return a connection to the database at ``path``; a new file gets mode 0600."""
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(
        path,
        timeout=wait_seconds,
        isolation_level=None,
        cached_statements=CACHED_STATEMENTS,
        check_same_thread=False,
    )
    try:
        _set_up(connection, wait_seconds=wait_seconds)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _set_up(connection: sqlite3.Connection, *, wait_seconds: float) -> None:
    # Two processes that open a new file at once both change its journal mode; SQLite ignores the
    # busy timeout for that.
    until = time.monotonic() + wait_seconds
    for pragma in PRAGMAS:
        while True:
            try:
                connection.execute(pragma)
                break
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                    raise
                time.sleep(0.005)


class SqliteEngine:
    """One SQLite file, used from one event loop."""

    def __init__(self, path: Path, *, serving: bool) -> None:
        self._path = path
        self._lock = lock_beside(path) if serving else None
        self._reader = connect(path, wait_seconds=READ_BUSY_SECONDS)
        self._readers = Readers(partial(connect, path))
        self._writer = GroupCommit(connect(path))
        self._message = asyncio.Event()
        # Page faults would block the event loop, so the whole file is read once, in order.
        self._warm_file = os.open(path, os.O_RDONLY)
        warming = asyncio.to_thread(_read_through, self._warm_file)
        self._warming = asyncio.create_task(warming)

    async def rows(self, sql: str, *values: Value) -> Sequence[Row]:
        """Run one quick read in this thread."""
        try:
            return self._reader.execute(for_sqlite(sql), values).fetchall()
        except sqlite3.Error as error:
            if is_of_database(error):
                raise StoreBusyError from error
            raise

    async def read_long(self, make: Make[T]) -> T:
        """Run reads in a thread with a connection that nobody else uses meanwhile."""
        return await asyncio.to_thread(_read, self._readers, make)

    async def write(self, make: Make[T], *, ending: Ending | None = None, wakes: bool = False) -> T:
        """Pass steps to the writing thread and return when they are durable."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._writer.submit(Job(Act(make, ending), future))
        value = await future
        if wakes:
            self._message.set()
        return value

    async def wait_for_message(self, *, at_most: timedelta) -> None:
        """Wait for a message of this process; messages of commands are found after ``at_most``."""
        try:
            await asyncio.wait_for(self._message.wait(), at_most.total_seconds())
        except TimeoutError:
            return
        self._message.clear()

    async def ready(self) -> bool:
        """Return whether the file was read completely once."""
        return self._warming.done()

    async def close(self) -> None:
        """Write what waits and close every connection."""
        await self._writer.close()
        await self._warming
        self._reader.close()
        self._readers.close()
        # This comes last: closing any descriptor of the file would drop SQLite's locks on it
        # (https://sqlite.org/howtocorrupt.html, 2.2).
        os.close(self._warm_file)
        if self._lock is not None:
            os.close(self._lock)


def lock_beside(path: Path) -> int:
    """Return a held lock on the lock file of ``path``. Raises DatabaseInUseError."""
    lock = os.open(path.with_name(path.name + ".lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock)
        raise DatabaseInUseError(str(path)) from error
    return lock


def _read_through(file: int) -> None:
    offset = 0
    while read := len(os.pread(file, CHUNK, offset)):
        offset += read


def _read(readers: Readers, make: Make[T]) -> T:
    try:
        with readers.lent() as connection:

            def execute(statement: Statement) -> Result:
                cursor = connection.execute(for_sqlite(statement.sql), statement.values)
                return Result(cursor.fetchall(), cursor.rowcount)

            return run(make(), execute)
    except sqlite3.Error as error:
        if is_of_database(error):
            raise StoreBusyError from error
        raise
