"""Where one more method may go: what a person can still register under the rules.

Fewer slots are open to a person who registers during a sign-in: an
alternate phone is added by who is in already, and the phone of an office has to be known there.
"""

from collections.abc import Sequence

from proofup.directory.users import User
from proofup.methods.catalogue import Catalogue
from proofup.methods.phone import ALTERNATE_MOBILE, OFFICE
from proofup.methods.protocol import RegisteredMethod
from proofup.values.ways import Way

INSIDE = frozenset({ALTERNATE_MOBILE, OFFICE})


def open_slots(
    catalogue: Catalogue,
    held: Sequence[RegisteredMethod],
    allowed: frozenset[Way],
    *,
    shut: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """Return the slots that are free, and whose method could be used in an ``allowed`` way.

    ``shut`` are slots that cannot be taken now.
    """
    taken = shut.union(method.slot for method in held)
    return tuple(
        slot
        for method in catalogue
        for slot in method.slots
        if slot not in taken and allowed & {*method.ways_of_slot(slot)}
    )


def shut_on_the_way(user: User) -> frozenset[str]:
    """Return the slots that ``user`` cannot take before a sign-in has ended."""
    return INSIDE - {OFFICE} if user.business_phones else INSIDE


def most_of_anybody(catalogue: Catalogue, allowed: frozenset[Way]) -> int:
    """Return how many methods each person can register, whatever is known of them."""
    return len(open_slots(catalogue, (), allowed, shut=INSIDE))
