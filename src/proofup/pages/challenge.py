"""What a page says of a challenge that waits for its answer, or was answered wrongly."""

import math
from datetime import datetime
from typing import Any

from proofup.challenges.look import Asked
from proofup.challenges.outcome import Refusal, Refused
from proofup.pages import not_sent
from proofup.pages.call_stage import ENDS, stage_of_call
from proofup.pages.delivery_stage import stage_of
from proofup.pages.not_sent import Trouble

# Entra's numbers, and its names for them where it has one.
NUMBERS = {
    Refusal.WRONG: (500121, "WrongCodeEntered"),
    Refusal.LATE: (500121, "InvalidSession"),
    Refusal.SUPERSEDED: (500121, "CodeSuperseded"),
    Refusal.ALREADY_USED: (500121, "CodeAlreadyUsed"),
    Refusal.CLONED: (500121, "AuthenticatorCloned"),
    Refusal.TAKEN: (500121, "CredentialAlreadyRegistered"),
    Refusal.CLOCK: (500121, "CodeOfAnotherTime"),
    Refusal.NOT_ASKED: (500121, "InvalidSession"),
    Refusal.TOO_MANY: (500121, "MaxAllowedCodeRetryReached"),
    Refusal.PAUSED: (50053, "AuthenticationThrottled"),
    Refusal.NOT_ALLOWED: (500121, "BlockedByUserCredentialPolicy"),
    Refusal.METHOD_GONE: (500121, "AuthenticationMethodNotConfigured"),
    Refusal.DENIED: (500121, "UserDeclined"),
    Refusal.FRAUD: (500121, "FraudCodeEntered"),
    Refusal.WRONG_NUMBER: (500121, "WrongNumberEntered"),
    Refusal.BUSY: (500121, "PhoneBusy"),
    Refusal.NO_ANSWER: (500121, "PhoneNoAnswer"),
    Refusal.HUNG_UP: (500121, "PhoneHungUp"),
    Refusal.VOICEMAIL: (500121, "WentToVoicemail"),
    Refusal.FAILED: (500121, "PhoneUnreachable"),
}


def error_of(refused: Refused | None, trouble: Trouble | None) -> str | None:
    """Return the number and name of what went wrong, as the help desk wants them, or None."""
    if refused is not None:
        number, name = NUMBERS[refused.because]
    elif trouble is not None:
        number, name = not_sent.NUMBERS[trouble.word]
    else:
        return None
    return f"{number} {name}"


def status_of(refused: Refused | None, trouble: Trouble | None) -> int:
    """Return the status of a page that says what went wrong, or 200."""
    is_paused = refused is not None and refused.because is Refusal.PAUSED
    if is_paused or (trouble is not None and trouble.word in {"limit", "paused"}):
        return 429
    return 400 if refused or trouble else 200


def ended(asked: Asked | None, *, at: datetime) -> Refused | None:
    """Return how a call ended that let nobody in; None of any other challenge."""
    if asked is None or asked.typed:
        return None
    stage = stage_of_call(asked, at=at)
    return Refused(because=Refusal(stage)) if stage in ENDS else None


def shown_challenge(
    asked: Asked | None,
    *,
    refused: Refused | None = None,
    trouble: Trouble | None = None,
    at: datetime,
) -> dict[str, Any]:
    """Return the part of a page's context that tells of ``asked`` and of what went wrong.

    ``number`` and ``origin`` are those of a request to a device. ``delivery`` and its ``stage`` are
    None where nothing was sent; the stage of a call or request tells also the status of it.
    ``is_over`` says that no answer counts any more. ``resend_seconds`` is 0 where a new message may
    be asked for now, and None where nobody waits for that on a page. ``trouble``, ``because`` and
    ``left`` are as the templates ask for them, ``until`` ends whichever of them there is.
    """
    wait = trouble.seconds_left(at=at) if trouble else 0
    told = {
        "trouble": trouble.word if trouble else None,
        "because": refused.because.value if refused else None,
        "left": refused.left if refused else None,
        "until": refused.until if refused else trouble.until if trouble else None,
        "error": error_of(refused, trouble),
    }
    if asked is None:
        return {
            "delivery": None,
            "stage": None,
            "expires_at": None,
            "is_over": False,
            "failed_before": False,
            "number": None,
            "origin": None,
            "resend_seconds": wait,
            **told,
        }
    challenge, delivery = asked.stored.challenge, asked.delivery
    stage: str | None = stage_of(delivery, at=at) if delivery else None
    if not asked.typed:
        stage = stage_of_call(asked, at=at)
    pace = math.ceil((asked.again_at - at).total_seconds())
    return {
        "delivery": delivery,
        "stage": stage,
        "expires_at": challenge.expires_at,
        "is_over": asked.is_over,
        "failed_before": asked.failed_before,
        "number": asked.number,
        "origin": challenge.origin,
        "resend_seconds": wait if wait is None else max(wait, pace),
        **told,
    }
