"""The connections that are kept: a few for quick reads, some for transactions.

After a switchover the address leads to another server. A connection that broke, or whose server
takes no writes, tells that of all others: all are closed, and new ones are made.
"""

import time
from collections.abc import Awaitable, Callable
from typing import TypeAlias, TypeVar

from psycopg import errors
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from proofup.storage.postgresql_connection import UNUSABLE, Connection
from proofup.values.errors import StoreBusyError

T = TypeVar("T")
Pool: TypeAlias = AsyncConnectionPool[Connection]
Attempt: TypeAlias = Callable[[Connection], Awaitable[T]]

READERS = 4
WRITERS = 10
WAIT_SECONDS = 5.0  # for a connection
READY_SECONDS = 2.0  # for a connection, where a load balancer waits
# The pool tries again after 1, 2, 4, 8 ... seconds. It gives up after this, and the next one who
# wants a connection lets it begin anew: the server is found soon after it is back.
RECONNECT_SECONDS = 5.0
MOST_WAITING = 1000
MOST_ATTEMPTS = 3
SETTINGS = (
    # Every statement goes by an index. A plan that was made while a table was small reads all of
    # it, and is kept until the server has counted the rows again: on a morning after a quiet
    # night that is a minute in which each sign-in reads the counters of all others.
    b"SET enable_seqscan = off",
    # What has no index has few rows; it must not seem worth compiling.
    b"SET jit = off",
)
ARE_SET = b"SELECT current_setting('enable_seqscan') = 'off' AND current_setting('jit') = 'off'"
# Nodes that start at once would disturb each other in the server's own tables.
SET_FOR_THE_ROLE = b"""
SELECT pg_advisory_xact_lock(7766357186);
DO $$ BEGIN
EXECUTE format('ALTER ROLE CURRENT_USER IN DATABASE %I SET enable_seqscan = off',
               current_database());
EXECUTE format('ALTER ROLE CURRENT_USER IN DATABASE %I SET jit = off', current_database());
END $$
"""
TAKES_WRITES = b"SELECT current_setting('transaction_read_only') = 'off'"
AGAIN = (errors.DeadlockDetected, errors.SerializationFailure)


class Pools:
    """Two pools of connections to one database; see the module."""

    def __init__(self, conninfo: str) -> None:
        self._readers = _pool(conninfo, most=READERS)
        self._writers = _pool(conninfo, most=WRITERS)
        self._renewed_at = 0.0

    async def open(self) -> None:
        """Connect, or raise StoreBusyError."""
        try:
            await self._readers.open(wait=True, timeout=WAIT_SECONDS)
            await self._writers.open(wait=True, timeout=WAIT_SECONDS)
        except PoolTimeout as error:
            raise StoreBusyError from error
        await self.write(_set_for_the_role)

    async def close(self) -> None:
        """Close all connections."""
        await self._readers.close()
        await self._writers.close()

    async def read(self, attempt: Attempt[T]) -> T:
        """Run quick reads; see ``_attempts``."""
        return await self._attempts(self._readers, attempt)

    async def write(self, attempt: Attempt[T]) -> T:
        """Run a transaction; see ``_attempts``."""
        return await self._attempts(self._writers, attempt)

    async def take_writes(self) -> bool:
        """Tell whether there are connections, and to a server that takes writes."""
        try:
            for pool in (self._readers, self._writers):
                await self._attempts(pool, _look, seconds=READY_SECONDS)
        except StoreBusyError:
            return False
        return True

    async def _attempts(
        self, pool: Pool, attempt: Attempt[T], *, seconds: float = WAIT_SECONDS
    ) -> T:
        """Return what ``attempt`` returns, after another try where trying again may help."""
        for number in range(MOST_ATTEMPTS):
            is_stale = False
            try:
                # Not as a context, which would end a transaction by itself that is over already.
                connection = await pool.getconn(seconds)
                try:
                    return await attempt(connection)
                except errors.ReadOnlySqlTransaction:
                    is_stale = True
                    raise
                finally:
                    is_stale = is_stale or connection.broken
                    if is_stale:
                        await self._renew(connection)
                    await pool.putconn(connection)
            except UNUSABLE as error:
                # The pool's own refusals are such errors too, and trying again only adds to them.
                if number + 1 == MOST_ATTEMPTS or not (is_stale or isinstance(error, AGAIN)):
                    raise StoreBusyError from error
        raise AssertionError

    async def _renew(self, stale: Connection) -> None:
        """Close every connection that is as old as ``stale``, once for all that are found so."""
        if stale.made_at > self._renewed_at:
            self._renewed_at = time.monotonic()
            await self._readers.drain()
            await self._writers.drain()


def _pool(conninfo: str, *, most: int) -> Pool:
    return AsyncConnectionPool(
        conninfo,
        connection_class=Connection,
        kwargs={"autocommit": True},
        min_size=1,
        max_size=most,
        max_waiting=MOST_WAITING,
        reconnect_timeout=RECONNECT_SECONDS,
        configure=_configure,
        open=False,
    )


async def _configure(connection: Connection) -> None:
    if await connection.is_pooled():
        connection.prepare_threshold = None
        return
    for setting in SETTINGS:
        await connection.run(setting)


async def _set_for_the_role(connection: Connection) -> None:
    """Behind a pooler, let the server itself begin each session with our settings."""
    ((are_set,),) = await (await connection.run(ARE_SET)).fetchall()
    if not are_set:
        await connection.run(SET_FOR_THE_ROLE)


async def _look(connection: Connection) -> None:
    ((takes_writes,),) = await (await connection.run(TAKES_WRITES)).fetchall()
    if not takes_writes:
        raise errors.ReadOnlySqlTransaction
