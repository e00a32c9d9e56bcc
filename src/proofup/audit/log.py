"""Reading the log by what is asked for, newest first, a page at a time."""

import ipaddress
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol

from msgspec import Struct

from proofup.audit.entry import Entry
from proofup.values.ids import UserId


class Wanted(Struct, frozen=True, kw_only=True):
    """What entries are asked for; None asks for nothing.

    ``correlation`` is how a correlation id begins. ``words`` are those of events, ``way`` is that
    of a method, ``network`` a range of addresses. ``since`` is in, ``until`` is out.
    """

    target: UserId | None = None
    correlation: str | None = None
    words: frozenset[str] | None = None
    succeeded: bool | None = None
    way: str | None = None
    network: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def has(self, entry: Entry) -> bool:
        """Tell whether ``entry`` is asked for, of those of one target and id."""
        return (
            (self.words is None or entry.event.word in self.words)
            and self.succeeded in {None, entry.succeeded}
            and self.way in {None, entry.event.facts.get("way")}
            and (self.since is None or entry.at >= self.since)
            and (self.until is None or entry.at < self.until)
            and (self.network is None or _is_in(entry.network, self.network))
        )


def _is_in(address: str | None, network: str) -> bool:
    try:
        return ipaddress.ip_address(address or "") in ipaddress.ip_network(network)
    except ValueError:
        return False


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


class NumberedEntry(NamedTuple):
    """An entry with its place in the log."""

    number: int
    entry: Entry


class ProfileChanges(Protocol):
    """Reads what changed of public profiles, oldest first."""

    async def newest(self) -> int:
        """Return the number of the newest entry of the log, 0 of none."""
        ...

    async def after(self, number: int, *, most: int) -> Sequence[NumberedEntry]:
        """Return at most ``most`` entries of changed profiles from above ``number``."""
        ...


class Kind(Struct, frozen=True):
    """Entries of one event that succeeded; those that have such ``facts``, if any are given."""

    word: str
    facts: Mapping[str, str] = {}


class Tally(Struct, frozen=True):
    """How many entries there were of each day (UTC) and kind, by its place among those asked for.

    ``is_whole`` is false where the time did not suffice for all.
    """

    counts: Mapping[tuple[date, int], int]
    is_whole: bool


class Tallies(Protocol):
    """Counts the log."""

    async def tally(self, kinds: Sequence[Kind], *, since: date) -> Tally:
        """Count the entries since a day began; each is of the first kind that it fits."""
        ...
