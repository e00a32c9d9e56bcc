"""Statements as values, so that each is written once and run by either engine.

Code that uses the database is a generator: it yields a statement and receives its result. SQL is
written with ``?`` and with PostgreSQL's row locks, which are removed for SQLite.
"""

import re
from collections.abc import Callable, Generator, Sequence
from functools import cache
from itertools import chain, count
from typing import Any, TypeAlias, TypeVar

from msgspec import Struct

Row: TypeAlias = tuple[Any, ...]
Value: TypeAlias = str | int | bytes | None

T = TypeVar("T")

ROWS_AT_ONCE = 50  # in one statement; each number of rows is a separate prepared statement


class Statement(Struct, frozen=True):
    """One statement with the values for its question marks."""

    sql: str
    values: tuple[Value, ...]


class Result(Struct, frozen=True):
    """The result of a statement: the rows it returned, and how many it touched."""

    rows: Sequence[Row]
    count: int


Steps: TypeAlias = Generator[Statement, Result, T]
Make: TypeAlias = Callable[[], Steps[T]]
"""Makes the steps of a transaction; called once more where the transaction has to be repeated."""


def row(sql: str, *values: Value) -> Steps[Row | None]:
    """Run ``sql`` and return its first row, or None."""
    result = yield Statement(sql, values)
    return result.rows[0] if result.rows else None


def rows(sql: str, *values: Value) -> Steps[Sequence[Row]]:
    """Run ``sql`` and return its rows."""
    result = yield Statement(sql, values)
    return result.rows


def touched(sql: str, *values: Value) -> Steps[int]:
    """Run ``sql`` and return how many rows it touched."""
    result = yield Statement(sql, values)
    return result.count


def rows_of_many(sql: str, many: Sequence[tuple[Value, ...]]) -> Steps[Sequence[Row]]:
    """Run ``sql`` once for all of ``many`` and return its rows.

    ``sql`` is written for one of them: with ``IN (?)``, or with ``VALUES (?, …)``.
    """
    sql = repeated(sql, len(many))
    result = yield Statement(sql, tuple(chain.from_iterable(many)))
    return result.rows


def touched_by_many(sql: str, many: Sequence[tuple[Value, ...]]) -> Steps[int]:
    """Run ``sql`` once for all of ``many`` and return how many rows it touched."""
    sql = repeated(sql, len(many))
    result = yield Statement(sql, tuple(chain.from_iterable(many)))
    return result.count


def touched_in_parts(sql: str, many: Sequence[tuple[Value, ...]]) -> Steps[int]:
    """Run ``sql`` as ``touched_by_many`` does, for any number of ``many``."""
    count = 0
    for start in range(0, len(many), ROWS_AT_ONCE):
        count += yield from touched_by_many(sql, many[start : start + ROWS_AT_ONCE])
    return count


def rows_among(sql: str, some: Sequence[Value], *values: Value) -> Steps[Sequence[Row]]:
    """Run ``sql``, whose first parameter is ``IN (?)``, for ``some`` and the other ``values``."""
    result = yield Statement(repeated(sql, len(some)), (*some, *values))
    return result.rows


def rows_in_parts(sql: str, many: Sequence[tuple[Value, ...]]) -> Steps[Sequence[Row]]:
    """Run ``sql`` as ``rows_of_many`` does, for any number of ``many``."""
    found: list[Row] = []
    for start in range(0, len(many), ROWS_AT_ONCE):
        found += yield from rows_of_many(sql, many[start : start + ROWS_AT_ONCE])
    return found


@cache
def repeated(sql: str, times: int) -> str:
    """Return ``sql`` with its list of question marks repeated."""
    if " IN (?)" in sql:
        return sql.replace(" IN (?)", f" IN ({', '.join('?' * times)})")
    return re.sub(r"VALUES (\([?, ]+\))", lambda one: "VALUES " + ", ".join([one[1]] * times), sql)


def run(steps: Steps[T], execute: Callable[[Statement], Result]) -> T:
    """Run ``steps`` to their end with ``execute`` and return what they return."""
    try:
        statement = next(steps)
        while True:
            statement = steps.send(execute(statement))
    except StopIteration as end:
        value: T = end.value
        return value


@cache
def for_sqlite(sql: str) -> str:
    """Return ``sql`` without row locks: SQLite has only one writer at a time."""
    return re.sub(r" FOR ((NO KEY )?UPDATE|SHARE)( SKIP LOCKED)?", "", sql)


@cache
def for_postgresql(sql: str) -> bytes:
    """Return ``sql`` with PostgreSQL's own placeholders, for psycopg's raw cursors.

    It returns the same object each time, because the driver caches statements by it.
    """
    places = count(1)
    return re.sub(r"\?", lambda _: f"${next(places)}", sql).encode()
