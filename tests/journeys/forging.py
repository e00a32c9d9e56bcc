"""Forges a token from a true one, as a vector of ``tests/vectors/access_tokens.json`` says."""

import base64
import hashlib
import hmac
import json
from datetime import datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
)

from proofup.tokens.jwt import public_key
from proofup.tokens.signing_key import SigningKey

STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SHA: dict[str, type[SHA256 | SHA384 | SHA512]] = {"256": SHA256, "384": SHA384, "512": SHA512}
KEPT = {"kept", "none", "flipped", "cut", "twice"}  # nothing is signed anew


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=="))


def forged(true: str, key: SigningKey, vector: dict[str, Any], at: datetime) -> str:
    """Return the token of ``vector``, made from the ``true`` one that ``key`` signed."""
    if "whole" in vector:
        return str(vector["whole"])
    head, payload, signature = true.split(".")
    how = vector["sign"]
    from_now = {
        name: int(at.timestamp()) + seconds for name, seconds in vector.get("from_now", {}).items()
    }
    header = _changed(decoded(head), vector.get("header", {}))
    if how == "stranger:jwk":
        header["jwk"] = _jwk(STRANGER.public_key())
    claims = _changed(decoded(payload), {**vector.get("claims", {}), **from_now})
    signed = f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(claims).encode())}"
    if how in KEPT:
        ends = {
            "kept": signature,
            "none": "",
            "flipped": _flipped(signature),
            "cut": signature[:-8],
            "twice": f"{signature}{signature}",
        }
        # A token that is otherwise the true one has its very bytes.
        return (
            f"{signed if vector.keys() > {'what', 'sign'} else true.rpartition('.')[0]}.{ends[how]}"
        )
    return f"{signed}.{encoded(_signature(signed.encode(), key, how))}"


def _changed(found: dict[str, Any], by: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**found, **by}.items() if value is not None}


def _flipped(signature: str) -> str:
    raw = bytearray(base64.urlsafe_b64decode(signature + "=="))
    raw[7] ^= 1
    return encoded(bytes(raw))


def _jwk(key: rsa.RSAPublicKey) -> dict[str, str]:
    told = key.public_numbers()
    return {"kty": "RSA", "n": encoded(told.n.to_bytes(256, "big")), "e": "AQAB"}


def _signature(signed: bytes, key: SigningKey, how: str) -> bytes:
    name, _, secret = how.partition(":")
    algorithm, ours = SHA.get(name[2:], SHA256), _loaded(key.private.reveal())
    if name.startswith("HS"):
        digest = hashlib.new(f"sha{name[2:]}").name
        return hmac.new(_secret(ours.public_key(), key, secret), signed, digest).digest()
    if name.startswith("PS"):
        pss = padding.PSS(padding.MGF1(algorithm()), algorithm().digest_size)
        return ours.sign(signed, pss, algorithm())
    if name.startswith("ES"):
        return ec.generate_private_key(ec.SECP256R1()).sign(signed, ec.ECDSA(algorithm()))
    signer = STRANGER if name == "stranger" else ours
    return signer.sign(signed, padding.PKCS1v15(), algorithm())


@cache
def _loaded(der: bytes) -> rsa.RSAPrivateKey:
    found = load_der_private_key(der, None)
    assert isinstance(found, rsa.RSAPrivateKey)
    return found


def _secret(public: rsa.RSAPublicKey, key: SigningKey, which: str) -> bytes:
    """Return what is public and could be mistaken for a shared secret."""
    told = {
        "pem": public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "der": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "modulus": public_key(key)["n"].encode(),
        "kid": key.id.encode(),
        "empty": b"",
    }
    return told[which]
