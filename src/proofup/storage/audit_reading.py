"""The log as it is read by what is asked for: along an index, newest first, in bounded looks.

Entries are nearly in the order of their instants: nodes have clocks of their own. So a span of time
is found by halving, with some minutes to spare.
"""

from datetime import datetime, timedelta
from functools import partial

from proofup.audit.entry import Entry
from proofup.audit.log import LogPage, Wanted
from proofup.storage.aggregate import Aggregate
from proofup.storage.audit_log import NEVER, entry_of
from proofup.storage.statements import Row, Steps, row, rows
from proofup.values.clock import to_microseconds

NEWEST_FIRST = (
    "SELECT sequence, text FROM audit_log WHERE sequence < ? ORDER BY sequence DESC LIMIT ?"
)
OF_TARGET_NEWEST_FIRST = (
    "SELECT sequence, text FROM audit_log WHERE target_id = ? AND sequence < ? "
    "ORDER BY sequence DESC LIMIT ?"
)
UNDER_ID = (
    "SELECT sequence, text FROM audit_log WHERE correlation_id >= ? AND correlation_id < ? "
    "ORDER BY correlation_id, sequence LIMIT ?"
)
NEAREST_BELOW = (
    "SELECT sequence, at FROM audit_log WHERE sequence < ? ORDER BY sequence DESC LIMIT 1"
)
BATCH = 500
LOOKED_THROUGH = 20_000  # entries for one page
UNDER_ONE_ID = 2_000
SKEW = timedelta(minutes=5)  # between the clocks of nodes


class LogRows(Aggregate, frozen=True):
    """The port ``Log``."""

    async def page(self, wanted: Wanted, *, before: int | None, most: int) -> LogPage:
        """Return at most ``most`` entries from below the number ``before``."""
        if wanted.correlation is not None:
            make = partial(_under_id, wanted, wanted.correlation)
            return await self.engine.read_long(make)
        return await self.engine.read_long(partial(_page, wanted, before, most))


def _page(wanted: Wanted, start: int | None, most: int) -> Steps[LogPage]:
    before = start or NEVER
    if start is None and wanted.until is not None:
        before = yield from _first_after(wanted.until + SKEW)
    found: list[Entry] = []
    for _ in range(LOOKED_THROUGH // BATCH):
        batch = yield from _batch(wanted, before)
        for sequence, text in batch:
            if len(found) == most:
                return LogPage(found, before)
            before, entry = sequence, entry_of(text)
            if wanted.since is not None and entry.at < wanted.since - SKEW:
                return LogPage(found, None)
            found += [entry] if wanted.has(entry) else []
        if len(batch) < BATCH:
            return LogPage(found, None)
    return LogPage(found, before)


def _first_after(at: datetime) -> Steps[int]:
    """Return a number below which every entry before ``at`` lies, by halving."""
    newest = yield from row(NEAREST_BELOW, NEVER)
    low, high = 0, (newest[0] if newest else 0) + 1  # the entry ``high`` is after it, or none is
    while high - low > 1:
        middle = (low + high) // 2
        nearest = yield from row(NEAREST_BELOW, middle + 1)
        if nearest is None or nearest[1] <= to_microseconds(at):
            low = middle
        else:
            high = nearest[0]
    return high


def _batch(wanted: Wanted, before: int) -> Steps[list[Row]]:
    if wanted.target is not None:
        found = yield from rows(OF_TARGET_NEWEST_FIRST, wanted.target, before, BATCH)
    else:
        found = yield from rows(NEWEST_FIRST, before, BATCH)
    return list(found)


def _under_id(wanted: Wanted, begins: str) -> Steps[LogPage]:
    found = yield from rows(UNDER_ID, begins, f"{begins}~", UNDER_ONE_ID)
    entries = [entry_of(text) for _, text in sorted(found, reverse=True)]
    of_target = [one for one in entries if wanted.target in {None, one.target}]
    return LogPage([one for one in of_target if wanted.has(one)], None)
