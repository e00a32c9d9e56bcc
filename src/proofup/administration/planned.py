"""An act as a value, and carrying it out."""

from collections import deque
from collections.abc import Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from proofup.administration.ports import Ports
from proofup.values.changes import Change

T = TypeVar("T")


class Planned(Struct, Generic[T], frozen=True):
    """An act that is allowed, before it is written: ``done`` is what it will have done.

    ``conditions`` write nothing: they are what the act was allowed by, and must still hold.
    """

    conditions: Sequence[Change]
    changes: Sequence[Change]
    done: T


def together(acts: Sequence[Planned[T]]) -> Planned[Sequence[T]]:
    """Return ``acts`` as one, so that all of them are written or none."""
    conditions = dict.fromkeys(one for act in acts for one in act.conditions)
    changes = [one for act in acts for one in act.changes]
    return Planned(tuple(conditions), changes, [act.done for act in acts])


def side_by_side(acts: Sequence[Planned[T]]) -> Planned[Sequence[T]]:
    """Return acts on different people as one, with changes of one kind next to each other.

    Those are written together, which costs less. The order within each act stays.
    """
    conditions = dict.fromkeys(one for act in acts for one in act.conditions)
    waiting = [deque(act.changes) for act in acts if act.changes]
    changes: list[Change] = []
    while waiting:
        kind = type(waiting[0][0])
        for queue in waiting:
            while queue and type(queue[0]) is kind:
                changes.append(queue.popleft())
        waiting = [queue for queue in waiting if queue]
    return Planned(tuple(conditions), changes, [act.done for act in acts])


async def carry_out(ports: Ports, act: Planned[T]) -> T:
    """Write all that ``act`` changes, or nothing, and return what it has done.

    Raises StaleError or RevokedError where a condition holds no more.
    """
    if act.conditions or act.changes:
        await ports.room.commit(*act.conditions, *act.changes)
    return act.done
