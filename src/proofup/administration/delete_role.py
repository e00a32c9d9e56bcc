"""Deleting a custom role."""

from datetime import datetime

from proofup.administration.planned import Planned
from proofup.audit.events.roles import CustomRoleDeleted
from proofup.directory.roles import DeleteCustomRole
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.roles import ROLES, DirectoryRole
from proofup.values.errors import ProofupError


class BuiltInRoleError(ProofupError):
    """A built-in role cannot be deleted."""

    def __init__(self, role: str) -> None:
        super().__init__(role)
        self.role = role


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
