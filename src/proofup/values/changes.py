"""What is to be written, as values.

A flow never writes a thing by itself. It names everything that one act changes, and hands the
lot to ``Commit``, which stores all of it durably or nothing. Each change carries the condition
under which it may happen (a revision, a state, a spent flag), so that two acts on the same
thing cannot both succeed; the error of a failed condition is named by the change.
"""

from typing import Protocol

from msgspec import Struct


class Change(Struct, frozen=True):
    """Something to be written together with others, or not at all."""


class Commit(Protocol):
    """Writes changes in one transaction, in order, and returns when they are durable."""

    async def __call__(self, *changes: Change) -> None:
        """Write all of ``changes`` or none.

        Raises whatever error a change names for the case that its condition does not hold, and
        StoreBusyError when the store cannot take more now.
        """
        ...
