"""Counters: charged under a row lock, durably before the answer is judged."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

import msgspec
from msgspec.structs import replace

from proofup.policy.giving_back import GiveBack, without
from proofup.policy.limits import (
    Charge,
    Counter,
    CountTries,
    Limit,
    RequireTries,
    ResetCounters,
    Spent,
    Tries,
    expires_at,
    names_in,
    spend,
    spent_of,
)
from proofup.storage.aggregate import Aggregate, Expiry, Writes
from proofup.storage.columns import count_or_none, instant_or_none
from proofup.storage.statements import (
    ROWS_AT_ONCE,
    Steps,
    Value,
    rows_of_many,
    touched,
    touched_by_many,
)
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import LimitReachedError

# Rows are locked in the order of their keys, which prevents deadlocks.
COUNTERS = (
    "SELECT key, tries, pauses, paused_until, marks FROM counters WHERE key IN (?) "
    "ORDER BY key FOR UPDATE"
)
LOOK = "SELECT key, tries, pauses, paused_until, marks FROM counters WHERE key IN (?)"
SET_COUNTERS = (
    "INSERT INTO counters (key, tries, pauses, paused_until, marks, expires_at) "
    "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET tries = excluded.tries, "
    "pauses = excluded.pauses, paused_until = excluded.paused_until, marks = excluded.marks, "
    "expires_at = excluded.expires_at"
)
# Returns the rows that were inserted; a concurrent transaction may have inserted others.
NEW_COUNTERS = (
    "INSERT INTO counters (key, tries, pauses, paused_until, marks, expires_at) "
    "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING RETURNING key"
)
RESET_COUNTERS = (
    "DELETE FROM counters WHERE key IN "
    "(SELECT key FROM counters WHERE key IN (?) ORDER BY key FOR UPDATE)"
)

# A counter under a new name continues from its value under an older one.
CARRY_ON = (
    "INSERT INTO counters (key, tries, pauses, paused_until, marks, expires_at) "
    "SELECT ?, tries, pauses, paused_until, marks, expires_at FROM counters WHERE key = ? "
    "ON CONFLICT (key) DO NOTHING"
)

UNUSED = Counter()

# A counter's expiry is rounded up, so it usually stays the same between attempts. PostgreSQL then
# updates the row in place, without its indexes.
QUARTER = 15 * 60 * 1_000_000  # 15 minutes in microseconds

_tries = msgspec.json.Decoder(tuple[tuple[int, int], ...])
_marks = msgspec.json.Decoder(tuple[str, ...])


class CounterRows(Aggregate, frozen=True):
    """The port ``Counters``, and its changes."""

    expiry: ClassVar[Expiry | None] = Expiry(table="counters", key="key")

    async def charge(self, *charges: Charge, at: datetime) -> list[int]:
        """Count all of ``charges`` durably, or none, and return how many attempts each has left."""
        return await self.engine.write(lambda: _charge(charges, at))

    async def spent(self, key: str, limit: Limit, *, at: datetime) -> int:
        """Return how much of ``limit`` is used under ``key``, and count nothing."""
        found = [await self.engine.rows(LOOK, name) for name in _all_names(key)]
        return max(
            (spent_of(_counter_of(row[1:]), limit, at=at) for (row,) in filter(None, found)),
            default=0,
        )

    async def refused(self, charges: Sequence[Charge], *, at: datetime) -> frozenset[str]:
        """Return the keys of those ``charges`` that would be refused, and count nothing."""
        return await self.engine.read_long(partial(_refused, charges, at))

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            CountTries: self.count,
            RequireTries: self.require,
            ResetCounters: self.reset,
            GiveBack: self.give_back,
        }

    def count(self, change: CountTries) -> Steps[None]:
        """Count attempts in the same transaction as the act they allow."""
        yield from _charge(change.charges, change.at)

    def require(self, change: RequireTries) -> Steps[None]:
        """Raise if an attempt would be refused, and count nothing."""
        for charge, spent in (yield from _looked_at(change.charges, change.at)):
            if spent.refused_until is not None:
                raise LimitReachedError(charge.limit.name, spent.refused_until, charge.key)

    def reset(self, change: ResetCounters) -> Steps[None]:
        """Reset the counters of some keys."""
        names = [(name,) for key in change.keys for name in _all_names(key)]
        if names:
            yield from touched_by_many(RESET_COUNTERS, names)

    def give_back(self, change: GiveBack) -> Steps[None]:
        """Take attempts that succeeded out of the count."""
        charges = {name: charge for charge in change.charges for name in _all_names(charge.key)}
        if not charges:
            return
        found = yield from rows_of_many(COUNTERS, [(name,) for name in sorted(charges)])
        written = []
        for name, *columns in found:
            charge = replace(charges[name], key=name)
            left = without(_counter_of(columns), charge, at=change.at)
            if left is not None:
                written.append(_columns_of(left, charge, change.at))
        if written:
            yield from touched_by_many(SET_COUNTERS, written)


def _refused(charges: Sequence[Charge], at: datetime) -> Steps[frozenset[str]]:
    keys = set[str]()
    for start in range(0, len(charges), ROWS_AT_ONCE):
        some = yield from _looked_at(charges[start : start + ROWS_AT_ONCE], at)
        keys |= {charge.key for charge, spent in some if spent.refused_until is not None}
    return frozenset(keys)


def _looked_at(charges: Sequence[Charge], at: datetime) -> Steps[Sequence[tuple[Charge, Spent]]]:
    """Return what each charge would do, and count nothing."""
    names = {charge.key: _all_names(charge.key) for charge in charges}
    found = yield from rows_of_many(LOOK, [(name,) for many in names.values() for name in many])
    counters = {key: _counter_of(columns) for key, *columns in found}
    looked: list[tuple[Charge, Spent]] = []
    for charge in charges:
        kept = (counters[name] for name in names[charge.key] if name in counters)
        looked.append((charge, spend(next(kept, UNUSED), charge, at=at)))
    return looked


def _charge(charges: Sequence[Charge], at: datetime) -> Steps[list[int]]:
    if not any(" " in charge.key or "+" in charge.key for charge in charges):
        return (yield from _charge_names(charges, at))
    # During a key rotation a counter has several names.
    named = [(place, charge, *names_in(charge.key)) for place, charge in enumerate(charges)]
    for _, _, now, older in sorted(named, key=lambda one: one[2]):
        for name in now:
            for other in (*now, *older):
                if other != name:
                    yield from touched(CARRY_ON, name, other)
    each = [(place, replace(charge, key=name)) for place, charge, now, _ in named for name in now]
    left = yield from _charge_names([charge for _, charge in each], at)
    return [
        min(many for (of, _), many in zip(each, left, strict=True) if of == place)
        for place in range(len(charges))
    ]


def _charge_names(charges: Sequence[Charge], at: datetime) -> Steps[list[int]]:
    left = [0] * len(charges)
    waiting = sorted({charge.key for charge in charges})
    while waiting:
        found = yield from rows_of_many(COUNTERS, [(key,) for key in waiting])
        locked = {key: _counter_of(columns) for key, *columns in found}
        written = {}
        counters = dict(locked)
        for number, charge in enumerate(charges):
            if charge.key not in waiting:
                continue
            spent = spend(counters.get(charge.key, UNUSED), charge, at=at)
            if spent.refused_until is not None:
                raise LimitReachedError(charge.limit.name, spent.refused_until, charge.key)
            counters[charge.key] = spent.counter
            left[number] = spent.left
            written[charge.key] = _columns_of(spent.counter, charge, at)
        if locked:
            yield from touched_by_many(SET_COUNTERS, [written[key] for key in locked])
        waiting = [key for key in waiting if key not in locked]
        if waiting:
            # A missing row cannot be locked. If another transaction inserts the same counter, this
            # one waits for it and counts on top of its result.
            made = yield from rows_of_many(NEW_COUNTERS, [written[key] for key in waiting])
            waiting = sorted(set(waiting).difference(key for (key,) in made))
    return left


def _all_names(key: str) -> list[str]:
    now, older = names_in(key)
    return now + older


def _counter_of(columns: Sequence[Any]) -> Counter:
    tries, pauses, paused_until, marks = columns
    return Counter(
        tries=tuple(Tries(from_microseconds(last), many) for last, many in _tries.decode(tries)),
        pauses=pauses,
        paused_until=instant_or_none(paused_until),
        marks=_marks.decode(marks),
    )


def _columns_of(counter: Counter, charge: Charge, at: datetime) -> tuple[Value, ...]:
    return (
        charge.key,
        _json([(to_microseconds(group.last_at), group.count) for group in counter.tries]),
        counter.pauses,
        count_or_none(counter.paused_until),
        _json(counter.marks),
        _kept_until(expires_at(counter, charge.limit, at=at)),
    )


def _kept_until(at: datetime) -> int:
    """Return the end of the 15 minutes that contain ``at``."""
    return -(-to_microseconds(at) // QUARTER) * QUARTER


def _json(value: Sequence[object]) -> str:
    return msgspec.json.encode(value).decode()
