"""The large engine: psycopg 3 over PostgreSQL.

A few connections serve quick reads, a pool serves transactions (READ COMMITTED; conditions stand
in the WHERE, and row locks where a decision lies between reading and writing), which waiting acts
share. A transaction that lost against another one, or its connection before the commit, is run
again; one that lost its connection during the commit may be durable or not, and the caller is
told exactly that.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import TypeAlias, TypeVar

import psycopg
from psycopg import errors
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from proofup.storage.acts import Act, Ending
from proofup.storage.postgresql_connection import UNUSABLE, Connection, execute
from proofup.storage.shared_transactions import CHANNEL, SharedTransactions
from proofup.storage.statements import Make, Result, Row, Statement, Value, for_postgresql, run
from proofup.values.errors import StoreBusyError

T = TypeVar("T")
Pool: TypeAlias = AsyncConnectionPool[Connection]

READERS = 4
WRITERS = 10
WAIT_SECONDS = 5.0  # for a connection
LISTEN_AGAIN_SECONDS = 1.0
MOST_WAITING = 1000
MOST_ATTEMPTS = 3
SETTINGS = (
    # A lock that is held longer belongs to a node that hangs.
    "SET lock_timeout = '5s'",
    "SET idle_in_transaction_session_timeout = '30s'",
    # Every statement goes by an index. A plan that was made while a table was small reads all of
    # it, and is kept until the server has counted the rows again: on a morning after a quiet
    # night that is a minute in which each sign-in reads the counters of all others.
    "SET enable_seqscan = off",
    # What has no index has few rows; it must not seem worth compiling.
    "SET jit = off",
)
AGAIN = (errors.DeadlockDetected, errors.SerializationFailure)


class PostgresqlEngine:
    """One PostgreSQL database, used from one event loop."""

    def __init__(self, url: str, readers: Pool, writers: Pool) -> None:
        self._url = url
        self._readers = readers
        self._writers = writers
        self._shared = SharedTransactions(partial(self._attempts, writers))
        self._message = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, url: str) -> "PostgresqlEngine":
        """Connect to the database at ``url``, or raise StoreBusyError."""
        readers, writers = _pool(url, most=READERS), _pool(url, most=WRITERS)
        engine = cls(url, readers, writers)
        try:
            await readers.open(wait=True, timeout=WAIT_SECONDS)
            await writers.open(wait=True, timeout=WAIT_SECONDS)
        except PoolTimeout as error:
            await engine.close()
            raise StoreBusyError from error
        return engine

    async def rows(self, sql: str, *values: Value) -> Sequence[Row]:
        """Run one quick read on a connection kept for them."""

        async def attempt(connection: Connection) -> Sequence[Row]:
            return (await execute(connection, Statement(sql, values))).rows

        return await self._attempts(self._readers, attempt)

    async def read_long(self, make: Make[T]) -> T:
        """Run reads in a thread with a connection of its own."""
        return await asyncio.to_thread(_read, self._url, make)

    async def write(self, make: Make[T], *, ending: Ending | None = None, wakes: bool = False) -> T:
        """Run steps in a transaction, which others may share."""
        return await self._shared.write(Act(make, ending, wakes))

    async def wait_for_message(self, *, at_most: timedelta) -> None:
        """Wait for a message of any node."""
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())
        try:
            await asyncio.wait_for(self._message.wait(), at_most.total_seconds())
        except TimeoutError:
            return
        self._message.clear()

    async def ready(self) -> bool:
        """Tell whether the database answers."""
        try:
            await self.rows("SELECT 1")
        except StoreBusyError:
            return False
        return True

    async def close(self) -> None:
        """Close all connections."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        await self._shared.close()
        await self._readers.close()
        await self._writers.close()

    async def _listen(self) -> None:
        """Hear of messages for as long as the engine is open, over a connection of its own."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._url, autocommit=True
                ) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self._message.set()  # what came before is found by looking
                    async for _ in connection.notifies():
                        self._message.set()
            except psycopg.OperationalError:
                await asyncio.sleep(LISTEN_AGAIN_SECONDS)

    async def _attempts(self, pool: Pool, attempt: Callable[[Connection], Awaitable[T]]) -> T:
        """Return what ``attempt`` returns, after another try where trying again may help."""
        for number in range(MOST_ATTEMPTS):
            lost = False
            try:
                # Not as a context, which would end a transaction by itself that is over already.
                connection = await pool.getconn(WAIT_SECONDS)
                try:
                    return await attempt(connection)
                finally:
                    lost = connection.broken
                    await pool.putconn(connection)
            except UNUSABLE as error:
                # The pool's own refusals are such errors too, and trying again only adds to them.
                if number + 1 == MOST_ATTEMPTS or not (lost or isinstance(error, AGAIN)):
                    raise StoreBusyError from error
            if lost:
                await pool.check()  # where one is broken, others are
        raise AssertionError


def _pool(url: str, *, most: int) -> Pool:
    return AsyncConnectionPool(
        url,
        connection_class=Connection,
        kwargs={"autocommit": True},
        min_size=1,
        max_size=most,
        max_waiting=MOST_WAITING,
        configure=_configure,
        open=False,
    )


async def _configure(connection: Connection) -> None:
    for setting in SETTINGS:
        await connection.execute(setting)


def _read(url: str, make: Make[T]) -> T:
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.RawCursor) as connection:

        def execute(statement: Statement) -> Result:
            cursor = connection.execute(for_postgresql(statement.sql), statement.values)
            return Result(cursor.fetchall(), cursor.rowcount)

        return run(make(), execute)
