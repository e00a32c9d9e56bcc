"""Ids and the randomness they are drawn from.

Ids on the wire are GUIDs in text. Version 4 (RFC 9562 §5.4) where an id must tell nothing;
version 7 (§5.7) where rows should lie in the order they came.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NewType, TypeAlias

from proofup.values.clock import to_microseconds

Entropy: TypeAlias = Callable[[int], bytes]
"""Returns that many bytes from the system's generator."""

UserId = NewType("UserId", str)
MethodId = NewType("MethodId", str)
ChallengeId = NewType("ChallengeId", str)
SignInId = NewType("SignInId", str)
ResetId = NewType("ResetId", str)
SessionId = NewType("SessionId", str)
BrowserId = NewType("BrowserId", str)
RegistrationId = NewType("RegistrationId", str)
DeviceId = NewType("DeviceId", str)
AppPasswordId = NewType("AppPasswordId", str)
UnitId = NewType("UnitId", str)
GroupId = NewType("GroupId", str)
ApplicationId = NewType("ApplicationId", str)  # Graph's appId, a client's client_id
TenantId = NewType("TenantId", str)
MessageId = NewType("MessageId", str)
CorrelationId = NewType("CorrelationId", str)

STEP_BYTES = 4  # of randomness between two ids that are made together
STEPS = 64  # that are drawn at a time
VARIANT = 1 << 63  # stands behind the third hyphen (RFC 9562 §4.1)
TOKEN_BYTES = 32  # 256 bit, for everything whose holder is let in


def random_id(entropy: Entropy) -> str:
    """Return a new version 4 GUID."""
    raw = bytearray(entropy(16))
    raw[6] = 0x40 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    return _guid(raw)


def ordered_id(entropy: Entropy, at: datetime) -> str:
    """Return a new version 7 GUID, which sorts by ``at`` to the millisecond."""
    milliseconds = to_microseconds(at) // 1000
    raw = bytearray(milliseconds.to_bytes(6, "big") + entropy(10))
    raw[6] = 0x70 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    return _guid(raw)


def ordered_ids(entropy: Entropy, at: datetime) -> Callable[[], str]:
    """Return what makes ids like ``ordered_id``, all at one instant, each behind the one before.

    It counts up from a random number by random steps (RFC 9562 §6.2, method 2).
    """
    begins = ordered_id(entropy, at)[:19]  # up to the variant
    number = VARIANT | int.from_bytes(entropy(8), "big") >> 3  # of 62 bits: the first gives room

    steps = _steps(entropy)

    def new_id() -> str:
        nonlocal number
        number += 1 + next(steps)
        text = f"{number:x}"
        return f"{begins}{text[:4]}-{text[4:]}"

    return new_id


def _steps(entropy: Entropy) -> Iterator[int]:
    while True:
        yield from memoryview(entropy(STEPS * STEP_BYTES)).cast("I")


def _guid(raw: bytearray) -> str:
    """Return the text of RFC 9562 §4; ``uuid.UUID`` takes three times as long to give it."""
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def random_token(entropy: Entropy) -> str:
    """Return a new 256-bit token in URL-safe letters."""
    return base64.urlsafe_b64encode(entropy(TOKEN_BYTES)).rstrip(b"=").decode()


def token_digest(token: str) -> bytes:
    """Return what is stored of a token: 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).digest()
