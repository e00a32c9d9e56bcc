"""What every change asks first: is it allowed at all, and is the proof fresh enough."""

from collections.abc import Sequence
from datetime import datetime

from proofup.challenges.options import options_of
from proofup.directory.invitations import Invitation
from proofup.methods.protocol import RegisteredMethod
from proofup.policy import proofs
from proofup.policy.proofs import Action
from proofup.policy.rules import Guard, Policy
from proofup.registration.ports import (
    Actor,
    ChangesHeldError,
    NotInvitedError,
    Ports,
)


async def held_methods(ports: Ports, actor: Actor) -> Sequence[RegisteredMethod]:
    """Return the actor's methods, or raise ChangesHeldError."""
    if actor.person.account.changes_held_at is not None:
        raise ChangesHeldError
    return await ports.room.methods.of_user(actor.person.user.id)


async def check_invited(
    ports: Ports,
    actor: Actor,
    held: Sequence[RegisteredMethod],
    policy: Policy,
    *,
    at: datetime,
) -> Invitation | None:
    """Return the invitation with which the actor registers a first method, if there is one.

    Raises NotInvitedError where the rules ask for one and there is none.
    """
    if ports.room.catalogue.lasting(held) or actor.proofs.by_one_answer:
        return None  # who has proven both factors at once was given what proves them
    found = await ports.invitations.by_token(actor.invitation) if actor.invitation else None
    if found is not None and found.is_open(at) and found.is_for(actor.person.user):
        return found
    if policy.guard is Guard.INVITATION:
        raise NotInvitedError
    return None


async def check_may_add(ports: Ports, actor: Actor, *, at: datetime) -> None:
    """Raise NotInvitedError or ChangesHeldError where the actor may begin to add nothing."""
    held = await held_methods(ports, actor)
    await check_invited(ports, actor, held, await ports.room.policies.current(), at=at)


async def check_fresh(
    ports: Ports, actor: Actor, held: Sequence[RegisteredMethod], action: Action, *, at: datetime
) -> None:
    """Raise NotFreshError unless the actor's proofs allow ``action`` now."""
    proofs.check_fresh(action, actor.proofs, await options_of(ports.room, held, at=at), at=at)
