"""One entry of the audit log."""

from datetime import datetime
from typing import Protocol

from proofup.audit.events.event import Event
from proofup.values.changes import Change
from proofup.values.ids import CorrelationId, UserId


class Entry(Change, frozen=True, kw_only=True):
    """Who did what to whom, from where, when, and with which result; written as a change.

    ``actor`` is a user id or the name of a host command. ``target`` is the user it happened to.
    """

    at: datetime
    event: Event
    actor: str
    target: UserId | None
    succeeded: bool
    correlation_id: CorrelationId
    network: str | None = None


class Activity(Protocol):
    """Reads the entries about one person, or of one sign-in."""

    async def of_user(self, user_id: UserId, *, most: int) -> list[Entry]:
        """Return at most ``most`` entries whose target is the user, newest first."""
        ...

    async def of_sign_in(self, begins: str, *, most: int) -> list[Entry]:
        """Return at most ``most`` entries whose correlation id begins so, in their order."""
        ...
