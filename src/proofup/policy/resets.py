"""Who may reset a forgotten password, by which proofs, and by how many."""

from collections.abc import Collection, Sequence
from datetime import datetime

from proofup.directory.users import Account, Person, UserType
from proofup.methods.catalogue import Catalogue, Option
from proofup.methods.declaration import Role, WayTraits
from proofup.methods.registered_methods import RegisteredMethod
from proofup.policy.rule_choices import Resets
from proofup.policy.rules import Policy
from proofup.values.ways import Way

OF_ADMINISTRATORS = 2  # proofs, whatever the rules ask of others


def is_offered(policy: Policy) -> bool:
    """Tell whether anybody may reset a forgotten password."""
    return policy.password_reset is not Resets.NOBODY


def may_reset(person: Person, policy: Policy, *, at: datetime) -> bool:
    """Tell whether this person may.

    Not while the account is closed, its second proofs are blocked, or its changes are stopped after
    a report: the help desk speaks to them first.
    """
    account, user = person.account, person.user
    is_blocked = account.proofs_blocked_until is not None and at < account.proofs_blocked_until
    if not account.enabled or is_blocked or account.changes_held_at is not None:
        return False
    return is_for(policy, user.user_type, administers=account.is_administrator(at))


def is_for(policy: Policy, user_type: UserType, *, administers: bool) -> bool:
    """Tell whether the rules let people of this type reset their passwords."""
    if administers and not policy.reset_administrators:
        return False
    if policy.password_reset is Resets.MEMBERS:
        return user_type is UserType.MEMBER
    return is_offered(policy)


def proofs_needed(account: Account, policy: Policy, *, at: datetime) -> int:
    """Return how many methods of different kinds must answer."""
    return proofs_of(policy, administers=account.is_administrator(at))


def proofs_of(policy: Policy, *, administers: bool) -> int:
    """Return how many methods of different kinds must answer for somebody who holds a role."""
    return OF_ADMINISTRATORS if administers else policy.reset_proofs


def reset_ways(
    catalogue: Catalogue, policy: Policy, served: frozenset[Way], *, at: datetime
) -> tuple[WayTraits, ...]:
    """Return the ways in which somebody may be able to answer; they are offered to every name.

    What is answered on a device is left out: its progress would reveal who has one.
    """
    allowed = policy.allowed(served, at=at)
    return tuple(
        traits
        for traits in catalogue.in_role(Role.RESET)
        if traits.typed and traits.word in allowed
    )


def reset_options(
    catalogue: Catalogue,
    held: Sequence[RegisteredMethod],
    ways: Collection[WayTraits],
    policy: Policy,
    *,
    at: datetime,
) -> tuple[Option, ...]:
    """Return what a person with ``held`` can answer with, in one of ``ways``.

    A method must have been there for some hours: whoever added one to a stolen session should not
    get the password with it (security row EN6).
    """
    old = [one for one in held if one.created_at + policy.reset_wait <= at]
    words = {traits.word for traits in ways}
    options = catalogue.options(old, role=Role.RESET, at=at)
    return tuple(option for option in options if option.way in words)
