"""What a page says of a challenge that waits for its answer."""

import math
from datetime import datetime
from typing import Any

from proofup.challenges.look import Asked
from proofup.web.delivery_stage import stage_of


def shown_challenge(asked: Asked | None, *, at: datetime) -> dict[str, Any]:
    """Return the part of a page's context that tells of ``asked``.

    ``delivery`` and its ``stage`` are None where nothing was sent; ``resend_seconds`` is 0 where
    a new message may be asked for now; ``is_over`` says that the time to answer has run out.
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
    return {
        "delivery": delivery,
        "stage": stage_of(delivery, at=at) if delivery else None,
        "expires_at": challenge.expires_at,
        "is_over": at >= challenge.expires_at,
        "resend_seconds": max(0, math.ceil((asked.again_at - at).total_seconds())),
    }
