"""The checks before every change: whether it is allowed, and whether the proof is fresh enough."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from proofup.challenges.options import options_of
from proofup.directory.invitations import Invitation
from proofup.methods.catalogue import Option
from proofup.methods.registered_methods import RegisteredMethod
from proofup.policy import proofs
from proofup.policy.proofs import Action, is_fresh
from proofup.policy.rule_choices import Guard
from proofup.registration.ports import (
    Actor,
    ChangesHeldError,
    NotInvitedError,
    Ports,
)
from proofup.values.errors import RevokedError


def held_methods(actor: Actor) -> Sequence[RegisteredMethod]:
    """Return the actor's methods, or raise ChangesHeldError."""
    if actor.person.account.changes_held_at is not None:
        raise ChangesHeldError
    return actor.held


async def read_again(ports: Ports, actor: Actor) -> Actor:
    """Return the actor as they are now. Raises RevokedError where there is no such person."""
    found = await ports.subscribers.of(actor.person.user.id)
    if found is None:
        raise RevokedError
    return replace(actor, subscriber=found)


def own_options(ports: Ports, actor: Actor, *, at: datetime) -> tuple[Option, ...]:
    """Return what the actor can answer with now."""
    return options_of(ports.room, actor.held, actor.policy, at=at)


async def check_invited(ports: Ports, actor: Actor, *, at: datetime) -> Invitation | None:
    """Return the invitation with which the actor registers a first method, if there is one.

    Raises NotInvitedError where the rules ask for one and there is none.
    """
    if ports.room.catalogue.lasting(actor.held) or actor.proofs.by_one_answer:
        return None  # a method that proves both factors was issued to the person
    found = await ports.invitations.by_token(actor.invitation) if actor.invitation else None
    if found is not None and found.is_open(at) and found.is_for(actor.person.user):
        return found
    if actor.policy.guard is Guard.INVITATION:
        raise NotInvitedError
    return None


async def check_may_add(ports: Ports, actor: Actor, *, at: datetime) -> None:
    """Raise NotInvitedError or ChangesHeldError where the actor may begin to add nothing."""
    held_methods(actor)
    await check_invited(ports, actor, at=at)


def check_fresh(ports: Ports, actor: Actor, action: Action, *, at: datetime) -> None:
    """Raise NotFreshError unless the actor's proofs allow ``action`` now."""
    proofs.check_fresh(action, actor.proofs, own_options(ports, actor, at=at), at=at)


def sees_numbers(ports: Ports, actor: Actor, *, at: datetime) -> bool:
    """Tell whether the actor's proof is fresh enough to be shown whole numbers."""
    return is_fresh(Action.SEE_NUMBERS, actor.proofs, own_options(ports, actor, at=at), at=at)
