"""What all grants of the token endpoint share: their answer, and a parameter of theirs."""

from typing import Any

import msgspec

from proofup.granting.issuing import Tokens
from proofup.oauth.fields import Fields
from proofup.tokens.access_token import CLAIMS_CHALLENGE


def of_person(tokens: Tokens, fields: Fields) -> dict[str, Any]:
    """Return the answer with the tokens of a person."""
    access = tokens.access
    told: dict[str, Any] = {
        "token_type": "Bearer",
        "scope": access.scope,
        "expires_in": access.expires_in_seconds,
        "ext_expires_in": access.expires_in_seconds,
        "access_token": access.access_token.reveal(),
    }
    if tokens.refresh_token is not None:
        told["refresh_token"] = tokens.refresh_token.reveal()
    if tokens.id_token is not None:
        told["id_token"] = tokens.id_token.reveal()
    if fields["client_info"] == "1":
        told["client_info"] = tokens.client_info
    return told


def takes_challenges(claims: str) -> bool:
    """Tell whether the ``claims`` parameter says that the client can take a claims challenge."""
    try:
        asked = msgspec.json.decode(claims or "{}")
        values = asked["access_token"]["xms_cc"]["values"]
        return any(str(one).lower() == CLAIMS_CHALLENGE for one in values)
    except (msgspec.DecodeError, KeyError, TypeError):
        return False
