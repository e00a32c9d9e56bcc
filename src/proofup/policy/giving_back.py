"""A try that turned out right is given back: limits guard against failures, not against use."""

from datetime import datetime

from msgspec.structs import replace

from proofup.policy.limits import Charge, Counter, Tries, is_remembered_in
from proofup.values.changes import Change


class GiveBack(Change, frozen=True, kw_only=True):
    """Takes back the tries that ``charges`` counted at ``at``, as far as they are still there.

    Written together with what proves that they were right, so each is given back once.
    """

    charges: tuple[Charge, ...]
    at: datetime


def without(counter: Counter, charge: Charge, *, at: datetime) -> Counter | None:
    """Return ``counter`` without the try of ``charge`` at ``at``, or None where it is not there.

    Another's try is never given back in its place; among those that are remembered together one is
    like the other.
    """
    for place, group in enumerate(counter.tries):
        if is_remembered_in(group, charge.limit, at):
            left = group.count - charge.weight
            kept = (Tries(group.last_at, left),) if left > 0 else ()
            others = counter.tries[:place], counter.tries[place + 1 :]
            return replace(counter, tries=(*others[0], *kept, *others[1]))
    return None
