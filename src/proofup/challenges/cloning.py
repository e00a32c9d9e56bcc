"""Telling the owner that there seems to be a copy of a method, which should exist once."""

from datetime import datetime

from proofup.challenges.outcome import Refusal
from proofup.challenges.room import Room
from proofup.notices.notifying import Notification, warning
from proofup.values.changes import Change


def clone_told(
    room: Room, notification: Notification, because: Refusal, *, at: datetime
) -> tuple[Change, ...]:
    """Return the mail that warns the owner, if an answer was refused for that."""
    if because is not Refusal.CLONED:
        return ()
    return warning(room.notifier, notification, "method-cloned", {}, at=at)
