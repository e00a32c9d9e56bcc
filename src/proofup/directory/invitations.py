"""An invitation: who has a password and no method yet is the one who was meant to register one.

A password alone may be stolen before its owner has registered anything; the thief would register
first. Where the rules ask for it, a first method also takes a link that was handed out or mailed.
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

    ``mail`` is the address of the profile when it was made: with another one it counts no more.
    """

    token_digest: bytes
    user_id: UserId
    mail: str | None
    made_at: datetime
    expires_at: datetime
    spent_at: datetime | None = None

    def is_open(self, at: datetime) -> bool:
        """Tell whether it has neither been used nor run out."""
        return self.spent_at is None and at < self.expires_at

    def is_for(self, user: User) -> bool:
        """Tell whether ``user`` is who was invited, where they were invited."""
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
    """Uses an invitation up. Raises AlreadySpentError where it was used or is over."""

    token_digest: bytes
    at: datetime
