"""Counts everybody in groups, batch by batch along the key, in a thread, and for so long only.

A thousand people who are alike cost one row. The methods of a person become one number, in which
each bit is a slot.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from proofup.directory.users import Account, MfaState
from proofup.policy.impact import Alike, Census
from proofup.storage.aggregate import Aggregate
from proofup.storage.statements import Row, Steps, Value, repeated, rows
from proofup.values.clock import to_microseconds
from proofup.values.ids import UserId
from proofup.values.ways import Way

BATCH = 10_000  # people
MOST_SECONDS = 5.0
SLOTS = 48  # bits of the number; more slots than there are
BITS = " ".join(f"WHEN ? THEN {1 << bit}" for bit in range(SLOTS))
FILLED = (
    f"COALESCE((SELECT CAST(SUM(CASE m.slot {BITS} ELSE 0 END) AS BIGINT) "
    "FROM authentication_methods m WHERE m.user_id = a.user_id), 0) AS slots"
)
ALIKE = (
    "SELECT state, way, is_over, administers, slots, is_excluded, enabled, COUNT(*), MAX(user_id) "
    "FROM (SELECT CASE WHEN a.user_id IN (?) OR EXISTS (SELECT 1 FROM group_members g "
    "WHERE g.user_id = a.user_id AND g.group_id IN (?)) THEN 1 ELSE 0 END AS is_excluded, "
    "a.user_id, a.mfa_state AS state, a.default_way AS way, a.enabled, "
    "CASE WHEN a.grace_ends_at <= ? THEN 1 ELSE 0 END AS is_over, "
    "CASE WHEN EXISTS (SELECT 1 FROM role_assignments r WHERE r.user_id = a.user_id "
    "AND (r.expires_at IS NULL OR r.expires_at > ?)) THEN 1 ELSE 0 END AS administers, "
    f"{FILLED} "
    "FROM accounts a WHERE a.user_id > ? ORDER BY a.user_id LIMIT ?) counted "
    "GROUP BY state, way, is_over, administers, slots, is_excluded, enabled"
)
A_WHILE = timedelta(days=1)
NOBODY = ""  # is nobody's id


class PopulationRows(Aggregate, frozen=True):
    """The port ``Population``; ``seconds`` tells the time that bounds a count."""

    seconds: Callable[[], float] = time.monotonic

    async def census(
        self, slots: Sequence[str], *, excluded: Collection[str] = (), at: datetime
    ) -> Census:
        """Count those who may sign in by their accounts and which of ``slots`` they have filled.

        People whose id, or that of a group of theirs, is in ``excluded`` are told apart.
        """
        apart = sorted(excluded) or [NOBODY]
        return await self.engine.read_long(partial(_census, slots, apart, at, self.seconds))


def _census(
    slots: Sequence[str], apart: Sequence[str], at: datetime, seconds: Callable[[], float]
) -> Steps[Census]:
    now, until = to_microseconds(at), seconds() + MOST_SECONDS
    sql, values = repeated(ALIKE, len(apart)), (*apart, *apart, now, now, *bits_of(slots))
    found, is_whole = yield from counted(sql, values, seconds, until=until)
    groups = [_alike(one, people, slots, at) for one, people in found.items()]
    return Census(groups=groups, is_whole=is_whole)


def bits_of(slots: Sequence[str]) -> Sequence[Value]:
    """Return the values of ``FILLED``: the slot of each bit."""
    return [*slots[:SLOTS], *[""] * (SLOTS - len(slots))]


def slots_of(bits: int, slots: Sequence[str]) -> Sequence[str]:
    """Return those of ``slots`` that the number ``bits`` says are filled."""
    return [slot for bit, slot in enumerate(slots) if bits >> bit & 1]


def counted(
    sql: str, values: Sequence[Value], seconds: Callable[[], float], *, until: float
) -> Steps[tuple[Mapping[Row, int], bool]]:
    """Return how many who may sign in are alike in all columns, and whether all were counted.

    ``sql`` takes ``values``, the id after which it begins and how many people to read. Behind the
    columns it returns whether they may sign in, how many they are, and the greatest id.
    """
    found: Counter[Row] = Counter()
    after, is_whole = "", False
    while not is_whole and seconds() < until:
        batch = yield from rows(sql, *values, after, BATCH)
        for *alike, enabled, people, _ in batch:
            if enabled:
                found[tuple(alike)] += people
        is_whole = sum(one[-2] for one in batch) < BATCH
        after = max((one[-1] for one in batch), default=after)
    return found, is_whole


def _alike(alike: Row, people: int, slots: Sequence[str], at: datetime) -> Alike:
    state, way, is_over, administers, bits, is_excluded = alike
    account = Account(
        user_id=UserId(""),
        mfa_state=MfaState(state),
        default_way=None if way is None else Way(way),
        grace_ends_at=at if is_over else None,
        administers_until=at + A_WHILE if administers else None,
    )
    filled = slots_of(bits, slots)
    return Alike(account=account, slots=filled, people=people, is_excluded=bool(is_excluded))
