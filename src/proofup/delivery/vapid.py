"""The key with which push services know this service (VAPID, RFC 8292).

It is derived from a data key, so it is made at first use, sealed like all others, and the same on
every node. A browser subscribes with one key; after a rotation an older subscription is still
served with the key that it knows.
"""

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from proofup.values.sealing import KeyPurpose, KeyRing, keyed_digest

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

LIFETIME = timedelta(hours=12)  # RFC 8292 §2 allows 24
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


def private_key(secret: bytes) -> "EllipticCurvePrivateKey":
    """Return the key that ``secret`` stands for (FIPS 186-5 A.2.1: 512 bits, modulo)."""
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key

    drawn = keyed_digest(secret, "vapid", "1") + keyed_digest(secret, "vapid", "2")
    return derive_private_key(int.from_bytes(drawn, "big") % (ORDER - 1) + 1, SECP256R1())


def public_point(key: "EllipticCurvePrivateKey") -> bytes:
    """Return the public key as browsers take it: an uncompressed point."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def server_key(keys: KeyRing) -> bytes:
    """Return the public key that browsers subscribe with now."""
    return public_point(private_key(keys.current(KeyPurpose.VAPID)[1]))


def authorization(
    keys: KeyRing, *, known: bytes, endpoint: str, contact: str, at: datetime
) -> str | None:
    """Return the header for ``endpoint`` by the key that its browser knows; None if it is gone.

    ``contact`` is an address of the operator, a ``mailto:`` or ``https:`` URL.
    """
    found = (private_key(secret.reveal()) for secret in keys.keys[KeyPurpose.VAPID].values())
    key = next((one for one in found if public_point(one) == known), None)
    if key is None:
        return None
    parts = urlsplit(endpoint)
    token = _signed(
        key,
        {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((at + LIFETIME).timestamp()),
            "sub": contact,
        },
    )
    return f"vapid t={token}, k={base64.urlsafe_b64encode(known).rstrip(b'=').decode()}"


def _signed(key: "EllipticCurvePrivateKey", claims: Mapping[str, object]) -> str:
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )
    from joserfc import jwt
    from joserfc.jwk import ECKey

    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    header = {"typ": "JWT", "alg": "ES256"}
    return jwt.encode(header, dict(claims), ECKey.import_key(pem), algorithms=["ES256"])
