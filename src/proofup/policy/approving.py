"""Whether the rules demand a second approver of an act, and whether there is one."""

from datetime import datetime

from proofup.policy.actor import Actor
from proofup.policy.approval import ApprovalNeededError, RequireApproved
from proofup.policy.permissions import Permission
from proofup.policy.roles import is_named
from proofup.policy.target import Target
from proofup.values.changes import Change


def approved(
    actor: Actor, permission: Permission, target: Target, *, at: datetime
) -> tuple[Change, ...]:
    """Return the condition that the act is approved, where the rules demand it.

    Raises ApprovalNeededError where the actor brings no approval.
    """
    approval = actor.approval
    if approval is not None:
        user_id = target.person.user.id
        return (
            RequireApproved(
                request_id=approval.request_id, requester=actor.id, user_id=user_id, at=at
            ),
        )
    if needs_approval(permission, target):
        raise ApprovalNeededError(permission)
    return ()


def needs_approval(permission: Permission, target: Target) -> bool:
    """Tell whether the rules demand a second approver for such an act on this person."""
    policy = target.policy
    if permission not in policy.approval_acts:
        return False
    roles = policy.approval_roles
    return roles is None or any(is_named(one.role, roles) for one in target.roles)
