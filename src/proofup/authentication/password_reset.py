"""A password reset in progress: the value, the port to read it, and its changes."""

from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from proofup.values.changes import Change
from proofup.values.client import Client
from proofup.values.ids import CorrelationId, MethodId, ResetId, UserId
from proofup.values.ways import Way

LIFETIME = timedelta(minutes=30)


class PasswordReset(Struct, frozen=True, kw_only=True):
    """One reset from the user name to the new password, bound to one browser and one account.

    ``token_digest`` is SHA-256 of the browser's cookie. ``user_id`` is None for an unknown name.
    ``asked`` is the way of the present question, whether or not the account can answer in it, and
    ``proven`` are the methods that have answered. ``revision`` grows with each step.
    """

    id: ResetId
    token_digest: bytes
    name: str
    user_id: UserId | None
    epoch: int
    correlation_id: CorrelationId
    client: Client
    language: str
    started_at: datetime
    expires_at: datetime
    asked: Way | None = None
    proven: tuple[MethodId, ...] = ()
    finished_at: datetime | None = None
    revision: int = 0

    @property
    def whom(self) -> str:
        """Return who is counted; names that nobody has are counted like others."""
        return self.user_id or f"nobody:{self.name}"


class PasswordResets(Protocol):
    """Reads password resets in progress."""

    async def by_token(self, token_digest: bytes) -> PasswordReset | None:
        """Return the latest reset of the browser that holds the token."""
        ...


class OpenPasswordReset(Change, frozen=True, kw_only=True):
    """Stores a new reset."""

    reset: PasswordReset


class AdvancePasswordReset(Change, frozen=True, kw_only=True):
    """Stores ``reset`` in place of the same at its revision, unless that one is finished.

    Raises StaleError.
    """

    reset: PasswordReset
