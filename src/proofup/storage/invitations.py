"""Invitations: each lets its holder register a first method."""

from datetime import timedelta
from typing import ClassVar

from proofup.directory.invitations import Invitation, OpenInvitation, SpendInvitation
from proofup.storage.aggregate import Aggregate, Expiry, Writes
from proofup.storage.columns import count_or_none, instant_or_none
from proofup.storage.statements import Steps, touched
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import AlreadySpentError
from proofup.values.ids import UserId

INVITATION_BY_DIGEST = (
    "SELECT user_id, mail, made_at, expires_at, spent_at FROM invitations WHERE token_digest = ?"
)
OLDER = "DELETE FROM invitations WHERE user_id = ?"
OPEN_INVITATION = (
    "INSERT INTO invitations (token_digest, user_id, mail, made_at, expires_at, spent_at) "
    "VALUES (?, ?, ?, ?, ?, ?)"
)
SPEND_INVITATION = (
    "UPDATE invitations SET spent_at = ? "
    "WHERE token_digest = ? AND spent_at IS NULL AND expires_at > ?"
)


class InvitationRows(Aggregate, frozen=True):
    """The port ``Invitations``, and the changes of invitations."""

    expiry: ClassVar[Expiry | None] = Expiry(
        table="invitations", key="token_digest", kept=timedelta(days=30)
    )

    async def by_token(self, token_digest: bytes) -> Invitation | None:
        """Return the invitation whose token has this digest."""
        found = await self.engine.rows(INVITATION_BY_DIGEST, token_digest)
        if not found:
            return None
        user_id, mail, made_at, expires_at, spent_at = found[0]
        return Invitation(
            token_digest=token_digest,
            user_id=UserId(user_id),
            mail=mail,
            made_at=from_microseconds(made_at),
            expires_at=from_microseconds(expires_at),
            spent_at=instant_or_none(spent_at),
        )

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            OpenInvitation: self.open,
            SpendInvitation: self.spend,
        }

    def open(self, change: OpenInvitation) -> Steps[None]:
        """Store an invitation, which replaces earlier ones."""
        new = change.invitation
        yield from touched(OLDER, new.user_id)
        yield from touched(
            OPEN_INVITATION,
            new.token_digest,
            new.user_id,
            new.mail,
            to_microseconds(new.made_at),
            to_microseconds(new.expires_at),
            count_or_none(new.spent_at),
        )

    def spend(self, change: SpendInvitation) -> Steps[None]:
        """Mark an invitation as used; this write decides which of several users of it wins."""
        at = to_microseconds(change.at)
        if not (yield from touched(SPEND_INVITATION, at, change.token_digest, at)):
            raise AlreadySpentError
