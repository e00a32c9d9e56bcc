"""A limit that stops somebody is written down: an entry in the log, and a count for ``doctor``.

One counter makes one entry an hour, so that nobody fills the log by trying on.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from proofup.audit.entry import Entry
from proofup.audit.events.challenges import LimitReached
from proofup.audit.events.event import Event
from proofup.challenges.room import Room
from proofup.policy.limits import Charge, CountTries, Limit
from proofup.policy.met import MET, met
from proofup.values.changes import Change
from proofup.values.errors import LimitReachedError

Record: TypeAlias = Callable[[Event], Entry]
"""Makes the entry of an event: who was stopped, in what, from where."""

TOLD = Limit(name="limitTold", most=1, within=timedelta(hours=1))


async def count(room: Room, record: Record, *charges: Charge, at: datetime) -> list[int]:
    """Count tries durably and return how many each leaves. Raises LimitReachedError."""
    try:
        return await room.counters.charge(*charges, at=at)
    except LimitReachedError as limit:
        await _tell(room, record, limit, at=at)
        raise


async def commit(room: Room, record: Record, *changes: Change, at: datetime) -> None:
    """Write ``changes``, which count tries. Raises LimitReachedError, and what they raise."""
    try:
        await room.commit(*changes)
    except LimitReachedError as limit:
        await _tell(room, record, limit, at=at)
        raise


async def times_met(room: Room, name: str, *, at: datetime) -> int:
    """Return how often the limit ``name`` stopped somebody in the last 24 hours."""
    return await room.counters.spent(met(room.counter_key, name).key, MET, at=at)


async def tell_once(room: Room, name: str, whom: str, entry: Entry, *, at: datetime) -> None:
    """Write ``entry`` and count it under ``name``, the first time in an hour for ``whom``."""
    told = Charge(key=room.counter_key(TOLD.name, name, whom), limit=TOLD)
    if await room.counters.spent(told.key, TOLD, at=at):
        return
    try:
        await room.commit(CountTries(charges=(told, met(room.counter_key, name)), at=at), entry)
    except LimitReachedError:  # another request told it
        return


async def _tell(room: Room, record: Record, limit: LimitReachedError, *, at: datetime) -> None:
    event = LimitReached(limit=limit.limit, until=limit.until.isoformat(timespec="seconds"))
    await tell_once(room, limit.limit, limit.key, record(event), at=at)
