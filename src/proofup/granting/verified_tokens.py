"""Tokens whose signature was verified lately, by their digests.

A script sends one token with each of a thousand requests. Its signature is verified once; epochs,
roles and states are read each time all the same.
"""

from collections import OrderedDict
from datetime import datetime

from proofup.tokens.access_token import AccessClaims

MOST = 4096


class VerifiedTokens:
    """The claims of up to MOST verified tokens; the least recently used goes first."""

    def __init__(self) -> None:
        self._claims: OrderedDict[bytes, AccessClaims] = OrderedDict()

    def get(self, digest: bytes, at: datetime) -> AccessClaims | None:
        """Return the claims of the token with this digest, unless it has expired."""
        found = self._claims.get(digest)
        if found is None:
            return None
        if at.timestamp() >= found.exp:
            del self._claims[digest]
            return None
        self._claims.move_to_end(digest)
        return found

    def put(self, digest: bytes, claims: AccessClaims) -> None:
        """Remember a verified token."""
        self._claims[digest] = claims
        if len(self._claims) > MOST:
            self._claims.popitem(last=False)
