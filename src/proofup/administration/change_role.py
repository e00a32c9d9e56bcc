"""Changing a custom role: its name, its description, and what it permits."""

from datetime import datetime

from proofup.administration.create_role import checked_role
from proofup.administration.planned import Planned
from proofup.audit.events.roles import CustomRoleChanged
from proofup.directory.roles import ChangeCustomRole, CustomRole
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.roles import DirectoryRole, made_here
from proofup.values.errors import NotPermittedError


def change_role(
    actor: Actor, was: CustomRole, now: CustomRole, *, at: datetime
) -> Planned[DirectoryRole]:
    """Replace a custom role by ``now``, for all who hold it from this moment.

    Nobody changes a role that they hold: they could give themselves more rights. Raises
    NotPermittedError for it, InvalidDisplayNameError, NameInUseError, and BadPermissionError; when
    written, StaleError if the role was changed meanwhile.
    """
    conditions = permitted(actor, Permission.ASSIGN_ROLES, at=at)
    if any(one.role == was.id for one in actor.roles):
        raise NotPermittedError
    new = checked_role(now)
    changed = CustomRoleChanged(
        command=actor.command,
        reason=actor.reason,
        role=new.id,
        name=new.name,
        permissions=", ".join(sorted(new.permissions)),
    )
    changes = (ChangeCustomRole(was=was, now=new), actor.entry(changed, None, at=at))
    return Planned(conditions, changes, made_here(new))
