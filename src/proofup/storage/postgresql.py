"""The large engine: psycopg 3 over PostgreSQL.

A few connections serve quick reads, a pool serves transactions (READ COMMITTED; conditions stand
in the WHERE, and row locks where a decision lies between reading and writing), which waiting acts
share. A transaction that lost against another one, or its connection before the commit, is run
again; one that lost its connection during the commit may be durable or not, and the caller is
told exactly that.

A pooler such as PgBouncer between is found without a setting. Through one, nothing is prepared,
nothing is set for a session, and messages of other nodes are found by looking for them.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

import psycopg

from proofup.storage.acts import Act, Ending
from proofup.storage.postgresql_address import conninfo
from proofup.storage.postgresql_connection import UNUSABLE, Connection, execute
from proofup.storage.postgresql_pools import Pools
from proofup.storage.shared_transactions import CHANNEL, SharedTransactions
from proofup.storage.statements import Make, Result, Row, Statement, Value, for_postgresql, run
from proofup.values.errors import StoreBusyError

T = TypeVar("T")

LISTEN_AGAIN_SECONDS = 1.0


class PostgresqlEngine:
    """One PostgreSQL database, used from one event loop."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._pools = Pools(conninfo)
        self._shared = SharedTransactions(self._pools.write)
        self._message = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, url: str) -> "PostgresqlEngine":
        """Connect to the database at ``url``, or raise StoreBusyError."""
        engine = cls(conninfo(url))
        try:
            await engine._pools.open()
        except BaseException:
            await engine.close()
            raise
        return engine

    async def rows(self, sql: str, *values: Value) -> Sequence[Row]:
        """Run one quick read on a connection kept for them."""

        async def attempt(connection: Connection) -> Sequence[Row]:
            return (await execute(connection, Statement(sql, values))).rows

        return await self._pools.read(attempt)

    async def read_long(self, make: Make[T]) -> T:
        """Run reads in a thread with a connection of its own."""
        try:
            return await asyncio.to_thread(_read, self._conninfo, make)
        except UNUSABLE as error:
            raise StoreBusyError from error

    async def write(self, make: Make[T], *, ending: Ending | None = None, wakes: bool = False) -> T:
        """Run steps in a transaction, which others may share."""
        value = await self._shared.write(Act(make, ending, wakes))
        if wakes:
            self._message.set()  # without listening, as behind a pooler
        return value

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
        """Tell whether the database answers and takes writes."""
        return await self._pools.take_writes()

    async def close(self) -> None:
        """Close all connections."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        await self._shared.close()
        await self._pools.close()

    async def _listen(self) -> None:
        """Hear of messages for as long as the engine is open, over a connection of its own."""
        while True:
            try:
                async with await Connection.connect(self._conninfo, autocommit=True) as connection:
                    if await connection.is_pooled():
                        return  # the pooler would give away the session that listens
                    await connection.run(f"LISTEN {CHANNEL}".encode())
                    self._message.set()  # what came before is found by looking
                    async for _ in connection.notifies():
                        self._message.set()
            except UNUSABLE:
                await asyncio.sleep(LISTEN_AGAIN_SECONDS)


def _read(conninfo: str, make: Make[T]) -> T:
    with psycopg.connect(
        conninfo, autocommit=True, prepare_threshold=None, cursor_factory=psycopg.RawCursor
    ) as connection:

        def execute(statement: Statement) -> Result:
            cursor = connection.execute(for_postgresql(statement.sql), statement.values)
            return Result(cursor.fetchall(), cursor.rowcount)

        return run(make(), execute)
