"""Makes the keys that sign tokens, in a thread: it takes a tenth of a second of a processor."""

import asyncio

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from proofup.values.secret import Secret

BITS = 2048  # as Entra's; a longer one makes each signature several times as slow
EXPONENT = 65537


async def new_signing_key() -> Secret[bytes]:
    """Return a new RSA key, as PKCS #8 in DER."""
    return await asyncio.to_thread(_make)


def _make() -> Secret[bytes]:
    key = rsa.generate_private_key(public_exponent=EXPONENT, key_size=BITS)
    return Secret(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
