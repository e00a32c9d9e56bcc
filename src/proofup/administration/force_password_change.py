"""Demanding that somebody replaces the password at the next sign-in, which they know."""

from datetime import datetime

from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.audit.events.accounts import PasswordChangeForced
from proofup.directory.passwords import ForceChange, ForcedChange
from proofup.directory.users import RaiseEpoch
from proofup.method_changes.notification import notification_of
from proofup.notices.notifying import notice
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target


def force_password_change(
    ports: Ports, actor: Actor, target: Target, forced_change: ForcedChange, *, at: datetime
) -> Planned[None]:
    """Demand a new password, end every session, and tell the person.

    Sessions end, because the password may be known to others, and the next sign-in should be soon.
    Raises StaleError at the write where the person has no password.
    """
    user = target.person.user
    conditions = permitted(actor, Permission.SET_PASSWORDS, target, at=at)
    notification = notification_of(actor, user)
    event = PasswordChangeForced(
        forced_change=forced_change, command=actor.command, reason=actor.reason
    )
    return Planned(
        conditions,
        (
            ForceChange(user_id=user.id, forced_change=forced_change),
            RaiseEpoch(user_id=user.id),
            *notice(ports.room.notifier, notification, "password-change-forced", {}, at=at),
            actor.entry(event, user.id, at=at),
        ),
        None,
    )
