"""Signing tokens."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from msgspec.structs import replace

from proofup.tokens.jwt import BadTokenError, TokenType, sign
from proofup.values.secret import Secret
from world import World

pytestmark = pytest.mark.anyio


async def test_a_key_that_is_not_rsa_signs_nothing(world: World) -> None:
    other = generate_private_key(SECP256R1()).private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
    )
    key = replace(await world.granting.keys.signing(world.now), private=Secret(other))
    with pytest.raises(BadTokenError, match="unknown key"):
        sign(b"{}", key, TokenType.ACCESS)
