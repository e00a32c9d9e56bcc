"""The one thread that writes to SQLite, and makes one commit out of all that waits.

A commit costs a flush to the disk whatever is in it. So the thread takes everything that has
come in while the disk was busy, runs each caller's steps, commits once and then answers all. A
caller whose steps fail is undone alone; where the commit itself fails, nobody is told that
anything was written.
"""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import TypeVar

from proofup.storage.acts import Job, Outcome, answer, closing
from proofup.storage.sqlite_errors import is_of_database, refusal
from proofup.storage.statements import Result, Statement, Steps, for_sqlite, run
from proofup.values.errors import StoreBusyError, UnknownOutcomeError

log = logging.getLogger(__name__)

T = TypeVar("T")

MOST_WAITING = 4096
TROUBLE = (StoreBusyError, UnknownOutcomeError)
CHECKPOINT_EVERY = 256  # commits; SQLite's own checkpoint comes later and would be waited for


class GroupCommit:
    """Writes jobs in the order in which they come; made and used in the event loop's thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._loop = asyncio.get_running_loop()
        self._connection = connection
        self._waiting: list[Job] = []
        self._closing = False
        self._in_trouble = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="proofup-writer", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Let ``job`` wait for the next commit, or raise StoreBusyError."""
        with self._changed:
            if self._closing or len(self._waiting) >= MOST_WAITING:
                raise StoreBusyError
            self._waiting.append(job)
            self._changed.notify()

    async def close(self) -> None:
        """Write what waits, then end the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        commits = 0
        while jobs := self._next():
            outcomes = _write(self._connection, jobs)
            self._tell(outcomes)
            self._loop.call_soon_threadsafe(answer, outcomes)
            commits += 1
            if commits % CHECKPOINT_EVERY == 0:
                _checkpoint(self._connection)
        self._connection.close()

    def _tell(self, outcomes: Sequence[Outcome]) -> None:
        """Say once that the database takes no writes, and once that it does again."""
        refused = (one.error for one in outcomes)
        trouble = next((error for error in refused if isinstance(error, TROUBLE)), None)
        if trouble is not None and not self._in_trouble:
            log.error("the database takes no writes: %s", trouble.__cause__)
        elif trouble is None and self._in_trouble:
            log.warning("the database takes writes again")
        self._in_trouble = trouble is not None

    def _next(self) -> list[Job]:
        """Return everything that waits, once something does; nothing at the end."""
        with self._changed:
            while not self._waiting and not self._closing:
                self._changed.wait()
            jobs, self._waiting = self._waiting, []
            return jobs


def _write(connection: sqlite3.Connection, jobs: Sequence[Job]) -> list[Outcome]:
    """Write ``jobs`` in one transaction and return what came of each."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        outcomes = [_attempt(connection, job) for job in jobs]
        _run(connection, closing(done.job.act for done in outcomes if done.error is None))
    except sqlite3.Error as error:
        return _all_refused(connection, jobs, refusal(error, committing=False))
    except Exception as error:  # noqa: BLE001 - it is told to those who wait
        return _all_refused(connection, jobs, error)
    try:
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        return _all_refused(connection, jobs, refusal(error, committing=True))
    return outcomes


def _attempt(connection: sqlite3.Connection, job: Job) -> Outcome:
    """Write one job in a savepoint, so that it can be undone alone."""
    connection.execute("SAVEPOINT job")
    try:
        value = _run(connection, job.act.make())
    except Exception as error:
        # Whatever it is belongs to the caller, unless the database itself is in trouble.
        if isinstance(error, sqlite3.Error) and is_of_database(error):
            raise
        connection.execute("ROLLBACK TO job")
        connection.execute("RELEASE job")
        return Outcome(job, None, error)
    connection.execute("RELEASE job")
    return Outcome(job, value, None)


def _run(connection: sqlite3.Connection, steps: Steps[T]) -> T:
    def execute(statement: Statement) -> Result:
        cursor = connection.execute(for_sqlite(statement.sql), statement.values)
        return Result(cursor.fetchall(), cursor.rowcount)

    return run(steps, execute)


def _all_refused(
    connection: sqlite3.Connection, jobs: Sequence[Job], error: Exception
) -> list[Outcome]:
    # Even a refusal that a job had earned may rest on what another one wrote: all are void.
    if connection.in_transaction:
        connection.execute("ROLLBACK")
    return [Outcome(job, None, error) for job in jobs]


def _checkpoint(connection: sqlite3.Connection) -> None:
    """Move what is written from the log to the database, as far as readers allow."""
    # A full disk or a reader may be in the way; the log keeps everything and the next one tries.
    with suppress(sqlite3.Error):
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
