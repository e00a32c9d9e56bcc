"""Adding somebody to an administrative unit."""

from datetime import datetime

from proofup.administration.planned import Planned
from proofup.audit.events.roles import UnitMemberAdded
from proofup.directory.units import AddMember, Unit
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target


def add_member(actor: Actor, target: Target, unit: Unit, *, at: datetime) -> Planned[bool]:
    """Add a person, and return whether they were no member until now."""
    user_id = target.person.user.id
    conditions = permitted(actor, Permission.MANAGE_UNITS, at=at)
    if unit.id in target.units:
        return Planned(conditions, (), done=False)
    added = UnitMemberAdded(
        command=actor.command, reason=actor.reason, unit=unit.id, name=unit.name
    )
    changes = (AddMember(unit=unit.id, user_id=user_id), actor.entry(added, user_id, at=at))
    return Planned(conditions, changes, done=True)
