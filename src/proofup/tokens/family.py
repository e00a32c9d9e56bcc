"""Families of tokens: everything that came of one sign-in to one application.

A refresh token is spent once and followed by the next. One that is used again was copied, so the
whole family ends (RFC 9700 §4.14). Its access tokens carry the family's id, and end with it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from proofup.tokens.authorization import SignedIn
from proofup.values.changes import Change
from proofup.values.ids import ApplicationId, UserId

LIFETIME = timedelta(days=90)
REPEATED_WITHIN = timedelta(seconds=5)  # a client that lost the answer asks again at once


class Family(Struct, frozen=True, kw_only=True):
    """A family: for whom, for which application, and how the person had signed in."""

    id: str
    application_id: ApplicationId
    signed_in: SignedIn
    scope: str
    started_at: datetime
    revoked_at: datetime | None = None

    @property
    def expires_at(self) -> datetime:
        """When its last token ends, however often it was refreshed."""
        return self.started_at + LIFETIME


class RefreshToken(Struct, frozen=True, kw_only=True):
    """A stored refresh token with its family."""

    family: Family
    spent_at: datetime | None


class Families(Protocol):
    """Reads families and refresh tokens."""

    async def is_open(self, family_id: str, *, at: datetime) -> bool:
        """Return whether the family is there, not revoked, and not over."""
        ...

    async def open_of(self, user_id: UserId, *, at: datetime) -> Mapping[ApplicationId, datetime]:
        """Return the applications with an open family of this person, and when the last began."""
        ...

    async def refresh_token(self, token_digest: bytes) -> RefreshToken | None:
        """Return the refresh token with this digest."""
        ...


class OpenFamily(Change, frozen=True, kw_only=True):
    """Stores a new family."""

    family: Family


class RevokeFamily(Change, frozen=True, kw_only=True):
    """Ends a family; one that has ended or is not there is no error."""

    family_id: str
    at: datetime


class RevokeFamiliesOf(Change, frozen=True, kw_only=True):
    """Ends all families of a person at one application."""

    user_id: UserId
    application_id: ApplicationId
    at: datetime


class AddRefreshToken(Change, frozen=True, kw_only=True):
    """Stores a refresh token. Raises RevokedError if its family has ended."""

    token_digest: bytes
    family_id: str
    at: datetime


class SpendRefreshToken(Change, frozen=True, kw_only=True):
    """Uses a refresh token up. Raises AlreadySpentError if it was used."""

    token_digest: bytes
    at: datetime
