"""What a page says of a challenge that waits for its answer, or was answered wrongly."""

import math
from datetime import datetime
from typing import Any

from proofup.challenges.look import Asked
from proofup.challenges.outcome import Refusal, Refused
from proofup.challenges.start import NotSent
from proofup.challenges.tries import is_pause
from proofup.pages.call_stage import ENDS, stage_of_call
from proofup.pages.delivery_stage import stage_of
from proofup.policy.budgets import CountryNotServedError

# Entra's numbers, and its names for them where it has one.
NUMBERS = {
    Refusal.WRONG: (500121, "WrongCodeEntered"),
    Refusal.LATE: (500121, "InvalidSession"),
    Refusal.SUPERSEDED: (500121, "CodeSuperseded"),
    Refusal.ALREADY_USED: (500121, "CodeAlreadyUsed"),
    Refusal.NOT_ASKED: (500121, "InvalidSession"),
    Refusal.TOO_MANY: (500121, "MaxAllowedCodeRetryReached"),
    Refusal.PAUSED: (50053, "AuthenticationThrottled"),
    Refusal.NOT_ALLOWED: (500121, "BlockedByUserCredentialPolicy"),
    Refusal.METHOD_GONE: (500121, "AuthenticationMethodNotConfigured"),
    Refusal.DENIED: (500121, "UserDeclined"),
    Refusal.FRAUD: (500121, "FraudCodeEntered"),
    Refusal.BUSY: (500121, "PhoneBusy"),
    Refusal.NO_ANSWER: (500121, "PhoneNoAnswer"),
    Refusal.HUNG_UP: (500121, "PhoneHungUp"),
    Refusal.VOICEMAIL: (500121, "WentToVoicemail"),
    Refusal.FAILED: (500121, "PhoneUnreachable"),
}
NOT_SENT = {
    "limit": (50088, "AuthenticationMethodLimitReached"),
    "country": (500121, "CountryNotServed"),
    "paused": (50053, "AuthenticationThrottled"),
}


def trouble_of(why: NotSent) -> str:
    """Return the word for why no message was sent: ``country``, ``paused`` or ``limit``."""
    if isinstance(why, CountryNotServedError):
        return "country"
    return "paused" if is_pause(why) else "limit"


def error_of(refused: Refused | None, trouble: str | None) -> str | None:
    """Return the number and name of what went wrong, as the help desk wants them, or None.

    ``trouble`` says why no message was sent: ``limit``, ``paused`` or ``country``.
    """
    if refused is not None:
        number, name = NUMBERS[refused.because]
    elif trouble is not None:
        number, name = NOT_SENT[trouble]
    else:
        return None
    return f"{number} {name}"


def status_of(refused: Refused | None, trouble: str | None) -> int:
    """Return the status of a page that says what went wrong, or 200."""
    if trouble in {"limit", "paused"} or (refused and refused.because is Refusal.PAUSED):
        return 429
    return 400 if refused or trouble else 200


def ended(asked: Asked | None, *, at: datetime) -> Refused | None:
    """Return how a call ended that let nobody in; None of any other challenge."""
    if asked is None or asked.typed:
        return None
    stage = stage_of_call(asked, at=at)
    return Refused(because=Refusal(stage)) if stage in ENDS else None


def shown_challenge(asked: Asked | None, *, at: datetime) -> dict[str, Any]:
    """Return the part of a page's context that tells of ``asked``.

    ``delivery`` and its ``stage`` are None where nothing was sent; the stage of a call tells also
    the status of it. ``resend_seconds`` is 0 where a new message may be asked for now;
    ``is_over`` says that the time to answer has run out.
    """
    if asked is None:
        return {
            "delivery": None,
            "stage": None,
            "expires_at": None,
            "is_over": False,
            "resend_seconds": 0,
        }
    challenge, delivery = asked.stored.challenge, asked.delivery
    stage: str | None = stage_of(delivery, at=at) if delivery else None
    if not asked.typed:
        stage = stage_of_call(asked, at=at)
    return {
        "delivery": delivery,
        "stage": stage,
        "expires_at": challenge.expires_at,
        "is_over": at >= challenge.expires_at,
        "resend_seconds": max(0, math.ceil((asked.again_at - at).total_seconds())),
    }
