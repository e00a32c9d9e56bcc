"""What a module of this package exports of its rows, so that no list of all of them grows."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, ClassVar, TypeAlias

from msgspec import Struct

from proofup.storage.engine import Engine
from proofup.storage.statements import Steps
from proofup.values.changes import Change

Write: TypeAlias = Callable[[Any], Steps[None]]
"""Writes the changes of one class."""

Writes: TypeAlias = Mapping[type[Change], Write]


class Expiry(Struct, frozen=True, kw_only=True):
    """When rows of ``table`` are over, by the column ``ends``; ``key`` names its primary key.

    They are ``kept`` for a while longer where a late answer is told that it comes too late.
    """

    table: str
    key: str = "id"
    ends: str = "expires_at"
    kept: timedelta = timedelta(0)


class Aggregate(Struct, frozen=True):
    """Rows that belong together: the port that reads them, and the changes that write them.

    ``expiry`` is what the cleanup goes by; rows without one stay until a change removes them.
    """

    expiry: ClassVar[Expiry | None] = None

    engine: Engine

    @property
    def writes(self) -> Writes:
        """How each change of these rows is written; none where they are only read."""
        return {}
