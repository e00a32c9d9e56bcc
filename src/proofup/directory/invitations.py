"""Invitations: links that are needed, besides the password, to register a first method.

A password may be stolen before its owner has registered a method; the thief could then register one
first. If the rules require it, a first method also needs a link that was handed over or mailed.
"""

from collections.abc import Mapping, Sequence
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
    ``inviter`` is the user who made it; if they lose the right to, it is void as well. ``lands_at``
    is the page to which the user goes afterwards.
    """

    token_digest: bytes
    user_id: UserId
    mail: str | None
    made_at: datetime
    expires_at: datetime
    spent_at: datetime | None = None
    inviter: UserId | None = None
    lands_at: str | None = None

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

    async def of_many(self, user_ids: Sequence[UserId]) -> Mapping[UserId, Invitation]:
        """Return the latest invitation of each of these users who has one."""
        ...

    async def open(
        self, *, after: Invitation | None = None, most: int, at: datetime
    ) -> Sequence["InvitedPerson"]:
        """Return up to ``most`` open ones, the first to expire first, starting after ``after``."""
        ...


class InvitedPerson(Struct, frozen=True):
    """An open invitation with the user whom it invites."""

    invitation: Invitation
    user: User


class OpenInvitation(Change, frozen=True, kw_only=True):
    """Stores a new invitation; older ones of the same user are void."""

    invitation: Invitation


class RevokeInvitation(Change, frozen=True, kw_only=True):
    """Deletes the invitation of a user. Raises StaleError where none is open."""

    user_id: UserId
    at: datetime


class RequireInvitation(Change, frozen=True, kw_only=True):
    """Writes nothing; raises AlreadySpentError unless the invitation is open at ``at``."""

    token_digest: bytes
    at: datetime


class SpendInvitation(Change, frozen=True, kw_only=True):
    """Marks an invitation as used. Raises AlreadySpentError if it was used or has expired."""

    token_digest: bytes
    at: datetime
