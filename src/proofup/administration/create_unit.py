"""Making an administrative unit."""

from datetime import datetime

from proofup.administration.display_name import checked_description, checked_display_name
from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.audit.events.roles import UnitCreated
from proofup.directory.units import AddUnit, Unit
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.values.ids import UnitId, random_id


def create_unit(
    ports: Ports, actor: Actor, name: str, *, description: str | None = None, at: datetime
) -> Planned[Unit]:
    """Make a unit without members. Raises InvalidDisplayNameError; when written, NameInUseError."""
    conditions = permitted(actor, Permission.MANAGE_UNITS, at=at)
    new = Unit(
        id=UnitId(random_id(ports.room.entropy)),
        name=checked_display_name(name),
        description=checked_description(description),
    )
    created = UnitCreated(command=actor.command, reason=actor.reason, unit=new.id, name=new.name)
    return Planned(conditions, (AddUnit(unit=new), actor.entry(created, None, at=at)), new)
