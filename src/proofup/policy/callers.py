"""Whether an agent must know who is calling before an act, and whether they do.

The rules name acts, and the roles of agents for which they need it. An agent who may do the act by
another role needs no check.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from proofup.directory.caller_checks import RequireProven
from proofup.directory.roles import Assignment
from proofup.policy.actor import Actor
from proofup.policy.permissions import Permission
from proofup.policy.roles import is_named
from proofup.policy.target import Target
from proofup.values.changes import Change
from proofup.values.errors import NotYetPermittedError


class CallerUnprovenError(NotYetPermittedError):
    """The rules demand that the actor checks first who is calling."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(permission)
        self.permission = permission


def caller_known(
    actor: Actor,
    permission: Permission,
    target: Target,
    permitting: Sequence[Assignment],
    *,
    at: datetime,
) -> tuple[Change, ...]:
    """Return the condition that the caller has proven who they are, where the rules demand it.

    ``permitting`` are the roles by which the actor may act. Raises CallerUnprovenError.
    """
    policy = target.policy
    if permission not in policy.caller_check_acts:
        return ()
    if not _all_named(permitting, policy.caller_check_roles):
        return ()
    check = actor.checked(target.person.user.id, at=at)
    if check is None:
        raise CallerUnprovenError(permission)
    return (RequireProven(check_id=check.id),)


def _all_named(assignments: Iterable[Assignment], roles: frozenset[str] | None) -> bool:
    return all(is_named(one.role, roles) for one in assignments)
