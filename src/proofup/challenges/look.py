"""Looking at the newest challenge of a sign-in or registration, and at how far its message is."""

from datetime import datetime

from msgspec import Struct

from proofup.challenges.challenge import StoredChallenge
from proofup.challenges.room import Room
from proofup.policy import figures
from proofup.values.messages import Delivery


class Asked(Struct, frozen=True, kw_only=True):
    """A challenge as a page shows it.

    ``delivery`` is None where nothing had to be sent. ``again_at`` is when a new message may be
    asked for, at the earliest. ``typed`` says that the answer is typed into a page.
    """

    stored: StoredChallenge
    typed: bool
    delivery: Delivery | None
    again_at: datetime


async def newest(room: Room, subject: str) -> Asked | None:
    """Return the newest challenge of ``subject``, or None where there was none yet."""
    found = await room.challenges.of_subject(subject, most=1)
    if not found:
        return None
    stored = found[0]
    typed = room.catalogue.traits[stored.challenge.way].typed
    started_at = stored.challenge.started_at
    if stored.message_id is None:
        return Asked(stored=stored, typed=typed, delivery=None, again_at=started_at)
    return Asked(
        stored=stored,
        typed=typed,
        delivery=await room.deliveries.progress(stored.message_id),
        again_at=started_at + figures.TEXT_AGAIN.within,
    )
