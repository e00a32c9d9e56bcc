"""A connection to PostgreSQL: how statements, steps and transactions run on it."""

import asyncio
import logging
import os
import socket
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

import psycopg
from psycopg import errors

from proofup.storage.statements import Result, Row, Statement, Steps, Value, for_postgresql
from proofup.values.errors import UnknownOutcomeError

log = logging.getLogger(__name__)

T = TypeVar("T")

ANSWER_SECONDS = 15.0  # for a statement, which may wait for a lock for 5 s
PREPARED = 512  # statements that a connection keeps ready: all there are, in all their forms

UNUSABLE = (psycopg.OperationalError, errors.ReadOnlySqlTransaction)
"""Errors of a database that cannot be used now; all others are of a statement."""


class Connection(psycopg.AsyncConnection[Row]):
    """A connection with the one cursor that its statements are run by, for it has one user.

    A cursor of its own costs a statement a fifth of what it takes.
    """

    def __init__(self, *arguments: Any, **facts: Any) -> None:
        super().__init__(*arguments, **facts)
        self.made_at = time.monotonic()
        self.prepared_max = PREPARED
        self.runner = psycopg.AsyncRawCursor(self)

    async def run(
        self, sql: bytes, values: Sequence[Value] | None = None
    ) -> psycopg.AsyncRawCursor[Row]:
        """Run one statement, and break the connection where no answer comes.

        A proxy between may keep the connection open when the server behind it has gone.
        """
        limit = asyncio.get_running_loop().call_later(ANSWER_SECONDS, self._break)
        try:
            return await self.runner.execute(sql, values)
        finally:
            limit.cancel()

    async def is_pooled(self) -> bool:
        """Tell whether a pooler stands between, which may change the server at each transaction.

        It names no process of the server when a connection begins, but one of its own.
        """
        ((process,),) = await (await self.run(b"SELECT pg_backend_pid()")).fetchall()
        return bool(process != self.info.backend_pid)

    def _break(self) -> None:
        """Close the socket under the driver, which would wait for an answer to its cancellation."""
        log.error("the database gives no answer", extra={"seconds": ANSWER_SECONDS})
        with suppress(OSError), socket.socket(fileno=os.dup(self.fileno())) as opened:
            opened.shutdown(socket.SHUT_RDWR)


async def execute(connection: Connection, statement: Statement) -> Result:
    """Run one statement."""
    cursor = await connection.run(for_postgresql(statement.sql), statement.values)
    has_rows = cursor.pgresult is not None and cursor.pgresult.nfields
    return Result(await cursor.fetchall() if has_rows else (), cursor.rowcount)


async def run_on(connection: Connection, steps: Steps[T]) -> T:
    """Run ``steps`` to their end and return what they return."""
    try:
        statement = next(steps)
        while True:
            statement = steps.send(await execute(connection, statement))
    except StopIteration as end:
        value: T = end.value
        return value


@asynccontextmanager
async def transaction(connection: Connection, begin: bytes) -> AsyncIterator[None]:
    """Commit what happens within, or roll it back where an error leaves it.

    Raises UnknownOutcomeError where the connection breaks during the commit.
    """
    await connection.run(begin)
    try:
        yield
    except BaseException:
        if not connection.broken:
            await connection.run(b"ROLLBACK")
        raise
    try:
        await connection.run(b"COMMIT")
    except psycopg.OperationalError as error:
        if connection.broken:
            raise UnknownOutcomeError from error
        raise
