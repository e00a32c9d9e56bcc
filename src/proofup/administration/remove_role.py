"""Taking a role away."""

from datetime import datetime

from proofup.administration.planned import Planned
from proofup.audit.events.roles import RoleRemoved
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, RemoveRole, RequireAnotherHolder
from proofup.directory.units import Unit
from proofup.policy.actor import Actor
from proofup.policy.may_act import may_grant, permitted
from proofup.policy.permissions import Permission
from proofup.policy.roles import DirectoryRole
from proofup.policy.target import Target
from proofup.values.errors import NotPermittedError, ProofupError


class RoleNotHeldError(ProofupError):
    """The person does not hold the role, or not for these people."""

    def __init__(self, role: str) -> None:
        super().__init__(role)
        self.role = role


def remove_role(
    actor: Actor,
    target: Target,
    role: DirectoryRole,
    *,
    unit: Unit | None = None,
    at: datetime,
) -> Planned[None]:
    """Take ``role`` away that is held for the people of ``unit``, or for everybody.

    Raises NotPermittedError and RoleNotHeldError; when it is written, LastAdministratorError.
    """
    user_id, unit_id = target.person.user.id, unit.id if unit else None
    conditions = permitted(actor, Permission.ASSIGN_ROLES, target, at=at)
    if not may_grant(actor, role.id):
        raise NotPermittedError
    if not any(one.role == role.id and one.unit == unit_id for one in target.roles):
        raise RoleNotHeldError(role.name)
    is_highest = role.id == GLOBAL_ADMINISTRATOR
    removed = RoleRemoved(
        command=actor.command, reason=actor.reason, role=role.id, name=role.name, unit=unit_id
    )
    return Planned(
        conditions,
        (
            *((RequireAnotherHolder(user_id=user_id, role=role.id),) if is_highest else ()),
            RemoveRole(user_id=user_id, role=role.id, unit=unit_id),
            actor.entry(removed, user_id, at=at),
        ),
        None,
    )
