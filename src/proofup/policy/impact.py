"""What other rules would do to people at their next sign-in, counted before they are set.

People are counted in groups of those who are alike for this decision. What each group must bring is
decided by ``decide``, once under the rules before and once under the rules after.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from proofup.directory.users import Account
from proofup.methods.catalogue import Catalogue, Option
from proofup.methods.declaration import Role
from proofup.methods.registered_methods import RegisteredMethod
from proofup.policy.decision import Decision, RequiredAction, decide, is_demanded
from proofup.policy.rule_choices import Guard
from proofup.policy.rules import Policy
from proofup.policy.slots import open_slots, shut_to_somebody
from proofup.values.clock import EPOCH
from proofup.values.ids import MethodId
from proofup.values.ways import Way


class Alike(Struct, frozen=True, kw_only=True):
    """How many ``people`` may sign in, have such an account, and hold a method in each slot.

    ``is_excluded`` says that they are among those whom the census was to tell apart.
    """

    account: Account
    slots: Sequence[str]
    people: int
    is_excluded: bool = False


class Census(Struct, frozen=True, kw_only=True):
    """Everybody in groups; ``is_whole`` is false where the time did not suffice for all."""

    groups: Sequence[Alike]
    is_whole: bool


class Population(Protocol):
    """Counts people."""

    async def census(
        self, slots: Sequence[str], *, excluded: Collection[str] = (), at: datetime
    ) -> Census:
        """Count those who may sign in by their accounts and which of ``slots`` they have filled.

        People whose id, or that of a group of theirs, is in ``excluded`` are told apart.
        """
        ...


class Impact(Struct, frozen=True, kw_only=True):
    """How many of ``people`` meet something else at their next sign-in.

    ``asked`` must have a second proof and needed none; ``released`` the reverse. ``must_register``
    cannot end the sign-in before they registered a method, ``may_register`` can postpone it, and
    ``must_choose`` another default. ``locked_out`` cannot even register without an invitation; they
    are not among the others who must.
    """

    people: int
    is_whole: bool
    asked: int = 0
    released: int = 0
    must_register: int = 0
    may_register: int = 0
    must_choose: int = 0
    locked_out: int = 0


def impact_of(
    census: Census,
    catalogue: Catalogue,
    before: Policy,
    after: Policy,
    *,
    served: frozenset[Way],
    at: datetime,
) -> Impact:
    """Return whom the rules ``after`` ask for something that the rules ``before`` did not."""
    found = dict.fromkeys(Impact.__struct_fields__[2:], 0)
    for group in census.groups:
        held = options_of_group(catalogue, group)
        old = _decided(catalogue, group, held, before, served=served, at=at)
        new = _decided(catalogue, group, held, after, served=served, at=at)
        was, now = (is_demanded(group.account, one, at=at) for one in (before, after))
        actions = {
            "must_register": RequiredAction.MUST_REGISTER,
            "may_register": RequiredAction.MAY_REGISTER,
            "must_choose": RequiredAction.MUST_CHOOSE_DEFAULT,
        }
        is_locked = _is_locked(held, new, after) and not _is_locked(held, old, before)
        applies = {
            "asked": now and not was,
            "released": was and not now,
            "locked_out": is_locked,
            **{
                name: new.required_action is action is not old.required_action and not is_locked
                for name, action in actions.items()
            },
        }
        for name, is_so in applies.items():
            found[name] += group.people if is_so else 0
    people = sum(group.people for group in census.groups)
    return Impact(people=people, is_whole=census.is_whole, **found)


def _is_locked(held: Sequence[Option], decision: Decision, policy: Policy) -> bool:
    must = decision.required_action is RequiredAction.MUST_REGISTER
    return must and not held and policy.guard is Guard.INVITATION


def _decided(
    catalogue: Catalogue,
    group: Alike,
    held: Sequence[Option],
    policy: Policy,
    *,
    served: frozenset[Way],
    at: datetime,
) -> Decision:
    allowed = policy.allowed(served, at=at)
    methods = [_method(catalogue, group, slot) for slot in group.slots]
    free = open_slots(catalogue, methods, allowed, shut=shut_to_somebody(catalogue))
    return decide(group.account, held, policy, served=served, slots=len(free), at=at)


def options_of_group(catalogue: Catalogue, group: Alike) -> Sequence[Option]:
    """Return in which ways the methods in the slots can answer, as the slots say it."""
    found: dict[Way, list[RegisteredMethod]] = {}
    for slot in group.slots:
        declaration = catalogue.by_kind[catalogue.kind_of_slot(slot)].declaration
        if Role.SECOND in declaration.roles and declaration.lasting:
            for way in catalogue.slots[slot].ways:
                found.setdefault(way, []).append(_method(catalogue, group, slot))
    return [catalogue.option(way, found[way]) for way in catalogue.traits if way in found]


def _method(catalogue: Catalogue, group: Alike, slot: str) -> RegisteredMethod:
    return RegisteredMethod(
        id=MethodId(slot),
        user_id=group.account.user_id,
        kind=catalogue.kind_of_slot(slot),
        slot=slot,
        document=b"",
        created_at=EPOCH,
    )
