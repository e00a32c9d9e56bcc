"""What each module of this package exports about its rows, so that no central list is needed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar, TypeAlias

from msgspec import Struct

from proofup.storage.engine import Engine
from proofup.storage.statements import ROWS_AT_ONCE, Row, Steps, Value, repeated
from proofup.values.changes import Change

Write: TypeAlias = Callable[[Any], Steps[None]]
"""Writes the changes of one class."""

Writes: TypeAlias = Mapping[type[Change], Write]

WriteMany: TypeAlias = Callable[[Sequence[Any]], Steps[None]]
"""Writes changes of one class that follow each other, with few statements."""

WritesMany: TypeAlias = Mapping[type[Change], WriteMany]


class Expiry(Struct, frozen=True, kw_only=True):
    """When rows of ``table`` expire: by the column ``ends``. ``key`` names the primary key.

    They are ``kept`` somewhat longer, so that a late answer gets the right error message.
    """

    table: str
    key: str = "id"
    ends: str = "expires_at"
    kept: timedelta = timedelta(0)


class Aggregate(Struct, frozen=True):
    """Rows that belong together: the port that reads them, and the changes that write them.

    The cleanup deletes rows by ``expiry``; rows without one stay until a change removes them.
    """

    expiry: ClassVar[Expiry | None] = None

    engine: Engine

    @property
    def writes(self) -> Writes:
        """How each change of these rows is written; empty if they are only read."""
        return {}

    @property
    def writes_many(self) -> WritesMany:
        """How changes of one class are written together, where that costs less than one by one."""
        return {}

    async def rows_of_some(self, sql: str, some: Sequence[Value]) -> Sequence[Row]:
        """Run the quick read ``sql``, with its ``IN (?)``, for any number of keys."""
        found: list[Row] = []
        for start in range(0, len(some), ROWS_AT_ONCE):
            keys = some[start : start + ROWS_AT_ONCE]
            found += await self.engine.rows(repeated(sql, len(keys)), *keys)
        return found
