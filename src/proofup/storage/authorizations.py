"""Requests of the authorize endpoint, and codes: a document for each, under a token's digest."""

from datetime import datetime, timedelta
from typing import ClassVar

import msgspec

from proofup.storage.aggregate import Aggregate, Expiry, Writes
from proofup.storage.columns import instant_or_none
from proofup.storage.statements import Steps, touched
from proofup.tokens.authorization import (
    AuthorizationRequest,
    Code,
    OpenCode,
    OpenRequest,
    SpendCode,
)
from proofup.values.clock import to_microseconds
from proofup.values.errors import AlreadySpentError

FIND = "SELECT document, spent_at FROM authorizations WHERE token_digest = ? AND kind = ?"
OPEN = "INSERT INTO authorizations (token_digest, kind, document, expires_at) VALUES (?, ?, ?, ?)"
SPEND = (
    "UPDATE authorizations SET spent_at = ? "
    "WHERE token_digest = ? AND kind = 'code' AND spent_at IS NULL AND expires_at > ?"
)
REQUEST, CODE = "request", "code"

_request = msgspec.json.Decoder(AuthorizationRequest)
_code = msgspec.json.Decoder(Code)


class AuthorizationRows(Aggregate, frozen=True):
    """The port ``Authorizations``, and its changes.

    A spent code is kept for a day, so that a second use of it is noticed.
    """

    expiry: ClassVar[Expiry | None] = Expiry(
        table="authorizations", key="token_digest", kept=timedelta(days=1)
    )

    async def request(self, token_digest: bytes) -> AuthorizationRequest | None:
        """Return the request."""
        found = await self.engine.rows(FIND, token_digest, REQUEST)
        return _request.decode(found[0][0]) if found else None

    async def code(self, token_digest: bytes) -> tuple[Code, datetime | None] | None:
        """Return the code, and when it was spent."""
        found = await self.engine.rows(FIND, token_digest, CODE)
        return (_code.decode(found[0][0]), instant_or_none(found[0][1])) if found else None

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {OpenRequest: self.open_request, OpenCode: self.open_code, SpendCode: self.spend}

    def open_request(self, change: OpenRequest) -> Steps[None]:
        """Store a request."""
        document = msgspec.json.encode(change.request).decode()
        ends = to_microseconds(change.request.expires_at)
        yield from touched(OPEN, change.token_digest, REQUEST, document, ends)

    def open_code(self, change: OpenCode) -> Steps[None]:
        """Store a code."""
        document = msgspec.json.encode(change.code).decode()
        ends = to_microseconds(change.code.expires_at)
        yield from touched(OPEN, change.token_digest, CODE, document, ends)

    def spend(self, change: SpendCode) -> Steps[None]:
        """Mark a code as used; this write decides which of several uses wins."""
        at = to_microseconds(change.at)
        if not (yield from touched(SPEND, at, change.token_digest, at)):
            raise AlreadySpentError
