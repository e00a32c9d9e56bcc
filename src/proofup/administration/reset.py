"""Requiring that somebody registers again: every method goes, and what only they could know."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from proofup.directory.recovery_codes import RemoveRecoveryCodes
from proofup.directory.users import RaiseEpoch, SetDefaultWay
from proofup.methods.protocol import Description, RemoveMethods
from proofup.notices.notifying import Notification, Notifier, farewell, notice
from proofup.values.changes import Change


def methods_reset(
    notifier: Notifier, notification: Notification, gone: Sequence[Description], *, at: datetime
) -> tuple[Change, ...]:
    """Return what takes every method from the user of ``notification``, and tells them.

    ``gone`` are the methods there were. Sessions, sign-ins and changes in progress end with it.
    The profile, the password, the per-user state and the log stay as they are.
    """
    user_id = notification.user.id
    return (
        # First, so that a method that is being confirmed at this moment is refused or deleted.
        RaiseEpoch(user_id=user_id),
        RemoveMethods(user_id=user_id),
        RemoveRecoveryCodes(user_id=user_id),
        SetDefaultWay(user_id=user_id, way=None),
        *notice(notifier, notification, "methods-reset", {}, at=at),
        *chain.from_iterable(farewell(notifier, notification, one.number, at=at) for one in gone),
    )
