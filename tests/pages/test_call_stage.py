from datetime import UTC, datetime, timedelta

import pytest

from proofup.challenges.challenge import StoredChallenge
from proofup.challenges.look import Asked
from proofup.methods.protocol import CallStatus, Challenge, Purpose
from proofup.pages.call_stage import stage_of_call
from proofup.values.ids import ChallengeId, CorrelationId, UserId
from proofup.values.messages import Delivery, DeliveryState
from proofup.values.ways import Way

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LIFETIME = timedelta(minutes=3)


def stage(
    state: DeliveryState | None, heard: CallStatus | None = None, *, seconds: float = 5
) -> str:
    """Return what is said of a call ``seconds`` after it was asked for."""
    challenge = Challenge(
        id=ChallengeId("c"),
        user_id=UserId("u"),
        purpose=Purpose.SIGN_IN,
        way=Way("voiceMobile"),
        call_status=heard,
        started_at=NOON,
        expires_at=NOON + LIFETIME,
    )
    stored = StoredChallenge(
        challenge=challenge, subject="s", correlation_id=CorrelationId("correlation")
    )
    delivery = (
        Delivery(state=state, changed_at=NOON, sent_at=None, delivered_at=None) if state else None
    )
    asked = Asked(stored=stored, typed=False, delivery=delivery, again_at=NOON)
    return stage_of_call(asked, at=NOON + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (None, "dialling"),
        (DeliveryState.QUEUED, "dialling"),
        (DeliveryState.SENT, "dialled"),
        (DeliveryState.DELIVERED, "dialled"),
        (DeliveryState.FAILED, "failed"),
    ],
)
def test_before_anything_is_heard_the_carrier_is_believed(
    state: DeliveryState | None, said: str
) -> None:
    assert stage(state) == said


def test_a_phone_that_does_not_ring_is_called_slow() -> None:
    assert stage(DeliveryState.SENT, seconds=20) == "dialled"
    assert stage(DeliveryState.SENT, seconds=21) == "slow"
    assert stage(DeliveryState.SENT, CallStatus.RINGING, seconds=21) == "ringing"


@pytest.mark.parametrize("heard", CallStatus)
def test_what_was_heard_says_more_than_the_carrier(heard: CallStatus) -> None:
    assert stage(DeliveryState.FAILED, heard) == heard.value


@pytest.mark.parametrize("heard", [None, *CallStatus])
def test_VOI_05_what_is_not_answered_in_time_is_late(heard: CallStatus | None) -> None:
    ended = heard is not None and heard.is_final and heard is not CallStatus.APPROVED
    said = heard.value if heard is not None and ended else "late"
    assert stage(DeliveryState.SENT, heard, seconds=180) == said
