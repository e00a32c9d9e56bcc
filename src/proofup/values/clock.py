"""Clocks and instants. Only doors and adapters have a clock; flows get the time as an argument."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]
"""Returns the present instant, an aware datetime in UTC."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@lru_cache(maxsize=4)  # an act has one present instant, which goes into many columns
def to_microseconds(instant: datetime) -> int:
    """Return ``instant`` as whole microseconds since 1970, exactly."""
    return (instant - EPOCH) // MICROSECOND


def from_microseconds(count: int) -> datetime:
    """Return the instant ``count`` microseconds after 1970, in UTC."""
    return EPOCH + count * MICROSECOND
