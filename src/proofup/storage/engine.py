"""What both engines can do; the rest of the package knows no more of them than this."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol, TypeVar

from proofup.storage.acts import Ending
from proofup.storage.statements import Make, Row, Value

T = TypeVar("T")


class Engine(Protocol):
    """Runs statements. Every method raises StoreBusyError where the database cannot be used now."""

    async def rows(self, sql: str, *values: Value) -> Sequence[Row]:
        """Run one quick read, by key or along an index, and return its rows."""
        ...

    async def read_long(self, make: Make[T]) -> T:
        """Run reads that take a while, away from the event loop, and return what they return."""
        ...

    async def write(self, make: Make[T], *, ending: Ending | None = None, wakes: bool = False) -> T:
        """Run steps in one transaction and return what they return once it is durable.

        An error that they raise rolls all of them back; others may share the transaction, and
        do not notice. For ``ending`` and ``wakes`` see ``Act``. Raises UnknownOutcomeError.
        """
        ...

    async def wait_for_message(self, *, at_most: timedelta) -> None:
        """Return when a message was put into the outbox, or after ``at_most``."""
        ...

    async def ready(self) -> bool:
        """Tell whether requests can be served at their usual speed."""
        ...

    async def close(self) -> None:
        """Finish what was begun and let go of the database."""
        ...
