"""The signature of posts between Proofup and a carrier: HMAC over time and body."""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from proofup.values.clock import EPOCH
from proofup.values.errors import ProofupError
from proofup.values.secret import Secret

TIMESTAMP_HEADER = "Proofup-Timestamp"
SIGNATURE_HEADER = "Proofup-Signature"
VERSION = "v1"
GREATEST_SKEW = timedelta(minutes=5)
LONGEST_TIMESTAMP = 10  # digits of seconds since 1970, until the year 2286


class InvalidSignatureError(ProofupError):
    """A post is unsigned, signed with another secret, or too old; the text names the header."""

    def __init__(self, header: str, reason: str) -> None:
        super().__init__(header, reason)
        self.header = header
        self.reason = reason


def signed_headers(secret: Secret[str], body: bytes, *, at: datetime) -> dict[str, str]:
    """Return the two headers that sign ``body`` at ``at``."""
    timestamp = str((at - EPOCH) // timedelta(seconds=1))
    return {
        TIMESTAMP_HEADER: timestamp,
        SIGNATURE_HEADER: f"{VERSION}={_digest(secret, timestamp, body)}",
    }


def verify_signature(
    secret: Secret[str], headers: Mapping[str, str], body: bytes, *, at: datetime
) -> None:
    """Return if ``headers`` sign ``body`` within five minutes of ``at``.

    Raises InvalidSignatureError. The time is signed too, so an old post cannot get a new time.
    """
    timestamp = headers.get(TIMESTAMP_HEADER, "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= LONGEST_TIMESTAMP):
        raise InvalidSignatureError(TIMESTAMP_HEADER, "is missing or not in seconds since 1970")
    expected = f"{VERSION}={_digest(secret, timestamp, body)}"
    given = headers.get(SIGNATURE_HEADER, "")
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise InvalidSignatureError(SIGNATURE_HEADER, "does not match time and body")
    if abs(at - (EPOCH + timedelta(seconds=int(timestamp)))) > GREATEST_SKEW:
        raise InvalidSignatureError(TIMESTAMP_HEADER, "is more than five minutes off")


def _digest(secret: Secret[str], timestamp: str, body: bytes) -> str:
    signed = timestamp.encode() + b"." + body
    return hmac.digest(secret.reveal().encode(), signed, "sha256").hex()
