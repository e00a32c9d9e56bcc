from datetime import timedelta

import pytest
from msgspec.structs import replace

from pages.samples import NOON, delivered
from proofup.challenges.challenge import StoredChallenge
from proofup.challenges.look import Asked
from proofup.challenges.outcome import Refusal, Refused
from proofup.methods.protocol import Challenge, Purpose
from proofup.pages.challenge import error_of, shown_challenge, status_of
from proofup.pages.not_sent import Trouble
from proofup.values.ids import ChallengeId, CorrelationId, UserId
from proofup.values.messages import Delivery, DeliveryState
from proofup.values.ways import Way

CHALLENGE = Challenge(
    id=ChallengeId("c"),
    user_id=UserId("u"),
    purpose=Purpose.SIGN_IN,
    way=Way("sms"),
    started_at=NOON,
    expires_at=NOON + timedelta(minutes=3),
)


def asked(delivery: Delivery | None) -> Asked:
    return Asked(
        stored=StoredChallenge(challenge=CHALLENGE, subject="s", correlation_id=CorrelationId("c")),
        typed=True,
        delivery=delivery,
        again_at=NOON + timedelta(seconds=29.5),
    )


@pytest.mark.parametrize("because", Refusal)
def test_ERR_04_E_500121_every_refusal_has_a_number_and_a_status(because: Refusal) -> None:
    refused = Refused(because=because)
    number = (error_of(refused, None) or "").partition(" ")[0]
    assert number == ("50053" if because is Refusal.PAUSED else "500121")
    assert status_of(refused, None) == (429 if because is Refusal.PAUSED else 400)


def test_a_text_that_was_not_sent_has_them_too_and_a_plain_page_has_none() -> None:
    limit, country = Trouble(word="limit", until=NOON), Trouble(word="country")
    assert (error_of(None, limit) or "").startswith("50088 ")
    assert status_of(None, limit) == 429
    assert status_of(None, country) == 400
    assert error_of(None, None) is None
    assert status_of(None, None) == 200


def test_a_page_tells_where_the_text_is_and_when_another_may_be_asked_for() -> None:
    shown = shown_challenge(asked(delivered(DeliveryState.SENT)), at=NOON)
    assert (shown["stage"], shown["resend_seconds"], shown["is_over"]) == ("sent", 30, False)
    later = shown_challenge(replace(asked(None), is_over=True), at=CHALLENGE.expires_at)
    assert (later["stage"], later["resend_seconds"], later["is_over"]) == (None, 0, True)
    nothing = shown_challenge(None, at=NOON)
    assert (nothing["stage"], nothing["expires_at"]) == (None, None)


@pytest.mark.parametrize(
    ("word", "wait", "seconds"),
    [
        ("limit", timedelta(seconds=24), 24),
        ("limit", timedelta(seconds=-1), 0),
        ("limit", timedelta(minutes=40), None),
        ("paused", timedelta(minutes=15), None),
        ("country", None, None),
        ("line", None, None),
    ],
)
def test_a_button_counts_a_short_wait_down_and_is_not_there_for_a_long_one(
    word: str, wait: timedelta | None, seconds: int | None
) -> None:
    trouble = Trouble(word=word, until=NOON + wait if wait else None)
    shown = shown_challenge(None, trouble=trouble, at=NOON)
    assert (shown["trouble"], shown["until"]) == (word, trouble.until)
    assert shown["resend_seconds"] == seconds
    sent = shown_challenge(asked(None), trouble=trouble, at=NOON)
    assert sent["resend_seconds"] == (None if seconds is None else 30)
