"""Looking at the newest challenge of a sign-in or registration, and at how far its message is."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from proofup.challenges.challenge import ChallengeState, StoredChallenge
from proofup.challenges.room import Room
from proofup.challenges.tries import answers_limit
from proofup.methods.abilities import DeviceMethod
from proofup.methods.declaration import Carrier
from proofup.methods.protocol import Purpose
from proofup.policy import figures
from proofup.policy.limits import Limit
from proofup.policy.rules import Policy
from proofup.values.messages import Delivery, DeliveryState


class Asked(Struct, frozen=True, kw_only=True):
    """A challenge as a page shows it.

    ``delivery`` is None where nothing had to be sent. ``again_at`` is when a new message may be
    asked for, at the earliest. ``typed`` says that the answer is typed into a page, and
    ``by_browser`` that a browser gives it. ``is_over`` says that no answer counts any more, and
    ``failed_before`` that the message of the question before this one, asked in the same way, did
    not arrive. ``number`` is what the person types on the device, if one is asked.
    """

    stored: StoredChallenge
    typed: bool
    delivery: Delivery | None
    again_at: datetime
    is_over: bool = False
    failed_before: bool = False
    number: str | None = None
    by_browser: bool = False


async def newest(room: Room, subject: str, *, at: datetime) -> Asked | None:
    """Return the newest challenge of ``subject``, or None where there was none yet."""
    found = await room.challenges.of_subject(subject, most=2)
    if not found:
        return None
    stored, *older = found
    typed = room.catalogue.traits[stored.challenge.way].typed
    started_at = stored.challenge.started_at
    policy = await room.policies.current()
    is_over = await _takes_no_answer(room, stored, policy, at=at)
    if stored.message_id is None:
        return Asked(
            stored=stored,
            typed=typed,
            delivery=None,
            again_at=started_at,
            is_over=is_over,
            number=_number(room, stored),
            by_browser=room.catalogue.by_browser(stored.challenge.way) is not None,
        )
    pace = policy.limit(_pace(room, stored))
    return Asked(
        stored=stored,
        typed=typed,
        delivery=await room.deliveries.progress(stored.message_id),
        again_at=started_at + pace.within,
        is_over=is_over,
        failed_before=await _has_failed(room, stored, older),
    )


def _pace(room: Room, stored: StoredChallenge) -> Limit:
    """Return the limit that says how soon a message like the last one may follow it."""
    if room.catalogue.traits[stored.challenge.way].carrier is Carrier.MAILS:
        return figures.MAIL_AGAIN
    is_registered = stored.challenge.purpose is not Purpose.REGISTRATION
    return figures.TEXT_AGAIN if is_registered else figures.NEW_NUMBER_AGAIN


def _number(room: Room, stored: StoredChallenge) -> str | None:
    """Return what the page shows of a request to devices."""
    method = room.catalogue.by_kind[room.catalogue.kinds[stored.challenge.way]]
    return method.number(stored.challenge) if isinstance(method, DeviceMethod) else None


async def _takes_no_answer(
    room: Room, stored: StoredChallenge, policy: Policy, *, at: datetime
) -> bool:
    """Tell whether the challenge is answered, over, or was answered wrongly too often."""
    if stored.state is not ChallengeState.OPEN or at >= stored.challenge.expires_at:
        return True
    limit = answers_limit(room, policy, stored.challenge.way)
    return await _answers(room, stored, limit, at=at) >= limit.most


async def answers_to(room: Room, stored: StoredChallenge, *, at: datetime) -> int:
    """Return how often the challenge was answered; while it is open, wrongly."""
    return await _answers(room, stored, figures.ANSWERS_PER_CHALLENGE, at=at)


async def _answers(room: Room, stored: StoredChallenge, limit: Limit, *, at: datetime) -> int:
    key = room.counter_key(limit.name, stored.challenge.id)
    return await room.counters.spent(key, limit, at=at)


async def _has_failed(
    room: Room, stored: StoredChallenge, older: Sequence[StoredChallenge]
) -> bool:
    """Tell whether the message before this one, sent in the same way, did not arrive."""
    for one in older:
        if one.challenge.way == stored.challenge.way and one.message_id is not None:
            delivery = await room.deliveries.progress(one.message_id)
            return delivery is not None and delivery.state is DeliveryState.FAILED
    return False
