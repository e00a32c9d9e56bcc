"""Invitations: links that are needed, besides the password, to register a first method.

A password may be stolen before its owner has registered a method; the thief could then register one
first. If the rules require it, a first method also needs a link that was handed over or mailed.
"""

from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from proofup.directory.users import User
from proofup.values.changes import Change
from proofup.values.ids import UserId

LIFETIME = timedelta(days=7)


class Invitation(Struct, frozen=True, kw_only=True):
    """The link of an invitation; ``token_digest`` is SHA-256 of what the link carries.

    ``mail`` is the profile's address at its creation; if that changes, the invitation is void.
    """

    token_digest: bytes
    user_id: UserId
    mail: str | None
    made_at: datetime
    expires_at: datetime
    spent_at: datetime | None = None

    def is_open(self, at: datetime) -> bool:
        """Return whether it is neither used nor expired."""
        return self.spent_at is None and at < self.expires_at

    def is_for(self, user: User) -> bool:
        """Return whether ``user`` was invited, and still has that mail address."""
        return self.user_id == user.id and self.mail == user.mail


class Invitations(Protocol):
    """Reads invitations."""

    async def by_token(self, token_digest: bytes) -> Invitation | None:
        """Return the invitation whose token has this digest."""
        ...


class OpenInvitation(Change, frozen=True, kw_only=True):
    """Stores a new invitation; older ones of the same user are void."""

    invitation: Invitation


class SpendInvitation(Change, frozen=True, kw_only=True):
    """Marks an invitation as used. Raises AlreadySpentError if it was used or has expired."""

    token_digest: bytes
    at: datetime
