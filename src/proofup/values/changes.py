"""What is to be written, as values.

A flow never writes by itself. It passes all changes of one act to ``Commit``, which stores all of
them durably or none. Each change has a condition (a revision, a state, a "used" flag), so that two
conflicting acts cannot both succeed. The change names the error for a failed condition.
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
