"""Signed tokens: JSON Web Tokens (RFC 7519) in the compact form of RFC 7515.

What a token says of itself is never believed: its key is found by an exact ``kid`` among our own,
and the key's record names the algorithm (RFC 8725 §3.1). A header with anything that would bring
another key, or that must be understood and is not, is refused.
"""

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from msgspec import Struct

from proofup.tokens.signing_key import SigningKey
from proofup.values.errors import ProofupError

HEADERS = frozenset({"alg", "kid", "typ"})
LONGEST = 16 * 1024  # letters; longer than any token of ours
PARTS = 3


class TokenType(StrEnum):
    """The ``typ`` of a header: no kind of token can stand for another (RFC 8725 §3.11)."""

    ACCESS = "at+jwt"  # RFC 9068 §2.1
    ID = "JWT"  # as Entra's; clients know no other


class BadTokenError(ProofupError):
    """The token is not one of ours, or was changed; ``reason`` says what is wrong with it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Header(Struct, frozen=True, kw_only=True):
    """The parts of a header that are read before the signature is verified."""

    alg: str
    kid: str = ""
    typ: str = ""


def sign(claims: bytes, key: SigningKey, token_type: TokenType) -> str:
    """Return ``claims``, which are JSON, as a token."""
    header = {"alg": key.algorithm, "kid": key.id, "typ": token_type.value}
    algorithms = [key.algorithm]
    return jws.serialize_compact(header, claims, _loaded(key), algorithms=algorithms)


def verified(token: str, keys: Sequence[SigningKey], token_type: TokenType) -> bytes:
    """Return the claims of ``token``, as JSON, if one of ``keys`` signed it as ``token_type``.

    The claims themselves are not judged. Raises BadTokenError.
    """
    header = header_of(token)
    if header.typ.lower() != token_type.value.lower():
        raise BadTokenError("wrong type")
    key = next((one for one in keys if one.id == header.kid), None)
    if key is None:
        raise BadTokenError("unknown key")
    if header.alg != key.algorithm:
        raise BadTokenError("wrong algorithm")
    try:
        found = jws.deserialize_compact(token, _loaded(key), algorithms=[key.algorithm])
    except (JoseError, ValueError) as error:
        raise BadTokenError("bad signature") from error
    return found.payload


def header_of(token: str) -> Header:
    """Return the header of ``token``. Raises BadTokenError if it has parts that ours never have."""
    if len(token) > LONGEST or not token.isascii() or token.count(".") != PARTS - 1:
        raise BadTokenError("malformed")
    try:
        found = jws.extract_compact(token.encode()).headers()
        header = msgspec.convert(found, Header)
    except (JoseError, ValueError) as error:
        raise BadTokenError("malformed") from error
    if not found.keys() <= HEADERS:
        raise BadTokenError("unknown header")
    return header


def public_key(key: SigningKey) -> dict[str, str]:
    """Return the public half as RFC 7517 writes it, with no ``alg``, as Entra's."""
    found = _loaded(key).as_dict(private=False)
    return {"kty": "RSA", "use": "sig", "kid": key.id, "n": str(found["n"]), "e": str(found["e"])}


def _loaded(key: SigningKey) -> RSAKey:
    return _of_der(key.private.reveal())


@lru_cache(maxsize=16)  # loading one costs more than signing with it
def _of_der(der: bytes) -> RSAKey:
    private = load_der_private_key(der, password=None)
    if not isinstance(private, RSAPrivateKey):
        raise BadTokenError("unknown key")
    return RSAKey.import_key(private)
