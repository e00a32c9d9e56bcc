"""Deleting a custom role."""

from datetime import datetime

from proofup.administration.finding_roles import BuiltInRoleError
from proofup.administration.planned import Planned
from proofup.audit.events.roles import CustomRoleDeleted
from proofup.directory.roles import DeleteCustomRole
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.roles import ROLES, DirectoryRole


def delete_role(actor: Actor, role: DirectoryRole, *, at: datetime) -> Planned[None]:
    """Delete a role that nobody holds. Raises BuiltInRoleError; when written, StillHeldError."""
    conditions = permitted(actor, Permission.ASSIGN_ROLES, at=at)
    if role.id in ROLES:
        raise BuiltInRoleError(role.name)
    deleted = CustomRoleDeleted(
        command=actor.command, reason=actor.reason, role=role.id, name=role.name
    )
    changes = (DeleteCustomRole(role=role.id, at=at), actor.entry(deleted, None, at=at))
    return Planned(conditions, changes, None)
