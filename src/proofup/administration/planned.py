"""An act as a value, and carrying it out."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from proofup.administration.ports import Ports
from proofup.values.changes import Change

T = TypeVar("T")


class Planned(Struct, Generic[T], frozen=True):
    """An act that is allowed, before it is written: ``done`` is what it will have done.

    ``changes`` begin with what must still hold of the rights of the actor.
    """

    changes: Sequence[Change]
    done: T


async def carry_out(ports: Ports, act: Planned[T]) -> T:
    """Write all that ``act`` changes, or nothing, and return what it has done.

    Raises StaleError or RevokedError where what it was decided by is so no more.
    """
    if act.changes:
        await ports.room.commit(*act.changes)
    return act.done
