"""Counts entries of the log by day and kind, batch by batch from the newest, for so long only.

An entry is recognised in its stored text, whose fields and facts are in alphabetical order. What
somebody typed cannot look like one: its quotation marks are escaped.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import chain

import msgspec

from proofup.audit.log import Kind, Tally
from proofup.storage.aggregate import Aggregate
from proofup.storage.audit_log import NEVER
from proofup.storage.audit_reading import SKEW
from proofup.storage.statements import Steps, Value, rows
from proofup.values.clock import to_microseconds

BATCH = 20_000  # entries
MOST_SECONDS = 40.0
MOST_KINDS = 12  # of one count
DAY = 86_400_000_000  # microseconds
CASES = " ".join(f"WHEN text LIKE ? THEN {number}" for number in range(MOST_KINDS))
TALLY = (
    "SELECT day, kind, COUNT(*), MIN(sequence), MIN(at) FROM ("
    f"SELECT sequence, at, at / {DAY} AS day, CASE {CASES} ELSE -1 END AS kind "
    "FROM audit_log WHERE sequence < ? ORDER BY sequence DESC LIMIT ?) counted "
    "GROUP BY day, kind"
)
NOTHING = "-"  # no entry is like this
FIRST = date(1970, 1, 1)


class TallyRows(Aggregate, frozen=True):
    """The port ``Tallies``; ``seconds`` tells the time that bounds a count."""

    seconds: Callable[[], float] = time.monotonic

    async def tally(self, kinds: Sequence[Kind], *, since: date) -> Tally:
        """Count the entries since a day began; each is of the first kind that it fits."""
        return await self.engine.read_long(partial(_tally, kinds, since, self.seconds))


def _tally(kinds: Sequence[Kind], since: date, seconds: Callable[[], float]) -> Steps[Tally]:
    found: Counter[tuple[date, int]] = Counter()
    began = to_microseconds(datetime.combine(since, datetime.min.time(), UTC) - SKEW)
    likes: list[Value] = [*map(_like, kinds), *[NOTHING] * (MOST_KINDS - len(kinds))]
    before, is_whole, until = NEVER, False, seconds() + MOST_SECONDS
    while not is_whole and seconds() < until:
        batch = yield from rows(TALLY, *likes, before, BATCH)
        for number, kind, entries, _, __ in batch:
            day = FIRST + timedelta(days=number)
            if kind >= 0 and day >= since:
                found[day, kind] += entries
        before = min((one[3] for one in batch), default=0)
        is_over = min((one[4] for one in batch), default=0) < began
        is_whole = is_over or sum(one[2] for one in batch) < BATCH
    return Tally(counts=found, is_whole=is_whole)


def _like(kind: Kind) -> str:
    """Return the pattern of the text of an entry."""
    facts = (_member(name, kind.facts[name]) for name in sorted(kind.facts))
    parts = chain(facts, (_member("event", kind.word), '"succeeded":true'))
    return f"%{'%'.join(parts)}%"


def _member(name: str, value: str) -> str:
    return f'"{name}":{msgspec.json.encode(value).decode()}'
