"""Telling the owner that somebody who knows the password gives wrong second proofs."""

from collections.abc import Sequence
from datetime import datetime

from proofup.challenges.room import Room
from proofup.directory.users import NoteTriesOver
from proofup.notices.notifying import Notification, warning
from proofup.policy import figures
from proofup.policy.limits import Charge, Limit
from proofup.values.changes import Change
from proofup.values.ids import UserId

STOPS = frozenset({figures.WRONG_PROOFS.name, figures.WRONG_PROOFS_IN_A_ROW.name})


def tries_used_up(charges: Sequence[Charge], left: Sequence[int]) -> Limit | None:
    """Return the limit of which the last try that may be wrong was counted, or None."""
    used_up = (
        charge.limit
        for charge, many in zip(charges, left, strict=True)
        if charge.limit.name in STOPS and many == 0
    )
    return next(used_up, None)


def guessed(
    room: Room, notification: Notification, limit: Limit, *, at: datetime
) -> tuple[Change, ...]:
    """Return what notes that ``limit`` stops the owner, and the mail that says what to do."""
    facts = {"tries": str(limit.most)}
    return (
        tries_over(notification.user.id, limit, at=at),
        *warning(room.notifier, notification, "second-proof-guessed", facts, at=at),
    )


def tries_over(user_id: UserId, limit: Limit, *, at: datetime) -> NoteTriesOver:
    """Return the note that ``limit`` stops the user from now on, by which they are found."""
    return NoteTriesOver(user_id=user_id, until=at + max(limit.within, limit.longest))
