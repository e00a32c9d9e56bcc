"""A client proves itself by a signed assertion (RFC 7523 §2.2), with its certificate."""

import hashlib
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from proofup.granting.ports import Ports
from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.tokens.access_token import SKEW
from proofup.tokens.application import Application
from proofup.tokens.assertion import UseAssertion
from proofup.tokens.certificates import BadSignatureError, signed_payload, unverified_payload
from proofup.values.clock import EPOCH
from proofup.values.errors import AlreadySpentError

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_LIFETIME = timedelta(hours=24)


class _Claims(Struct, frozen=True, kw_only=True):
    """``exp`` and the like may be fractions: msal for Python sends them so."""

    iss: str
    sub: str
    aud: str
    jti: str
    exp: float
    nbf: float = 0


def client_of_assertion(assertion: str) -> str:
    """Return which application an assertion says it is of. Raises GrantRefusedError."""
    try:
        return _read(unverified_payload(assertion)).sub
    except BadSignatureError as error:
        raise _refusal(error.reason) from error


async def check_assertion(
    ports: Ports, application: Application, assertion: str, *, path: str, at: datetime
) -> None:
    """Refuse an assertion that does not prove ``application``, or was used before.

    ``path`` is that of the endpoint. Raises GrantRefusedError.
    """
    try:
        payload = signed_payload(application.certificates, assertion, at=at)
    except BadSignatureError as error:
        raise _refusal(error.reason) from error
    claims = _read(payload)
    _check_claims(ports, application, claims, path, at)
    expires_at = EPOCH + timedelta(seconds=claims.exp)
    digest = hashlib.sha256(f"{application.id}|{claims.jti}".encode()).digest()
    try:
        await ports.commit(UseAssertion(digest=digest, expires_at=expires_at + SKEW))
    except AlreadySpentError as error:
        raise GrantRefusedError(Refused.REPLAYED_ASSERTION) from error


def _read(payload: bytes) -> _Claims:
    try:
        return msgspec.json.decode(payload, type=_Claims)
    except ValueError as error:
        raise _refusal("malformed") from error


def _check_claims(
    ports: Ports, application: Application, claims: _Claims, path: str, at: datetime
) -> None:
    """Demand that the assertion is for this service, now, and of this application alone."""
    tenant, now = ports.tenant, at.timestamp()
    if claims.iss != application.id or claims.sub != application.id:
        raise _refusal("of another application")
    endpoints = {f"{tenant.origin}{path}", f"{tenant.origin}/{tenant.id}/oauth2/v2.0/token"}
    if claims.aud not in {*endpoints, tenant.issuer}:
        raise _refusal("for another audience")
    if now >= claims.exp + SKEW.total_seconds():
        raise _refusal("expired")
    if claims.exp > now + LONGEST_LIFETIME.total_seconds():
        raise _refusal("valid for too long")
    if claims.nbf > now + SKEW.total_seconds():
        raise _refusal("not yet valid")


def _refusal(why: str) -> GrantRefusedError:
    return GrantRefusedError(Refused.BAD_ASSERTION, why)
