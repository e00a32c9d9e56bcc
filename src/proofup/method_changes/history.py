"""What a person changed about their own methods lately, so that it can be undone.

Whoever says "this wasn't me" gets back what they had before. What an administrator does is no
such change: it is talked over with the person, and what came before it can be undone no more.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from proofup.method_changes.parts import Parts
from proofup.methods.registered_methods import RegisteredMethod
from proofup.notices.link import VALID, EndNoticeLinks
from proofup.policy.actor import Actor
from proofup.values.changes import Change
from proofup.values.ids import MethodId, UserId, ordered_id


class PastChange(Struct, frozen=True, kw_only=True):
    """One change: ``added`` came, ``gone`` went, in its place or by itself.

    ``gone`` is sealed at rest like a stored method, and kept as long as the link of its notice.
    """

    id: str
    user_id: UserId
    at: datetime
    added: MethodId | None = None
    gone: RegisteredMethod | None = None
    expires_at: datetime


class MethodHistory(Protocol):
    """Reads past changes."""

    async def since(self, user_id: UserId, at: datetime) -> Sequence[PastChange]:
        """Return the changes that the user made at ``at`` or later, the newest first."""
        ...


class NotePastChange(Change, frozen=True, kw_only=True):
    """Stores a past change."""

    past: PastChange


class ForgetPastChanges(Change, frozen=True, kw_only=True):
    """Forgets all past changes of the user."""

    user_id: UserId


def remembered(
    parts: Parts,
    actor: Actor,
    user_id: UserId,
    *,
    added: RegisteredMethod | None = None,
    gone: Sequence[RegisteredMethod] = (),
    at: datetime,
) -> tuple[Change, ...]:
    """Return what keeps a change of methods for as long as it can be undone.

    The change of an administrator ends what could be undone before. What a pepper is in is not
    kept: it would have to be kept as long.
    """
    if actor.id != user_id:
        return settled(user_id)
    kept = [one for one in gone if one.pepper_id is None]
    pairs = [(added, next(iter(kept), None)), *((None, one) for one in kept[1:])]
    return tuple(
        NotePastChange(
            past=PastChange(
                id=ordered_id(parts.notifier.entropy, at),
                user_id=user_id,
                at=at,
                added=new.id if new else None,
                gone=old,
                expires_at=at + VALID,
            )
        )
        for new, old in pairs
        if new or old
    )


def settled(user_id: UserId) -> tuple[Change, ...]:
    """Return what ends every link of a notice, and what could be undone by one."""
    return (ForgetPastChanges(user_id=user_id), EndNoticeLinks(user_id=user_id))
