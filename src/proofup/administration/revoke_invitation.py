"""Taking back an invitation that nobody has used."""

from datetime import datetime

from proofup.administration.planned import Planned
from proofup.audit.events.methods import InvitationRevoked
from proofup.directory.invitations import RevokeInvitation
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target


def revoke_invitation(actor: Actor, target: Target, *, at: datetime) -> Planned[None]:
    """Let the link of the user work no more. Raises StaleError at the write if none is open."""
    user_id = target.person.user.id
    conditions = permitted(actor, Permission.INVITE, target, at=at)
    event = InvitationRevoked(command=actor.command, reason=actor.reason)
    changes = (
        RevokeInvitation(user_id=user_id, at=at),
        actor.entry(event, user_id, at=at),
    )
    return Planned(conditions, changes, None)
