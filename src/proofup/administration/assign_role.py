"""Giving somebody a role."""

from datetime import datetime

from proofup.administration.planned import Planned
from proofup.audit.events.roles import RoleAssigned
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole, RequireAnotherHolder
from proofup.directory.units import Unit
from proofup.policy.actor import Actor
from proofup.policy.may_act import may_grant, permitted
from proofup.policy.permissions import Permission
from proofup.policy.roles import ROLES, DirectoryRole
from proofup.policy.target import Target
from proofup.values.errors import NotPermittedError, ProofupError


class NotForUnitsError(ProofupError):
    """The role is for the whole organisation only."""

    def __init__(self, role: str) -> None:
        super().__init__(role)
        self.role = role


class EndsAlreadyError(ProofupError):
    """A role can only be given until an instant that is still to come."""


def assign_role(
    actor: Actor,
    target: Target,
    role: DirectoryRole,
    *,
    unit: Unit | None = None,
    until: datetime | None = None,
    at: datetime,
) -> Planned[None]:
    """Give ``role`` for the people of ``unit`` or for everybody, ``until`` an instant or for good.

    One that is held already gets the new end. Raises NotPermittedError, NotForUnitsError and
    EndsAlreadyError; when it is written, LastAdministratorError.
    """
    user_id = target.person.user.id
    conditions = permitted(actor, Permission.ASSIGN_ROLES, target, at=at)
    if not may_grant(actor, role.id):
        raise NotPermittedError
    if unit is not None and not role.for_units:
        raise NotForUnitsError(role.name)
    if until is not None and until <= at:
        raise EndsAlreadyError
    assigned = RoleAssigned(
        command=actor.command,
        reason=actor.reason,
        role=role.id,
        name=role.name,
        unit=unit.id if unit else None,
        until=until.isoformat("T", "seconds") if until else None,
    )
    ends = until is not None and role.id == GLOBAL_ADMINISTRATOR
    return Planned(
        conditions,
        (
            *((RequireAnotherHolder(user_id=user_id, role=role.id),) if ends else ()),
            AssignRole(
                user_id=user_id,
                role=role.id,
                unit=unit.id if unit else None,
                expires_at=until,
                is_custom=role.id not in ROLES,
            ),
            actor.entry(assigned, user_id, at=at),
        ),
        None,
    )
