"""Taking successful attempts out of the count: limits guard against failures, not against use."""

from datetime import datetime

from msgspec.structs import replace

from proofup.policy.limits import Charge, Counter, Tries, is_remembered_in
from proofup.values.changes import Change


class GiveBack(Change, frozen=True, kw_only=True):
    """Removes the attempts that ``charges`` counted at ``at``, if they are still counted.

    It is written together with the success, so each attempt is removed only once.
    """

    charges: tuple[Charge, ...]
    at: datetime


def without(counter: Counter, charge: Charge, *, at: datetime) -> Counter | None:
    """Return ``counter`` without the try of ``charge`` at ``at``, or None where it is not there.

    Another attempt is never removed in its place; attempts in the same group are equal.
    """
    for place, group in enumerate(counter.tries):
        if is_remembered_in(group, charge.limit, at):
            left = group.count - charge.weight
            kept = (Tries(group.last_at, left),) if left > 0 else ()
            others = counter.tries[:place], counter.tries[place + 1 :]
            return replace(counter, tries=(*others[0], *kept, *others[1]))
    return None
