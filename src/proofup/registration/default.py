"""Choosing the option that is asked for first."""

from datetime import datetime

from proofup.audit.entry import Event
from proofup.challenges.options import options_of
from proofup.directory.users import RequireEpoch, SetDefaultWay
from proofup.notices.telling import notice
from proofup.policy.proofs import Action
from proofup.registration.guard import check_fresh, held_methods
from proofup.registration.ports import Actor, Ports, UnusableWayError
from proofup.registration.records import record
from proofup.values.ways import Way


async def set_default(ports: Ports, actor: Actor, way: Way, *, at: datetime) -> None:
    """Make ``way`` the actor's default. Raises UnusableWayError and NotFreshError."""
    held = await held_methods(ports, actor)
    options = await options_of(ports.room, held)
    if not way.can_be_default or all(option.way is not way for option in options):
        raise UnusableWayError
    await check_fresh(ports, actor, held, Action.CHANGE_DEFAULT, at=at)
    user = actor.person.user
    facts = {"was": actor.person.account.default_way or "", "now": way.value}
    await ports.room.commit(
        RequireEpoch(user_id=user.id, epoch=actor.epoch),
        SetDefaultWay(user_id=user.id, way=way),
        *notice(ports.room.desk, actor.occasion, "default-changed", facts, at=at),
        record(actor, Event.DEFAULT_CHANGED, facts, at=at),
    )
