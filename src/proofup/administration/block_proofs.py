"""Denying every second proof of somebody for a while, as after a report of fraud."""

from datetime import datetime, timedelta

from proofup.administration.planned import Planned
from proofup.administration.reason import checked_reason
from proofup.audit.events.challenges import ProofsBlocked
from proofup.directory.devices import ForgetDevices
from proofup.directory.users import BlockProofs
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.errors import ProofupError

MOST_DAYS = 365


class InvalidBlockError(ProofupError):
    """A block lasts from 1 to MOST_DAYS days."""


def block_proofs(
    actor: Actor, target: Target, reason: str, *, days: int | None = None, at: datetime
) -> Planned[datetime]:
    """Block for ``days``, else as long as the rules say, and return until when.

    Nothing is sent to the person. Raises InvalidReasonError and InvalidBlockError.
    """
    user_id, why = target.person.user.id, checked_reason(reason)
    if days is not None and not 0 < days <= MOST_DAYS:
        raise InvalidBlockError
    until = at + (target.policy.block_span if days is None else timedelta(days=days))
    blocked = ProofsBlocked(
        command=actor.command, until=until.isoformat("T", "seconds"), reason=why
    )
    return Planned(
        permitted(actor, Permission.BLOCK_PROOFS, target, at=at),
        (
            BlockProofs(user_id=user_id, until=until),
            ForgetDevices(user_id=user_id),  # or they would skip the proof when the block is over
            actor.entry(blocked, user_id, at=at),
        ),
        until,
    )
