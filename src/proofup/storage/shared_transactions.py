"""What is written to PostgreSQL: acts that wait are taken into one transaction.

A commit costs a flush to the disk, and whoever chains an entry of the audit log holds the head
of the chain until then. So there are a few lanes, and while they are busy acts wait; the next
lane takes its share of them, their steps one after another, their ends at once, one commit. Two
lanes are used at once, the others only where more wait than those can take soon: the fewer there
are, the more is done together.
Nearly all that are refused are so by their first condition, before they wrote anything. Where an
act fails later, or waits too long for a lock, all are rolled back and each is written alone.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Protocol, TypeVar

import psycopg

from proofup.storage.acts import Act, Job, Outcome, answer, closing
from proofup.storage.statements import Result, Row, Statement, Steps, for_postgresql
from proofup.values.errors import ProofupError, StoreBusyError, UnknownOutcomeError

T = TypeVar("T")

CHANNEL = "proofup_outbox"
NOTIFY = f"NOTIFY {CHANNEL}".encode()
PREPARED = 512  # statements that a connection keeps ready: all there are, in all their forms
LANES = 4
FEW = 8  # acts that one lane takes together before another begins, beyond the first two
MOST_TOGETHER = 64
MOST_WAITING = 4096
# Many acts do not take their locks in the order of keys, so that two lanes may wait for each
# other: this is shorter than PostgreSQL takes to look for that.
BEGIN_TOGETHER = b"BEGIN; SET LOCAL lock_timeout = '200ms'"
# Who holds the head of the chain waits for nothing else, so it is worth waiting for.
BEFORE_THE_END = b"SET LOCAL lock_timeout = '5s'"


class Connection(psycopg.AsyncConnection[Row]):
    """A connection with the one cursor that its statements are run by, for it has one user.

    A cursor of its own costs a statement a fifth of what it takes.
    """

    def __init__(self, *arguments: Any, **facts: Any) -> None:
        super().__init__(*arguments, **facts)
        self.prepared_max = PREPARED
        self.runner = psycopg.AsyncRawCursor(self)


class Attempts(Protocol):
    """Runs something on a connection, and again on another where that may help."""

    def __call__(self, attempt: Callable[[Connection], Awaitable[T]], /) -> Awaitable[T]:
        """Return what ``attempt`` returns. Raises StoreBusyError."""
        ...


class SharedTransactions:
    """Writes acts in the order in which they come, together where many wait."""

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts
        self._waiting: list[Job] = []
        self._free = LANES
        self._writing = 0
        self._lanes: set[asyncio.Task[None]] = set()
        self._closing = False

    async def write(self, act: Act[T]) -> T:
        """Return what the steps of ``act`` return once they are durable."""
        if self._closing or len(self._waiting) >= MOST_WAITING:
            raise StoreBusyError
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(Job(act, future))
        if self._free and len(self._waiting) > FEW * (LANES - self._free - 1):
            self._free -= 1
            lane = asyncio.create_task(self._work())
            self._lanes.add(lane)
            lane.add_done_callback(self._lanes.discard)
        return await future

    async def close(self) -> None:
        """Write what waits, and take no more."""
        self._closing = True
        await asyncio.gather(*self._lanes)

    async def _work(self) -> None:
        while self._waiting:
            jobs = self._share()
            self._writing += 1
            await self._write(jobs)
            self._writing -= 1
        self._free += 1

    def _share(self) -> list[Job]:
        """Take a few, or as much of what waits as leaves every other idle lane the same."""
        idle = LANES - self._writing
        many = min(max(FEW, -(-len(self._waiting) // idle)), MOST_TOGETHER)
        jobs, self._waiting = self._waiting[:many], self._waiting[many:]
        return jobs

    async def _write(self, jobs: Sequence[Job]) -> None:
        if len(jobs) == 1:
            await self._write_alone(jobs[0])
            return
        try:
            outcomes = await self._attempts(partial(_together, jobs))
        except _ApartError:
            await asyncio.gather(*map(self._write_alone, jobs))
        except Exception as error:  # noqa: BLE001 - it is told to those who wait
            answer([Outcome(job, None, error) for job in jobs])
        else:
            answer(outcomes)

    async def _write_alone(self, job: Job) -> None:
        try:
            value = await self._attempts(partial(_alone, job.act))
        except Exception as error:  # noqa: BLE001 - whatever it is belongs to the caller
            answer([Outcome(job, None, error)])
        else:
            answer([Outcome(job, value, None)])


async def write_each(acts: Sequence[Act[None]], connection: Connection) -> list[Exception | None]:
    """Write all of ``acts`` in one transaction, each in a savepoint, and return their errors."""
    async with transaction(connection):
        errors = [await _in_savepoint(connection, act) for act in acts]
        written = [act for act, error in zip(acts, errors, strict=True) if error is None]
        await _end(connection, written)
    return errors


async def execute(connection: Connection, statement: Statement) -> Result:
    """Run one statement."""
    cursor = connection.runner
    await cursor.execute(for_postgresql(statement.sql), statement.values)
    has_rows = cursor.pgresult is not None and cursor.pgresult.nfields
    return Result(await cursor.fetchall() if has_rows else (), cursor.rowcount)


class _ApartError(Exception):
    """These acts cannot be written together."""


async def _together(jobs: Sequence[Job], connection: Connection) -> list[Outcome]:
    """Write ``jobs`` in one transaction as if nothing could go wrong, or raise _ApartError."""
    try:
        async with transaction(connection, BEGIN_TOGETHER):
            outcomes = [await _attempt(connection, job) for job in jobs]
            written = [done.job.act for done in outcomes if done.error is None]
            if any(act.ending for act in written):
                await connection.runner.execute(BEFORE_THE_END)
            await _end(connection, written)
    except UnknownOutcomeError:
        raise
    except Exception as error:
        if connection.broken:
            raise
        raise _ApartError from error
    return outcomes


async def _alone(act: Act[T], connection: Connection) -> T:
    async with transaction(connection):
        value = await _run(act.make(), partial(execute, connection))
        await _end(connection, [act])
    return value


async def _attempt(connection: Connection, job: Job) -> Outcome:
    """Write one of many, and return its refusal if it wrote nothing before."""
    has_written = False

    async def executed(statement: Statement) -> Result:
        nonlocal has_written
        result = await execute(connection, statement)
        has_written |= result.count > 0 and not statement.sql.startswith("SELECT")
        return result

    try:
        return Outcome(job, await _run(job.act.make(), executed), None)
    except ProofupError as error:
        if has_written:
            raise
        return Outcome(job, None, error)


async def _in_savepoint(connection: Connection, act: Act[None]) -> Exception | None:
    """Write one of many; return its error, or raise what ends all of them."""
    await connection.runner.execute(b"SAVEPOINT job")
    try:
        await _run(act.make(), partial(execute, connection))
    except psycopg.OperationalError:
        raise
    except (ProofupError, psycopg.Error) as error:
        await connection.runner.execute(b"ROLLBACK TO job")
        return error
    await connection.runner.execute(b"RELEASE job")
    return None


async def _end(connection: Connection, acts: Sequence[Act[Any]]) -> None:
    """Write what ``acts`` add to the end of the transaction."""
    await _run(closing(acts), partial(execute, connection))
    if any(act.wakes for act in acts):
        await connection.runner.execute(NOTIFY)


@asynccontextmanager
async def transaction(connection: Connection, begin: bytes = b"BEGIN") -> AsyncIterator[None]:
    """Commit what happens within, or roll it back where an error leaves it."""
    await connection.runner.execute(begin)
    try:
        yield
    except BaseException:
        if not connection.broken:
            await connection.runner.execute(b"ROLLBACK")
        raise
    try:
        await connection.runner.execute(b"COMMIT")
    except psycopg.OperationalError as error:
        if connection.broken:
            raise UnknownOutcomeError from error
        raise


async def _run(steps: Steps[T], executed: Callable[[Statement], Awaitable[Result]]) -> T:
    try:
        statement = next(steps)
        while True:
            statement = steps.send(await executed(statement))
    except StopIteration as end:
        value: T = end.value
        return value
