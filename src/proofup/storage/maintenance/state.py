"""Figures of a whole database for the operator: waiting messages, and the latest activity."""

from datetime import datetime
from functools import partial

from msgspec import Struct

from proofup.storage.columns import instant_or_none
from proofup.storage.engine import Engine
from proofup.storage.statements import Steps, row, rows
from proofup.values.clock import from_microseconds

WAITING = "SELECT COUNT(*), MIN(created_at) FROM outbox WHERE next_at IS NOT NULL"
WAITING_OF_KIND = (
    "SELECT kind, COUNT(*), MIN(created_at) FROM outbox WHERE next_at IS NOT NULL GROUP BY kind"
)
NEWEST = "SELECT at FROM audit_log ORDER BY sequence DESC LIMIT 1"


class State(Struct, frozen=True, kw_only=True):
    """How many messages wait, the time of the oldest one, and of the newest audit entry."""

    waiting: int
    oldest_at: datetime | None
    newest_entry_at: datetime | None


async def state_of(engine: Engine) -> State:
    """Return the figures of now."""
    return await engine.read_long(partial(_steps))


async def waiting_of(engine: Engine) -> dict[str, tuple[int, datetime]]:
    """Return how many messages of each kind wait, and since when the oldest."""
    found = await engine.read_long(partial(rows, WAITING_OF_KIND))
    return {kind: (waiting, from_microseconds(oldest)) for kind, waiting, oldest in found}


def _steps() -> Steps[State]:
    waiting, oldest = (yield from row(WAITING)) or (0, None)
    newest = yield from row(NEWEST)
    return State(
        waiting=waiting,
        oldest_at=instant_or_none(oldest),
        newest_entry_at=instant_or_none(newest[0] if newest else None),
    )
