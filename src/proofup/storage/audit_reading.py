"""The log as it is read by what is asked for: along an index, newest first, in bounded looks."""

from functools import partial

from proofup.audit.entry import Entry
from proofup.audit.log import LogPage, Wanted
from proofup.storage.aggregate import Aggregate
from proofup.storage.audit_log import NEVER, entry_of
from proofup.storage.statements import Row, Steps, rows

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
BATCH = 500
LOOKED_THROUGH = 20_000  # entries for one page
UNDER_ONE_ID = 2_000


class LogRows(Aggregate, frozen=True):
    """The port ``Log``."""

    async def page(self, wanted: Wanted, *, before: int | None, most: int) -> LogPage:
        """Return at most ``most`` entries from below the number ``before``."""
        if wanted.correlation is not None:
            make = partial(_under_id, wanted, wanted.correlation)
            return await self.engine.read_long(make)
        return await self.engine.read_long(partial(_page, wanted, before or NEVER, most))


def _page(wanted: Wanted, before: int, most: int) -> Steps[LogPage]:
    found: list[Entry] = []
    for _ in range(LOOKED_THROUGH // BATCH):
        batch = yield from _batch(wanted, before)
        for sequence, text in batch:
            if len(found) == most:
                return LogPage(found, before)
            before, entry = sequence, entry_of(text)
            found += [entry] if wanted.has(entry) else []
        if len(batch) < BATCH:
            return LogPage(found, None)
    return LogPage(found, before)


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
