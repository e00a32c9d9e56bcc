"""How far a call has come, in the steps a page shows."""

from datetime import datetime
from enum import StrEnum

from proofup.challenges.look import Asked
from proofup.challenges.outcome import Refusal
from proofup.methods.protocol import CallStatus
from proofup.pages.delivery_stage import PATIENCE
from proofup.values.messages import DeliveryState


class Stage(StrEnum):
    """What a page says of a call before its status is known."""

    DIALLING = "dialling"
    DIALLED = "dialled"
    SLOW = "slow"  # a carrier has it, and no phone rings yet


# What ends a call without letting anybody in; the words are those of a Refusal.
ENDS = frozenset(
    {
        Refusal.DENIED,
        Refusal.FRAUD,
        Refusal.WRONG_NUMBER,
        Refusal.BUSY,
        Refusal.NO_ANSWER,
        Refusal.HUNG_UP,
        Refusal.VOICEMAIL,
        Refusal.FAILED,
        Refusal.LATE,
    }
)


def stage_of_call(asked: Asked, *, at: datetime) -> str:
    """Return what a page says of a call at an instant: a Stage, the status, or how it ended."""
    challenge, delivery = asked.stored.challenge, asked.delivery
    status = challenge.call_status
    if status is not None and status.is_final and status is not CallStatus.APPROVED:
        return status.value
    if at >= challenge.expires_at:
        return Refusal.LATE
    if status is not None:
        return status.value
    if delivery is not None and delivery.state is DeliveryState.FAILED:
        return Refusal.FAILED
    if at - challenge.started_at > PATIENCE:
        return Stage.SLOW
    is_sent = delivery is not None and delivery.state is not DeliveryState.QUEUED
    return Stage.DIALLED if is_sent else Stage.DIALLING
