"""Counters: charged under a row lock, in a transaction that ends before anything is judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from proofup.policy.limits import Charge, Counter, ResetCounter, Tries, expires_at, spend
from proofup.storage.columns import count_or_none, instant_or_none
from proofup.storage.engine import Engine
from proofup.storage.statements import Row, Steps, row, touched
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import LimitReachedError

COUNTER = "SELECT tries, pauses, paused_until, marks FROM counters WHERE key = ? FOR UPDATE"
NEW_COUNTER = (
    "INSERT INTO counters (key, tries, pauses, paused_until, marks, expires_at) "
    "VALUES (?, '[]', 0, NULL, '[]', ?) ON CONFLICT (key) DO NOTHING"
)
SET_COUNTER = (
    "UPDATE counters SET tries = ?, pauses = ?, paused_until = ?, marks = ?, expires_at = ? "
    "WHERE key = ?"
)
RESET_COUNTER = "DELETE FROM counters WHERE key = ?"

_tries = msgspec.json.Decoder(tuple[tuple[int, int], ...])
_marks = msgspec.json.Decoder(tuple[str, ...])


@dataclass(frozen=True, slots=True)
class CounterRows:
    """The port ``Counters``, and its change."""

    engine: Engine

    async def charge(self, *charges: Charge, at: datetime) -> list[int]:
        """Count all of ``charges`` durably, or none, and return how many tries each leaves."""
        return await self.engine.write(lambda: _charge(charges, at))

    def reset(self, change: ResetCounter) -> Steps[None]:
        """Forget the tries under a key."""
        yield from touched(RESET_COUNTER, change.key)


def _charge(charges: Sequence[Charge], at: datetime) -> Steps[list[int]]:
    # Everybody locks in the order of the keys, so that nobody waits in a circle.
    counters: dict[str, Counter] = {}
    for key in sorted({charge.key for charge in charges}):
        counters[key] = yield from _locked(key, at)
    left = []
    changed: dict[str, Charge] = {}
    for charge in charges:
        spent = spend(counters[charge.key], charge, at=at)
        if spent.refused_until is not None:
            raise LimitReachedError(charge.limit.name, spent.refused_until)
        counters[charge.key] = spent.counter
        changed[charge.key] = charge
        left.append(spent.left)
    for key, charge in changed.items():
        counter = counters[key]
        yield from touched(
            SET_COUNTER,
            _json([(to_microseconds(group.last_at), group.count) for group in counter.tries]),
            counter.pauses,
            count_or_none(counter.paused_until),
            _json(counter.marks),
            to_microseconds(expires_at(counter, charge.limit, at=at)),
            key,
        )
    return left


def _locked(key: str, at: datetime) -> Steps[Counter]:
    """Return the counter under ``key``, which nobody else changes until the transaction ends."""
    while (found := (yield from row(COUNTER, key))) is None:
        # Where another transaction stores the same counter, this waits for it and stores nothing.
        yield from touched(NEW_COUNTER, key, to_microseconds(at))
    return _counter_of(found)


def _counter_of(columns: Row) -> Counter:
    tries, pauses, paused_until, marks = columns
    return Counter(
        tries=tuple(Tries(from_microseconds(last), many) for last, many in _tries.decode(tries)),
        pauses=pauses,
        paused_until=instant_or_none(paused_until),
        marks=_marks.decode(marks),
    )


def _json(value: Sequence[object]) -> str:
    return msgspec.json.encode(value).decode()
