"""Choosing the option that is asked for first."""

from datetime import datetime

from proofup.directory.users import RequireEpoch
from proofup.method_changes.default import default_chosen
from proofup.policy.proofs import Action
from proofup.registration.guard import check_fresh, held_methods, own_options
from proofup.registration.ports import Actor, Ports, UnusableWayError
from proofup.values.ways import Way


async def set_default(ports: Ports, actor: Actor, way: Way, *, at: datetime) -> None:
    """Make ``way`` the actor's default. Raises UnusableWayError and NotFreshError."""
    held_methods(actor)
    options = own_options(ports, actor, at=at)
    chosen = next((option for option in options if option.way == way), None)
    if chosen is None or not chosen.traits.can_be_default:
        raise UnusableWayError
    check_fresh(ports, actor, Action.CHANGE_DEFAULT, at=at)
    await ports.room.commit(
        RequireEpoch(user_id=actor.person.user.id, epoch=actor.epoch),
        *default_chosen(ports.room, actor, actor.person, chosen, at=at),
    )
