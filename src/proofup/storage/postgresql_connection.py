"""A connection to PostgreSQL: how statements, steps and transactions run on it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import psycopg
from psycopg import errors

from proofup.storage.statements import Result, Row, Statement, Steps, for_postgresql
from proofup.values.errors import UnknownOutcomeError

T = TypeVar("T")

PREPARED = 512  # statements that a connection keeps ready: all there are, in all their forms

UNUSABLE = (psycopg.OperationalError, errors.ReadOnlySqlTransaction)
"""Errors of a database that cannot be used now; all others are of a statement."""


class Connection(psycopg.AsyncConnection[Row]):
    """A connection with the one cursor that its statements are run by, for it has one user.

    A cursor of its own costs a statement a fifth of what it takes.
    """

    def __init__(self, *arguments: Any, **facts: Any) -> None:
        super().__init__(*arguments, **facts)
        self.prepared_max = PREPARED
        self.runner = psycopg.AsyncRawCursor(self)


async def execute(connection: Connection, statement: Statement) -> Result:
    """Run one statement."""
    cursor = connection.runner
    await cursor.execute(for_postgresql(statement.sql), statement.values)
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
async def transaction(connection: Connection, begin: bytes = b"BEGIN") -> AsyncIterator[None]:
    """Commit what happens within, or roll it back where an error leaves it.

    Raises UnknownOutcomeError where the connection breaks during the commit.
    """
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
