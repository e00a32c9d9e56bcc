"""Families of tokens, and their refresh tokens."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

import msgspec
from msgspec.structs import replace

from proofup.storage.aggregate import Aggregate, Expiry, Writes
from proofup.storage.columns import instant_or_none
from proofup.storage.statements import Steps, row, touched
from proofup.tokens.family import (
    LIFETIME,
    AddRefreshToken,
    Family,
    OpenFamily,
    RefreshToken,
    RevokeFamiliesOf,
    RevokeFamily,
    SpendRefreshToken,
)
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import AlreadySpentError, RevokedError
from proofup.values.ids import ApplicationId, UserId

IS_OPEN = "SELECT 1 FROM token_families WHERE id = ? AND revoked_at IS NULL AND expires_at > ?"
OPEN_OF = (
    "SELECT application_id, MAX(expires_at) FROM token_families "
    "WHERE user_id = ? AND revoked_at IS NULL AND expires_at > ? GROUP BY application_id"
)
OF_REFRESH = (
    "SELECT f.document, f.revoked_at, t.spent_at FROM refresh_tokens t "
    "JOIN token_families f ON f.id = t.family_id WHERE t.token_digest = ?"
)
OPEN = (
    "INSERT INTO token_families (id, user_id, application_id, document, expires_at) "
    "VALUES (?, ?, ?, ?, ?)"
)
REVOKE = "UPDATE token_families SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL"
REVOKE_OF = (
    "UPDATE token_families SET revoked_at = ? "
    "WHERE user_id = ? AND application_id = ? AND revoked_at IS NULL"
)
HOLD = (
    "SELECT 1 FROM token_families WHERE id = ? AND revoked_at IS NULL AND expires_at > ? FOR SHARE"
)
ADD_REFRESH = "INSERT INTO refresh_tokens (token_digest, family_id) VALUES (?, ?)"
SPEND = "UPDATE refresh_tokens SET spent_at = ? WHERE token_digest = ? AND spent_at IS NULL"

_family = msgspec.json.Decoder(Family)


class TokenFamilyRows(Aggregate, frozen=True):
    """The port ``Families``, and its changes."""

    expiry: ClassVar[Expiry | None] = Expiry(table="token_families")

    async def is_open(self, family_id: str, *, at: datetime) -> bool:
        """Return whether the family is there, not revoked, and not over."""
        return bool(await self.engine.rows(IS_OPEN, family_id, to_microseconds(at)))

    async def open_of(self, user_id: UserId, *, at: datetime) -> Mapping[ApplicationId, datetime]:
        """Return the applications with an open family of this person, and when the last began."""
        found = await self.engine.rows(OPEN_OF, user_id, to_microseconds(at))
        return {ApplicationId(id_): from_microseconds(ends) - LIFETIME for id_, ends in found}

    async def refresh_token(self, token_digest: bytes) -> RefreshToken | None:
        """Return the refresh token with this digest."""
        found = await self.engine.rows(OF_REFRESH, token_digest)
        if not found:
            return None
        document, revoked_at, spent_at = found[0]
        family = replace(_family.decode(document), revoked_at=instant_or_none(revoked_at))
        return RefreshToken(family=family, spent_at=instant_or_none(spent_at))

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            OpenFamily: self.open,
            RevokeFamily: self.revoke,
            RevokeFamiliesOf: self.revoke_of,
            AddRefreshToken: self.add_token,
            SpendRefreshToken: self.spend,
        }

    def open(self, change: OpenFamily) -> Steps[None]:
        """Store a family."""
        new = change.family
        yield from touched(
            OPEN,
            new.id,
            new.signed_in.user_id,
            new.application_id,
            msgspec.json.encode(new).decode(),
            to_microseconds(new.expires_at),
        )

    def revoke(self, change: RevokeFamily) -> Steps[None]:
        """End a family."""
        yield from touched(REVOKE, to_microseconds(change.at), change.family_id)

    def revoke_of(self, change: RevokeFamiliesOf) -> Steps[None]:
        """End all families of a person at one application."""
        at = to_microseconds(change.at)
        yield from touched(REVOKE_OF, at, change.user_id, change.application_id)

    def add_token(self, change: AddRefreshToken) -> Steps[None]:
        """Store a refresh token, which is deleted with its family."""
        if (yield from row(HOLD, change.family_id, to_microseconds(change.at))) is None:
            raise RevokedError
        yield from touched(ADD_REFRESH, change.token_digest, change.family_id)

    def spend(self, change: SpendRefreshToken) -> Steps[None]:
        """Mark a refresh token as used; this write decides which of several uses wins."""
        if not (yield from touched(SPEND, to_microseconds(change.at), change.token_digest)):
            raise AlreadySpentError
