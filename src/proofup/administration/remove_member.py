"""Taking somebody out of an administrative unit."""

from datetime import datetime

from proofup.administration.planned import Planned
from proofup.audit.events.roles import UnitMemberRemoved
from proofup.directory.units import RemoveMember, Unit
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target


def remove_member(actor: Actor, target: Target, unit: Unit, *, at: datetime) -> Planned[bool]:
    """Take a person out, and return whether they were a member until now."""
    user_id = target.person.user.id
    conditions = permitted(actor, Permission.MANAGE_UNITS, at=at)
    if unit.id not in target.units:
        return Planned(conditions, (), done=False)
    removed = UnitMemberRemoved(
        command=actor.command, reason=actor.reason, unit=unit.id, name=unit.name
    )
    changes = (RemoveMember(unit=unit.id, user_id=user_id), actor.entry(removed, user_id, at=at))
    return Planned(conditions, changes, done=True)
