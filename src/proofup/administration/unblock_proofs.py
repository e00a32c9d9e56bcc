"""Allowing second proofs of somebody again."""

from datetime import datetime

from proofup.administration.planned import Planned
from proofup.administration.reason import checked_reason
from proofup.audit.events.challenges import ProofsUnblocked
from proofup.directory.users import BlockProofs
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target


def unblock_proofs(actor: Actor, target: Target, reason: str, *, at: datetime) -> Planned[None]:
    """End a block before its time. Raises InvalidReasonError."""
    user_id, why = target.person.user.id, checked_reason(reason)
    return Planned(
        permitted(actor, Permission.BLOCK_PROOFS, target, at=at),
        (
            BlockProofs(user_id=user_id, until=None),
            actor.entry(ProofsUnblocked(command=actor.command, reason=why), user_id, at=at),
        ),
        None,
    )
