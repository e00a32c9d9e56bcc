"""Signing somebody out everywhere."""

from datetime import datetime

from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.audit.events.sign_ins import SessionsRevoked
from proofup.directory.users import RaiseEpoch
from proofup.method_changes.notification import notification_of
from proofup.notices.notifying import notice
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target


def revoke_sessions(
    ports: Ports, actor: Actor, target: Target, *, sessions: int | None = None, at: datetime
) -> Planned[None]:
    """End every session and sign-in in progress of the person, and tell them.

    ``sessions`` is how many there are, where the actor has seen that.
    """
    user = target.person.user
    notification = notification_of(actor, user)
    revoked = SessionsRevoked(command=actor.command, reason=actor.reason, sessions=sessions)
    return Planned(
        permitted(actor, Permission.REVOKE_SESSIONS, target, at=at),
        (
            RaiseEpoch(user_id=user.id),
            *notice(ports.room.notifier, notification, "signed-out-everywhere", {}, at=at),
            actor.entry(revoked, user.id, at=at),
        ),
        None,
    )
