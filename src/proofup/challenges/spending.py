"""How far the budgets of the whole service are spent, and which of them has come near its end.

An alarm is itself counted as a try, one in each window. So it is raised by one node alone,
and not again when that node starts anew.
"""

from datetime import datetime

from msgspec import Struct

from proofup.challenges.brakes import times_met
from proofup.challenges.room import Room
from proofup.challenges.start import unanswered
from proofup.notices.farewell import WITHHELD
from proofup.policy import figures
from proofup.policy.budgets import DAY, service_limits
from proofup.policy.limits import Charge, Limit
from proofup.values.errors import LimitReachedError

NEAR_PERCENT = 80
ALARM = Limit(name="budgetAlarm", most=1, within=DAY)


class Use(Struct, frozen=True, kw_only=True):
    """How much of a budget is spent: of messages, or of money in thousandths of its unit."""

    budget: str
    spent: int
    most: int

    @property
    def percent(self) -> int:
        """How much of the budget is spent; one that allows nothing never is."""
        return self.spent * 100 // self.most if self.most else 0

    @property
    def is_near(self) -> bool:
        """Whether what is left will not last for long."""
        return self.percent >= NEAR_PERCENT


async def uses(room: Room, *, at: datetime) -> list[Use]:
    """Return how far each budget is spent."""
    return [
        Use(
            budget=limit.name,
            spent=await room.counters.spent(room.counter_key(limit.name, "all"), limit, at=at),
            most=limit.most,
        )
        for limit in service_limits(*room.budgets.values())
    ]


async def met_lately(room: Room, *, at: datetime) -> list[tuple[str, int]]:
    """Return which limits stopped somebody in the last 24 hours, and how often."""
    budgets = room.budgets.values()
    names = [
        *figures.in_force(),
        *(limit.name for budget in budgets for limit in budget.limits),
        *(unanswered(budget.kind) for budget in budgets),
        WITHHELD,
    ]
    found = [(name, await times_met(room, name, at=at)) for name in names]
    return [(name, times) for name, times in found if times]


async def raise_alarms(room: Room, *, at: datetime) -> list[Use]:
    """Return the budgets that are near their end and were not told of in this window."""
    return [
        use for use in await uses(room, at=at) if use.is_near and await _is_first(room, use, at)
    ]


async def _is_first(room: Room, use: Use, at: datetime) -> bool:
    key = room.counter_key(ALARM.name, use.budget)
    if await room.counters.spent(key, ALARM, at=at):
        return False
    try:
        await room.counters.charge(Charge(key=key, limit=ALARM), at=at)
    except LimitReachedError:  # another node was faster
        return False
    return True
