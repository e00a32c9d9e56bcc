"""What every change asks first: is it allowed at all, and is the proof fresh enough."""

from collections.abc import Sequence
from datetime import datetime

from proofup.challenges.options import options_of
from proofup.methods.protocol import RegisteredMethod
from proofup.policy.proofs import Action, is_fresh
from proofup.registration.ports import Actor, ChangesHeldError, NotFreshError, Ports


async def held_methods(ports: Ports, actor: Actor) -> Sequence[RegisteredMethod]:
    """Return the actor's methods, or raise ChangesHeldError."""
    if actor.person.account.changes_held_at is not None:
        raise ChangesHeldError
    return await ports.room.methods.of_user(actor.person.user.id)


async def check_fresh(
    ports: Ports, actor: Actor, held: Sequence[RegisteredMethod], action: Action, *, at: datetime
) -> None:
    """Raise NotFreshError unless the actor's proofs allow ``action`` now."""
    options = await options_of(ports.room, held)
    if not is_fresh(action, actor.proofs, options, at=at):
        given_at = actor.proofs.second_at if options else actor.proofs.first_at
        raise NotFreshError(action, given_at)
