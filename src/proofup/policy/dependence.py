"""Who has what of methods: how far a campaign is, and who depends on ways that may go.

Counts are made of people in groups, as for the impact of rules; names are read by the slots in
which a method would be good enough.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from proofup.directory.users import Person
from proofup.methods.catalogue import Catalogue, Option
from proofup.methods.declaration import Role
from proofup.policy.impact import Alike, Census, options_of_group
from proofup.policy.nudging import lacks_stronger, strong_enough, stronger
from proofup.policy.rules import Policy
from proofup.values.ways import Way


class Lacking(Struct, frozen=True):
    """A page of people; ``after`` is where the next one begins, None on the last."""

    people: Sequence[Person]
    after: str | None


class PeopleLacking(Protocol):
    """Finds people who have methods that last, but none in certain slots."""

    async def page(
        self,
        slots: Sequence[str],
        *,
        excluded: Collection[str] = (),
        only_restricted: bool,
        after: str | None,
        most: int,
    ) -> Lacking:
        """Return people who may sign in and have no method in ``slots``, by user name.

        With ``only_restricted`` only those who have nothing but phones. Nobody is among them whose
        id, or that of a group of theirs, is in ``excluded``.
        """
        ...


class Progress(Struct, frozen=True, kw_only=True):
    """How far a campaign is, in people who may sign in; those who lack it are apart.

    ``reached`` have a method as strong as what is proposed, ``only_phones`` nothing but phones,
    ``weaker`` another weaker method, ``without`` none at all: a campaign asks after a second proof.
    ``excluded`` are left out of it by the rules, and are not among the others.
    """

    is_whole: bool
    reached: int
    only_phones: int
    weaker: int
    without: int
    excluded: int


class Dependence(Struct, frozen=True, kw_only=True):
    """How many of ``people`` have methods, but could use none of them without certain ways.

    ``administrators`` are those of the ``dependent`` who hold a role.
    """

    people: int
    is_whole: bool
    dependent: int
    administrators: int


def progress_of(
    census: Census,
    catalogue: Catalogue,
    policy: Policy,
    *,
    served: frozenset[Way],
    at: datetime,
) -> Progress:
    """Count how far the campaign of ``policy`` is."""

    def lacks(held: Sequence[Option]) -> bool:
        return bool(held) and lacks_stronger(catalogue, held, policy, served=served, at=at)

    def has_phones_alone(held: Sequence[Option]) -> bool:
        return all(option.traits.restricted for option in held)

    asked = [group for group in census.groups if not group.is_excluded]
    return Progress(
        is_whole=census.is_whole,
        reached=_count(asked, catalogue, lambda held: bool(held) and not lacks(held)),
        only_phones=_count(asked, catalogue, lambda held: lacks(held) and has_phones_alone(held)),
        weaker=_count(asked, catalogue, lambda held: lacks(held) and not has_phones_alone(held)),
        without=_count(asked, catalogue, lambda held: not held),
        excluded=sum(group.people for group in census.groups if group.is_excluded),
    )


def dependence_on(
    census: Census,
    catalogue: Catalogue,
    policy: Policy,
    off: frozenset[Way],
    *,
    at: datetime,
) -> Dependence:
    """Count who could use none of their methods if the ways ``off`` were gone."""
    left = _left(catalogue, policy, off, at=at)

    def depends(held: Sequence[Option]) -> bool:
        return bool(held) and all(option.way not in left for option in held)

    return Dependence(
        people=sum(group.people for group in census.groups),
        is_whole=census.is_whole,
        dependent=_count(census.groups, catalogue, depends),
        administrators=_count(
            [one for one in census.groups if _administers(one)], catalogue, depends
        ),
    )


def slots_as_strong(
    catalogue: Catalogue, policy: Policy, *, served: frozenset[Way], at: datetime
) -> Sequence[str]:
    """Return the slots whose methods are as strong as what the campaign proposes."""
    enough = strong_enough(catalogue, stronger(catalogue, policy, served, at=at))
    return _slots(catalogue, enough - policy.ending(at))


def slots_without(
    catalogue: Catalogue, policy: Policy, off: frozenset[Way], *, at: datetime
) -> Sequence[str]:
    """Return the slots whose methods could still be used if the ways ``off`` were gone."""
    return _slots(catalogue, _left(catalogue, policy, off, at=at))


def _left(
    catalogue: Catalogue, policy: Policy, off: frozenset[Way], *, at: datetime
) -> frozenset[Way]:
    lasting = frozenset(
        traits.word
        for method in catalogue
        if method.declaration.lasting and Role.SECOND in method.declaration.roles
        for traits in method.declaration.ways
    )
    return policy.allowed(lasting, at=at) - off


def _slots(catalogue: Catalogue, ways: frozenset[Way]) -> Sequence[str]:
    return [name for name, slot in catalogue.slots.items() if not ways.isdisjoint(slot.ways)]


def _administers(group: Alike) -> bool:
    return group.account.administers_until is not None


def _count(
    groups: Sequence[Alike], catalogue: Catalogue, applies: Callable[[Sequence[Option]], bool]
) -> int:
    held = ((options_of_group(catalogue, group), group.people) for group in groups)
    return sum(people for options, people in held if applies(options))
