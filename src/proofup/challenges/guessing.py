"""Telling the owner that somebody who knows the password gives wrong second proofs."""

from collections.abc import Sequence
from datetime import datetime

from proofup.challenges.room import Room
from proofup.notices.notifying import Notification, warning
from proofup.policy import figures
from proofup.policy.limits import Charge
from proofup.values.changes import Change

STOPS = frozenset({figures.WRONG_PROOFS.name, figures.WRONG_PROOFS_IN_A_ROW.name})


def tries_used_up(charges: Sequence[Charge], left: Sequence[int]) -> int | None:
    """Return how many wrong proofs there were, where the last try that may be wrong was counted."""
    used_up = (
        charge.limit.most
        for charge, many in zip(charges, left, strict=True)
        if charge.limit.name in STOPS and many == 0
    )
    return next(used_up, None)


def guessed(
    room: Room, notification: Notification, tries: int, *, at: datetime
) -> tuple[Change, ...]:
    """Return the mail that tells the owner of ``tries`` wrong proofs, and what to do."""
    facts = {"tries": str(tries)}
    return warning(room.notifier, notification, "second-proof-guessed", facts, at=at)
