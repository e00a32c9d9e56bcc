"""What each module of this package exports about its rows, so that no central list is needed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar, TypeAlias

from msgspec import Struct

from proofup.storage.engine import Engine
from proofup.storage.statements import Steps
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
