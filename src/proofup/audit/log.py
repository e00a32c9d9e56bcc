"""Reading the log by what is asked for, newest first, a page at a time."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from proofup.audit.entry import Entry
from proofup.values.ids import UserId


class Wanted(Struct, frozen=True, kw_only=True):
    """What entries are asked for; None asks for nothing.

    ``correlation`` is how a correlation id begins. ``words`` are those of events, and ``refused``
    asks for what did not succeed.
    """

    target: UserId | None = None
    correlation: str | None = None
    words: frozenset[str] | None = None
    refused: bool = False

    def has(self, entry: Entry) -> bool:
        """Tell whether ``entry`` is asked for, of those of one target and id."""
        of_event = self.words is None or entry.event.word in self.words
        return of_event and not (self.refused and entry.succeeded)


class LogPage(Struct, frozen=True):
    """Entries, newest first; ``before`` is where the next page begins, None on the last."""

    entries: Sequence[Entry]
    before: int | None


class Log(Protocol):
    """Reads the log."""

    async def page(self, wanted: Wanted, *, before: int | None, most: int) -> LogPage:
        """Return at most ``most`` entries from below the number ``before``.

        It looks through so many and no more: a page may be short, or empty, and not the last.
        """
        ...
