"""What is written to PostgreSQL: acts that wait share a transaction, one after another.

A commit costs a flush to the disk, and an act with an entry for the audit log holds the head of
the chain until then. So a node has one transaction at a time, as SQLite has one writer: what comes
meanwhile waits, and the next transaction takes it. Each act runs in a savepoint, so that one that
is refused is undone alone. An act that meets a lock of another node or of a command is undone too,
and written in a transaction of its own, where it may wait for longer; the others go on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, Protocol, TypeVar

from psycopg import errors

from proofup.storage.acts import Act, Job, Outcome, answer, closing
from proofup.storage.postgresql_connection import UNUSABLE, Connection, run_on, transaction
from proofup.values.errors import StoreBusyError

T = TypeVar("T")

CHANNEL = "proofup_outbox"
NOTIFY = f"NOTIFY {CHANNEL}".encode()
MOST_TOGETHER = 64  # PostgreSQL keeps as many savepoints of a transaction in quick memory
MOST_WAITING = 4096
# Several statements are one round trip. Nothing is set for longer than a transaction, for a pooler
# may give the next one another server. A node that hangs loses its transaction.
BEGIN = b"BEGIN; SET LOCAL idle_in_transaction_session_timeout = '30s'; SET LOCAL lock_timeout = "
# A lock that is held longer belongs to a node that hangs.
BEGIN_ALONE = BEGIN + b"'5s'"
# Locks are not taken in the order of keys, so two nodes may wait for each other: this is shorter
# than PostgreSQL takes to look for that.
BEGIN_TOGETHER = BEGIN + b"'200ms'; SAVEPOINT act"
NEXT_ACT = b"RELEASE act; SAVEPOINT act"
UNDO_ACT = b"ROLLBACK TO act"
# Whoever holds the head of the chain waits for nothing else, so it is worth waiting for.
BEFORE_THE_END = b"SET LOCAL lock_timeout = '5s'"
HELD_UP = (errors.LockNotAvailable, errors.DeadlockDetected)


class Attempts(Protocol):
    """Runs something on a connection, and again on another where that may help."""

    def __call__(self, attempt: Callable[[Connection], Awaitable[T]], /) -> Awaitable[T]:
        """Return what ``attempt`` returns. Raises StoreBusyError."""
        ...


class SharedTransactions:
    """Writes acts in the order in which they come."""

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts
        self._waiting: list[Job] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_writing = False
        self._is_closing = False

    async def write(self, act: Act[T]) -> T:
        """Return what the steps of ``act`` return once they are durable."""
        if self._is_closing or len(self._waiting) >= MOST_WAITING:
            raise StoreBusyError
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(Job(act, future))
        if not self._is_writing:
            self._is_writing = True
            self._start(self._write_waiting())
        return await future

    async def close(self) -> None:
        """Write what waits, and take no more."""
        self._is_closing = True
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _write_waiting(self) -> None:
        while self._waiting:
            jobs, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
            outcomes = await self._outcomes(jobs)
            answer(done for done in outcomes if not isinstance(done.error, HELD_UP))
            for done in outcomes:
                if isinstance(done.error, HELD_UP):
                    self._start(self._write_alone(done.job))
        self._is_writing = False

    async def _outcomes(self, jobs: list[Job]) -> list[Outcome]:
        try:
            return await self._attempts(partial(_together, jobs))
        except Exception as error:  # noqa: BLE001 - it is told to those who wait
            return [Outcome(job, None, error) for job in jobs]

    async def _write_alone(self, job: Job) -> None:
        try:
            value = await self._attempts(partial(_alone, job.act))
        except Exception as error:  # noqa: BLE001 - whatever it is belongs to the caller
            answer([Outcome(job, None, error)])
        else:
            answer([Outcome(job, value, None)])

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _together(jobs: list[Job], connection: Connection) -> list[Outcome]:
    async with transaction(connection, BEGIN_TOGETHER):
        outcomes = [await _in_savepoint(connection, job) for job in jobs]
        written = [done.job.act for done in outcomes if done.error is None]
        if any(act.ending for act in written):
            await connection.run(BEFORE_THE_END)
        await _end(connection, written)
    return outcomes


async def _in_savepoint(connection: Connection, job: Job) -> Outcome:
    try:
        value = await run_on(connection, job.act.make())
    except Exception as error:
        if isinstance(error, UNUSABLE) and not isinstance(error, HELD_UP):
            raise
        await connection.run(UNDO_ACT)
        return Outcome(job, None, error)
    await connection.run(NEXT_ACT)
    return Outcome(job, value, None)


async def _alone(act: Act[T], connection: Connection) -> T:
    async with transaction(connection, BEGIN_ALONE):
        value = await run_on(connection, act.make())
        await _end(connection, [act])
    return value


async def _end(connection: Connection, acts: list[Act[Any]]) -> None:
    """Write what ``acts`` add to the end of the transaction."""
    await run_on(connection, closing(acts))
    if any(act.wakes for act in acts):
        await connection.run(NOTIFY)
