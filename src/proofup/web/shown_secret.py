"""Telling whether a program shows the secret that it was given, as a bearer token (RFC 6750)."""

import hmac
from hashlib import sha256

from proofup.values.secret import Secret

BEARER = "bearer"


def shows(authorization: str, secret: Secret[str]) -> bool:
    """Return whether the header ``authorization`` carries ``secret``, in constant time."""
    scheme, _, shown = authorization.partition(" ")
    if scheme.lower() != BEARER:
        return False
    return hmac.compare_digest(_digest(shown.strip()), _digest(secret.reveal()))


def _digest(text: str) -> bytes:
    """Return the digest to compare: its length does not depend on the input."""
    return sha256(text.encode()).digest()
