"""Signing somebody out everywhere."""

from datetime import datetime

from proofup.administration.planned import Planned
from proofup.audit.events.sign_ins import SessionsRevoked
from proofup.directory.users import RaiseEpoch
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target


def revoke_sessions(actor: Actor, target: Target, *, at: datetime) -> Planned[None]:
    """End every session and sign-in in progress of the person."""
    user_id = target.person.user.id
    return Planned(
        permitted(actor, Permission.REVOKE_SESSIONS, target, at=at),
        (
            RaiseEpoch(user_id=user_id),
            actor.entry(SessionsRevoked(command=actor.command), user_id, at=at),
        ),
        None,
    )
