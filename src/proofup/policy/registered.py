"""What somebody's methods amount to, as reports tell it: of each person, and of all in numbers.

Both are judged by one function, so that a number is that of the people a list would show.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from msgspec import Struct

from proofup.directory.users import UserType
from proofup.methods.catalogue import Catalogue
from proofup.methods.declaration import Role
from proofup.methods.protocol import VerificationMethod
from proofup.methods.registered_methods import RegisteredMethod
from proofup.policy.resets import is_for, proofs_of, reset_ways
from proofup.policy.rules import Policy
from proofup.values.ways import Way


class Rank(StrEnum):
    """Whether somebody holds a role."""

    USER = "user"
    ADMINISTRATOR = "administrator"
    PRIVILEGED = "privileged"  # one of certain roles


class Counted(Struct, frozen=True, kw_only=True):
    """How many ``people`` may sign in, are of this type and rank, and have filled these slots."""

    user_type: UserType
    rank: Rank
    slots: Sequence[str]
    people: int


class Registered(Struct, frozen=True, kw_only=True):
    """Everybody in groups; ``is_whole`` is false where the time did not suffice for all."""

    groups: Sequence[Counted]
    is_whole: bool


class Registrations(Protocol):
    """Counts what people have registered."""

    async def registered(
        self, slots: Sequence[str], privileged: Collection[str], *, at: datetime
    ) -> Registered:
        """Count those who may sign in by type, rank, and which of ``slots`` they have filled.

        ``privileged`` are the ids of the roles that make the highest rank.
        """
        ...


class Answering(NamedTuple):
    """A method that somebody holds, and the ways in which it can answer."""

    method: VerificationMethod
    ways: Collection[Way]


class Ability(Struct, frozen=True, kw_only=True):
    """What methods amount to: each word is Graph's. ``capable`` is registered and allowed.

    For a reset of the password, ``registered`` are enough methods of different kinds, and
    ``enabled`` says that the rules allow the person one.
    """

    mfa_registered: bool
    mfa_capable: bool
    passwordless_capable: bool
    sspr_registered: bool
    sspr_enabled: bool

    @property
    def sspr_capable(self) -> bool:
        """Whether they could reset their password."""
        return self.sspr_registered and self.sspr_enabled


def answering(
    catalogue: Catalogue, held: Sequence[RegisteredMethod], *, at: datetime
) -> Sequence[Answering]:
    """Return the methods of one person; what cannot be used now answers in no way."""
    methods = [(catalogue.of(one), one) for one in held]
    return [
        Answering(method, method.ways(one) if method.available(one, at=at) else ())
        for method, one in methods
    ]


def answering_in(catalogue: Catalogue, slots: Sequence[str]) -> Sequence[Answering]:
    """Return the methods in ``slots``, as the slots say it."""
    return [
        Answering(catalogue.by_kind[catalogue.kind_of_slot(slot)], catalogue.slots[slot].ways)
        for slot in slots
    ]


def ability_of(
    catalogue: Catalogue,
    found: Sequence[Answering],
    policy: Policy,
    *,
    user_type: UserType,
    administers: bool,
    served: frozenset[Way],
    at: datetime,
) -> Ability:
    """Return what the methods ``found`` of somebody amount to."""
    allowed = policy.allowed(served, at=at)
    counting = frozenset(way for way in allowed if not catalogue.traits[way].only_beside)
    lasting = [one for one in found if one.method.declaration.lasting]
    strong = [one for one in lasting if Role.SECOND in one.method.declaration.roles]
    firsts = [one for one in lasting if Role.FIRST in one.method.declaration.roles]
    words = {one.word for one in reset_ways(catalogue, policy, served, at=at)}
    resetting = {one.method.kind for one in found if not words.isdisjoint(one.ways)}
    return Ability(
        mfa_registered=bool(strong),
        mfa_capable=any(not counting.isdisjoint(one.ways) for one in strong),
        passwordless_capable=any(not allowed.isdisjoint(one.ways) for one in firsts),
        sspr_registered=len(resetting) >= proofs_of(policy, administers=administers),
        sspr_enabled=is_for(policy, user_type, administers=administers),
    )
