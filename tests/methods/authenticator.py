"""An authenticator in software, which can be told to make exactly one mistake.

It answers the options of a page as a browser and a security key do together. A fault changes one
thing on the way: the client data, the authenticator data, the attestation, or the JSON around them.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeAlias

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from proofup.methods.webauthn_options import from_base64url, in_base64url

ORIGIN = "https://id.contoso.test"
AAGUID = bytes.fromhex("01020304050607080102030405060708")
PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, ATTESTED, EXTENDED = 1, 4, 8, 16, 64, 128

Change: TypeAlias = Callable[[Any], Any]
"""Returns what comes in place of the thing that it is given."""


def same(thing: Any) -> Any:
    return thing


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is changed, before anything that comes after it is made from it."""

    client_data: Change = same  # the members, before they are written as JSON
    written: Change = same  # the JSON as bytes
    rp_id: Change = same
    flags: Change = same
    count: Change = same
    credential_id: Change = same
    public_key: Change = same  # the COSE map
    data: Change = same  # the authenticator data as bytes
    signed: Change = same  # what is signed
    signature: Change = same
    attestation: Change = same  # the attestation object, before it is written
    answer: Change = same  # the JSON object around everything


NONE = Fault()
Attest: TypeAlias = Callable[["Authenticator", bytes, bytes], tuple[str, dict[str, Any]]]
"""Returns format and statement over authenticator data and the hash of the client data."""


def without(_: "Authenticator", __: bytes, ___: bytes) -> tuple[str, dict[str, Any]]:
    return "none", {}


def self_made(one: "Authenticator", data: bytes, client: bytes) -> tuple[str, dict[str, Any]]:
    return "packed", {"alg": -7, "sig": one.sign(data + client)}


@dataclass
class Authenticator:
    """One device with one credential at a time; ``seed`` makes its keys the same each time."""

    seed: str = "device"
    origin: str = ORIGIN
    is_synced: bool = False
    count: int = 0
    counts: bool = True
    aaguid: bytes = AAGUID
    attest: Attest = without
    handle: str = ""
    key: ec.EllipticCurvePrivateKey = field(init=False)
    id: bytes = field(init=False)

    def __post_init__(self) -> None:
        drawn = Random(self.seed)  # noqa: S311 - the keys of tests
        self.key = ec.derive_private_key(drawn.getrandbits(250) + 1, ec.SECP256R1())
        self.id = drawn.randbytes(20)

    @property
    def cose(self) -> dict[int, Any]:
        """The public key as a COSE map (RFC 9053 §7.1.1)."""
        point = self.key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))

    def create(self, options: str, fault: Fault = NONE) -> str:
        """Answer ``navigator.credentials.create``."""
        asked = json.loads(options)
        self.handle = asked["user"]["id"]
        client = self._client("webauthn.create", asked["challenge"], fault)
        named = fault.credential_id(self.id)
        key = cbor2.dumps(fault.public_key(self.cose))
        attested = self.aaguid + len(named).to_bytes(2) + named + key
        data = fault.data(self._data(asked["rp"]["id"], ATTESTED, fault) + attested)
        kind, statement = self.attest(self, data, hashlib.sha256(client).digest())
        whole = {"fmt": kind, "attStmt": statement, "authData": data}
        response = {
            "clientDataJSON": in_base64url(client),
            "attestationObject": in_base64url(cbor2.dumps(fault.attestation(whole))),
            "transports": ["usb"],
        }
        return self._answer(response, fault)

    def get(self, options: str, fault: Fault = NONE) -> str:
        """Answer ``navigator.credentials.get``."""
        asked = json.loads(options)
        client = self._client("webauthn.get", asked["challenge"], fault)
        data = fault.data(self._data(asked["rpId"], 0, fault))
        signature = self.sign(fault.signed(data + hashlib.sha256(client).digest()))
        response = {
            "clientDataJSON": in_base64url(client),
            "authenticatorData": in_base64url(data),
            "signature": in_base64url(fault.signature(signature)),
            "userHandle": self.handle,
        }
        return self._answer(response, fault)

    def _client(self, kind: str, challenge: str, fault: Fault) -> bytes:
        told = {
            "type": kind,
            "challenge": challenge,
            "origin": self.origin,
            "crossOrigin": False,
        }
        return bytes(fault.written(json.dumps(fault.client_data(told)).encode()))

    def _data(self, rp_id: str, more: int, fault: Fault) -> bytes:
        self.count += self.counts
        synced = ELIGIBLE | BACKED_UP if self.is_synced else 0
        flags = fault.flags(PRESENT | VERIFIED | synced | more)
        hashed = hashlib.sha256(fault.rp_id(rp_id).encode()).digest()
        return hashed + bytes([flags]) + int(fault.count(self.count)).to_bytes(4)

    def _answer(self, response: dict[str, Any], fault: Fault) -> str:
        named = in_base64url(self.id)
        whole = {
            "id": named,
            "rawId": named,
            "type": "public-key",
            "authenticatorAttachment": "cross-platform",
            "clientExtensionResults": {},
            "response": response,
        }
        return json.dumps(fault.answer(whole))


def replaced(**members: Any) -> Change:
    """Return the change that puts ``members`` in place of those of an object."""
    return lambda thing: {**thing, **members}


def lacking(member: str) -> Change:
    """Return the change that leaves ``member`` out of an object."""
    return lambda thing: {name: value for name, value in thing.items() if name != member}


def in_response(change: Change) -> Change:
    """Return ``change`` of the member ``response``."""
    return lambda thing: {**thing, "response": change(thing["response"])}


def flipped(value: bytes, at: int = -1) -> bytes:
    """Return ``value`` with one bit changed."""
    changed = bytearray(value)
    changed[at] ^= 1
    return bytes(changed)


def flipped_text(text: str) -> str:
    """Return Base64url text with one bit of its bytes changed."""
    return in_base64url(flipped(from_base64url(text)))
