"""Invitations: each lets its holder register a first method."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar

from proofup.directory.invitations import (
    Invitation,
    InvitedPerson,
    OpenInvitation,
    RequireInvitation,
    RevokeInvitation,
    SpendInvitation,
)
from proofup.storage.aggregate import Aggregate, Expiry, Writes
from proofup.storage.columns import count_or_none, instant_or_none
from proofup.storage.statements import Row, Steps, row, rows_among, touched
from proofup.storage.users import PERSON_COLUMNS, PERSON_WIDTH, person_of
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import AlreadySpentError, StaleError
from proofup.values.ids import UserId

INVITATION_COLUMNS = "token_digest, user_id, mail, made_at, expires_at, spent_at, inviter, lands_at"
INVITATION_BY_DIGEST = f"SELECT {INVITATION_COLUMNS} FROM invitations WHERE token_digest = ?"
INVITATIONS_OF = f"SELECT {INVITATION_COLUMNS} FROM invitations WHERE user_id IN (?)"
OPEN_ONES = (
    f"SELECT {PERSON_COLUMNS}, i.token_digest, i.user_id, i.mail, i.made_at, i.expires_at, "
    "i.spent_at, i.inviter, i.lands_at FROM invitations i JOIN users u ON u.id = i.user_id "
    "JOIN accounts a ON a.user_id = u.id WHERE (i.expires_at, i.token_digest) > (?, ?) "
    "AND i.spent_at IS NULL ORDER BY i.expires_at, i.token_digest LIMIT ?"
)
REVOKE = "DELETE FROM invitations WHERE user_id = ? AND spent_at IS NULL AND expires_at > ?"
IS_OPEN = (
    "SELECT 1 FROM invitations WHERE token_digest = ? AND spent_at IS NULL AND expires_at > ? "
    "FOR UPDATE"
)
OLDER = "DELETE FROM invitations WHERE user_id = ?"
OPEN_INVITATION = f"INSERT INTO invitations ({INVITATION_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
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
        return _invitation_of(found[0]) if found else None

    async def of_many(self, user_ids: Sequence[UserId]) -> Mapping[UserId, Invitation]:
        """Return the invitation of each of these users who has one."""
        if not user_ids:
            return {}
        make = partial(rows_among, INVITATIONS_OF, user_ids)
        found = map(_invitation_of, await self.engine.read_long(make))
        return {one.user_id: one for one in found}

    async def open(
        self, *, after: Invitation | None = None, most: int, at: datetime
    ) -> Sequence[InvitedPerson]:
        """Return open invitations by their end, starting after ``after``."""
        start = (after.expires_at, after.token_digest) if after else (at, b"\xff" * 32)
        values = (to_microseconds(start[0]), start[1], most)
        return [
            InvitedPerson(_invitation_of(columns[PERSON_WIDTH:]), person_of(columns).user)
            for columns in await self.engine.rows(OPEN_ONES, *values)
        ]

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            OpenInvitation: self.put,
            RevokeInvitation: self.revoke,
            RequireInvitation: self.require,
            SpendInvitation: self.spend,
        }

    def put(self, change: OpenInvitation) -> Steps[None]:
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
            new.inviter,
            new.lands_at,
        )

    def revoke(self, change: RevokeInvitation) -> Steps[None]:
        """Delete the open invitation of a user."""
        if not (yield from touched(REVOKE, change.user_id, to_microseconds(change.at))):
            raise StaleError

    def require(self, change: RequireInvitation) -> Steps[None]:
        """Lock an open invitation until the transaction ends."""
        if (yield from row(IS_OPEN, change.token_digest, to_microseconds(change.at))) is None:
            raise AlreadySpentError

    def spend(self, change: SpendInvitation) -> Steps[None]:
        """Mark an invitation as used; this write decides which of several users of it wins."""
        at = to_microseconds(change.at)
        if not (yield from touched(SPEND_INVITATION, at, change.token_digest, at)):
            raise AlreadySpentError


def _invitation_of(columns: Row) -> Invitation:
    token_digest, user_id, mail, made_at, expires_at, spent_at, inviter, lands_at = columns
    return Invitation(
        token_digest=token_digest,
        user_id=UserId(user_id),
        mail=mail,
        made_at=from_microseconds(made_at),
        expires_at=from_microseconds(expires_at),
        spent_at=instant_or_none(spent_at),
        inviter=UserId(inviter) if inviter else None,
        lands_at=lands_at,
    )
