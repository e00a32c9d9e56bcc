"""What a caller is told whose token does not let in: 401, and how to get another."""

import base64
from collections.abc import Mapping
from datetime import datetime

import msgspec

from proofup.granting.bearer import Reason, TokenRefusedError
from proofup.tokens.application import GRAPH
from proofup.web.programs import Refusal

CODE = "InvalidAuthenticationToken"
MESSAGES: Mapping[Reason, str] = {
    Reason.EXPIRED: "Lifetime validation failed, the token is expired.",
    Reason.WRONG_AUDIENCE: "Access token validation failure. Invalid audience.",
    Reason.REVOKED: "The token has been revoked.",
    Reason.APPLICATION_REVOKED: "The token has been revoked.",
}
ANY_OTHER = "Access token validation failure."
REVOKED = frozenset({Reason.REVOKED, Reason.APPLICATION_REVOKED})


def no_token(origin: str) -> Refusal:
    """Return the refusal of a call without a token."""
    return Refusal(401, CODE, "Access token is empty.", _headers(origin))


def refused_token(error: TokenRefusedError, origin: str, *, at: datetime) -> Refusal:
    """Return the refusal of a token.

    A client that can take a challenge is asked for a token that is newer than what revoked this.
    """
    message = MESSAGES.get(error.reason, ANY_OTHER)
    if error.reason in REVOKED and error.claims_challenge:
        newer = {"essential": True, "value": str(int(at.timestamp()))}
        claims = msgspec.json.encode({"access_token": {"nbf": newer}})
        told = f', error="insufficient_claims", claims="{base64.b64encode(claims).decode()}"'
        return Refusal(401, CODE, message, _headers(origin, told))
    return Refusal(401, CODE, message, _headers(origin))


def _headers(origin: str, told: str = "") -> Mapping[str, str]:
    where = f'authorization_uri="{origin}/common/oauth2/authorize"'
    return {"www-authenticate": f'Bearer realm="", {where}, client_id="{GRAPH}"{told}'}
