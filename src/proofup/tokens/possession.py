"""The proof that a caller has the key of an application's certificate, for addKey and removeKey.

It is a token that the caller signs with that key: for ten minutes, in the name of the application
(Microsoft Graph, application: addKey).
"""

from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from proofup.tokens.access_token import SKEW
from proofup.tokens.application import GRAPH, Application
from proofup.tokens.certificates import BadSignatureError, signed_payload

DIRECTORY = "00000002-0000-0000-c000-000000000000"  # the audience that Graph's documents name
LONGEST_LIFETIME = timedelta(minutes=10)


class _Claims(Struct, frozen=True, kw_only=True):
    iss: str
    aud: str
    nbf: float
    exp: float


def check_possession(application: Application, proof: str, *, at: datetime) -> None:
    """Refuse a proof that no valid certificate of the application signed.

    Raises BadSignatureError.
    """
    payload = signed_payload(application.certificates, proof, at=at)
    try:
        claims = msgspec.json.decode(payload, type=_Claims)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadSignatureError("malformed") from error
    now, skew = at.timestamp(), SKEW.total_seconds()
    if claims.iss.lower() not in {application.object_id, application.id}:
        raise BadSignatureError("of another application")
    if claims.aud.lower() not in {DIRECTORY, GRAPH}:
        raise BadSignatureError("for another audience")
    if claims.exp > claims.nbf + LONGEST_LIFETIME.total_seconds():
        raise BadSignatureError("valid for too long")
    if not claims.nbf - skew <= now < claims.exp + skew:
        raise BadSignatureError("not valid now")
