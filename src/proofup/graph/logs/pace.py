"""How often everybody, or the whole log, is counted for one application: as often as Graph does."""

from datetime import timedelta

from proofup.graph.call import Call
from proofup.policy.limits import Charge, Limit

REPORTS = Limit(name="reports", most=5, within=timedelta(seconds=10))


async def count_report(call: Call) -> None:
    """Count a report that is about to be made. Raises LimitReachedError."""
    room = call.door.ports.room
    key = room.counter_key(REPORTS.name, call.principal.application_id)
    await room.counters.charge(Charge(key=key, limit=REPORTS), at=call.at)
