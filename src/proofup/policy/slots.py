"""Free slots: the methods that a person can still register under the rules."""

from collections.abc import Sequence

from proofup.directory.users import User
from proofup.methods.catalogue import Catalogue
from proofup.methods.declaration import Opens, Who
from proofup.methods.registered_methods import RegisteredMethod
from proofup.values.ways import Way


def open_slots(
    catalogue: Catalogue,
    held: Sequence[RegisteredMethod],
    allowed: frozenset[Way],
    *,
    shut: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """Return the slots that are free, and whose method could be used in an ``allowed`` way.

    ``shut`` are slots that cannot be filled now.
    """
    taken = shut.union(method.slot for method in held)
    return tuple(
        slot.name
        for method in catalogue.registrable.values()
        for slot in method.declaration.slots
        if Who.PERSON in method.declaration.added_by
        and slot.name not in taken
        and allowed & {*slot.ways}
    )


def shut_on_the_way(catalogue: Catalogue, user: User) -> frozenset[str]:
    """Return the slots that ``user`` cannot take before a sign-in has ended."""
    return frozenset(name for name, slot in catalogue.slots.items() if not slot.is_open_to(user))


def most_of_anybody(catalogue: Catalogue, allowed: frozenset[Way]) -> int:
    """Return how many methods each person can register, whatever is known of them."""
    return len(open_slots(catalogue, (), allowed, shut=shut_to_somebody(catalogue)))


def ways_of_anybody(catalogue: Catalogue) -> tuple[Way, ...]:
    """Return the ways of those methods that each person can register."""
    slots = open_slots(catalogue, (), catalogue.ways, shut=shut_to_somebody(catalogue))
    return tuple(dict.fromkeys(way for slot in slots for way in catalogue.slots[slot].ways))


def shut_to_somebody(catalogue: Catalogue) -> frozenset[str]:
    """Return the slots that not everybody can take before a sign-in has ended."""
    slots = catalogue.slots.items()
    return frozenset(name for name, slot in slots if slot.opens is not Opens.SIGNING_IN)
