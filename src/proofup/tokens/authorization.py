"""The code flow between the authorize endpoint and the token endpoint: requests and codes."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from proofup.values.changes import Change
from proofup.values.ids import ApplicationId, UserId

REQUEST_LIFETIME = timedelta(minutes=30)
CODE_LIFETIME = timedelta(seconds=60)
VERIFIER_LENGTHS = range(43, 129)  # letters (RFC 7636 §4.1)


class ResponseMode(StrEnum):
    """How an answer gets to the redirect address."""

    QUERY = "query"
    FRAGMENT = "fragment"
    FORM_POST = "form_post"


class AuthorizationRequest(Struct, frozen=True, kw_only=True):
    """What a client wants of a person, after every check that needs no person.

    ``fresh`` demands a sign-in after ``started_at``, and ``max_age`` one that is no older.
    ``demands_mfa`` demands a second proof in it; ``acr`` is the name under which that was asked.
    """

    application_id: ApplicationId
    redirect_uri: str
    response_types: frozenset[str]
    response_mode: ResponseMode
    scope: str
    state: str | None = None
    nonce: str | None = None
    challenge: str | None = None
    login_hint: str | None = None
    prompts: frozenset[str] = frozenset()
    max_age: timedelta | None = None
    demands_mfa: bool = False
    acr: str | None = None
    takes_challenges: bool = False
    wants_client_info: bool = False
    started_at: datetime

    @property
    def expires_at(self) -> datetime:
        """When nobody can go on with it."""
        return self.started_at + REQUEST_LIFETIME


class SignedIn(Struct, frozen=True, kw_only=True):
    """How and when a person has proven who they are, for as long as a grant lives."""

    user_id: UserId
    epoch: int
    signed_in_at: datetime
    proven_at: datetime | None  # the second proof
    amr: tuple[str, ...]
    acr: str = "1"


class Code(Struct, frozen=True, kw_only=True):
    """What a code is exchanged for, and by whom. ``family_id`` is that of what it will give."""

    application_id: ApplicationId
    redirect_uri: str
    challenge: str | None
    scope: str
    nonce: str | None
    signed_in: SignedIn
    family_id: str
    expires_at: datetime


class Authorizations(Protocol):
    """Reads requests and codes by the digests of their tokens."""

    async def request(self, token_digest: bytes) -> AuthorizationRequest | None:
        """Return the request."""
        ...

    async def code(self, token_digest: bytes) -> tuple[Code, datetime | None] | None:
        """Return the code, and when it was spent."""
        ...


class OpenRequest(Change, frozen=True, kw_only=True):
    """Stores a request."""

    token_digest: bytes
    request: AuthorizationRequest


class OpenCode(Change, frozen=True, kw_only=True):
    """Stores a code."""

    token_digest: bytes
    code: Code


class SpendCode(Change, frozen=True, kw_only=True):
    """Uses a code up. Raises AlreadySpentError if it was used or has expired."""

    token_digest: bytes
    at: datetime


def is_right_verifier(verifier: str, challenge: str) -> bool:
    """Tell whether ``verifier`` is the secret behind an S256 ``challenge`` (RFC 7636 §4.6)."""
    if len(verifier) not in VERIFIER_LENGTHS or not verifier.isascii():
        return False
    return hmac.compare_digest(encoded_digest(verifier), challenge)


def encoded_digest(text: str, *, whole: bool = True) -> str:
    """Return SHA-256 of ``text`` as base64url: all of it, or the left half (``at_hash``)."""
    digest = hashlib.sha256(text.encode()).digest()
    kept = digest if whole else digest[: len(digest) // 2]
    return base64.urlsafe_b64encode(kept).rstrip(b"=").decode()
