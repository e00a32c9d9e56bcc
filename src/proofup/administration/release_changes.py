"""Allowing changes again after somebody reported one as not theirs."""

from datetime import datetime

from proofup.administration.planned import Planned
from proofup.audit.events.methods import ChangesReleased
from proofup.directory.users import HoldChanges
from proofup.method_changes.history import settled
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target


def release_changes(actor: Actor, target: Target, *, at: datetime) -> Planned[bool]:
    """Let the person change their methods again, and return whether that was held until now.

    Links of earlier notices are worth nothing then: the help desk has put everything right.
    """
    user_id = target.person.user.id
    released = ChangesReleased(command=actor.command, reason=actor.reason)
    conditions = permitted(actor, Permission.RELEASE_CHANGES, target, at=at)
    if target.person.account.changes_held_at is None:
        return Planned(conditions, (), done=False)
    return Planned(
        conditions,
        (
            HoldChanges(user_id=user_id, since=None),
            *settled(user_id),
            actor.entry(released, user_id, at=at),
        ),
        done=True,
    )
