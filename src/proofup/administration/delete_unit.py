"""Deleting an administrative unit."""

from datetime import datetime

from proofup.administration.planned import Planned
from proofup.audit.events.roles import UnitDeleted
from proofup.directory.units import DeleteUnit, Unit
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission


def delete_unit(actor: Actor, unit: Unit, *, at: datetime) -> Planned[None]:
    """Delete a unit; its members stay as they are. When written, raises StillHeldError."""
    conditions = permitted(actor, Permission.MANAGE_UNITS, at=at)
    deleted = UnitDeleted(command=actor.command, reason=actor.reason, unit=unit.id, name=unit.name)
    return Planned(conditions, (DeleteUnit(unit=unit.id), actor.entry(deleted, None, at=at)), None)
