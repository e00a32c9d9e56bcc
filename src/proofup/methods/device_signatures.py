"""Answers that a device signs with a P-256 key of its own (ECDSA with SHA-256, FIPS 186-5)."""

import base64
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from proofup.values.errors import InvalidInputError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

POINT_BYTES = 65  # 04, x, y (SEC 1 §2.3.3)
SIGNATURE_BYTES = 64  # r, s: as WebCrypto writes it (IEEE P1363)
ANSWER = b"proofup.authenticator.answer.v1\n"  # so that a signature of another text is no answer


class InvalidDeviceKeyError(InvalidInputError):
    """The key of a device is no point on P-256."""

    def __init__(self) -> None:
        super().__init__("key")


class SignedAnswer(Struct, frozen=True):
    """What a device signs: the request, what it has shown of it, and what its owner decided."""

    request: str
    user: str
    device: str
    purpose: str
    shown: str
    decision: str
    number: str
    at: int


class Sent(Struct, frozen=True):
    """A signed text as it arrives; the signature is in Base64."""

    text: str
    signature: str


def answer_in(sent: str) -> tuple[SignedAnswer, bytes, bytes] | None:
    """Return the answer in ``sent``, its signed bytes and the signature; None if there is none."""
    try:
        read = msgspec.json.decode(sent, type=Sent)
        text = read.text.encode()
        answer = msgspec.json.decode(text, type=SignedAnswer)
        return answer, ANSWER + text, base64.b64decode(read.signature, validate=True)
    except (msgspec.MsgspecError, ValueError):
        return None


def public_key(point: bytes) -> "EllipticCurvePublicKey":
    """Return the key of an uncompressed point. Raises InvalidDeviceKeyError."""
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

    if len(point) != POINT_BYTES:
        raise InvalidDeviceKeyError
    try:
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except ValueError as error:
        raise InvalidDeviceKeyError from error


def is_signature(point: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether ``signature`` is that of ``message`` by the key of ``point``."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    if len(signature) != SIGNATURE_BYTES:
        return False
    half = SIGNATURE_BYTES // 2
    r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
    try:
        public_key(point).verify(encode_dss_signature(r, s), message, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True
