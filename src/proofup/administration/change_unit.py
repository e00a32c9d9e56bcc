"""Giving an administrative unit another name or description."""

from datetime import datetime

from msgspec.structs import replace

from proofup.administration.display_name import checked_description, checked_display_name
from proofup.administration.planned import Planned
from proofup.audit.events.roles import UnitChanged
from proofup.directory.units import ChangeUnit, Unit
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission


def change_unit(
    actor: Actor, unit: Unit, *, name: str, description: str | None, at: datetime
) -> Planned[Unit]:
    """Give a unit another name and description; its members and roles stay.

    Raises InvalidDisplayNameError; when written, NameInUseError.
    """
    conditions = permitted(actor, Permission.MANAGE_UNITS, at=at)
    new = replace(
        unit, name=checked_display_name(name), description=checked_description(description)
    )
    changed = UnitChanged(command=actor.command, reason=actor.reason, unit=new.id, name=new.name)
    return Planned(conditions, (ChangeUnit(unit=new), actor.entry(changed, None, at=at)), new)
