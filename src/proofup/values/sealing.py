"""Encryption at rest: envelopes, data keys, and the row that a sealed value belongs to.

The key-encryption key lies outside the database and wraps data keys, which lie inside it. A
data key serves one purpose. What it seals is bound to table, column and row, so that a value
moved to another row cannot be opened. AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D).
"""

import hmac
from collections.abc import Iterable, Mapping
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from proofup.values.errors import UnreadableSecretError
from proofup.values.ids import Entropy
from proofup.values.secret import Secret

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = b"v1"


class KeyPurpose(StrEnum):
    """What a data key is for; each has its own, so that one leak is one leak."""

    METHODS = "methods"  # seals what authentication methods and pending registrations remember
    MESSAGES = "messages"  # seals the outbox
    CODES = "codes"  # digests of one-time codes
    AUDIT = "audit"  # the audit chain
    COUNTERS = "counters"  # digests that counters are kept under
    PEPPER = "pepper"  # keyed pre-hash of passwords


class WrappedKey(Struct, frozen=True):
    """A data key as it lies in the database."""

    id: str
    purpose: KeyPurpose
    wrapped: bytes


class KeyRing(Struct, frozen=True):
    """The data keys of a running process, by purpose; the last of a purpose is in use."""

    keys: Mapping[KeyPurpose, Mapping[str, Secret[bytes]]]

    def current(self, purpose: KeyPurpose) -> tuple[str, bytes]:
        """Return id and bytes of the key in use for ``purpose``."""
        keys = self.keys[purpose]
        *_, key_id = keys
        return key_id, keys[key_id].reveal()

    def digest(self, purpose: KeyPurpose, *parts: str) -> bytes:
        """Return HMAC-SHA-256 of ``parts``, each with its length, under the key in use."""
        return keyed_digest(self.current(purpose)[1], *parts)

    def seal(self, purpose: KeyPurpose, plain: bytes, *, row: str, entropy: Entropy) -> bytes:
        """Return ``plain`` sealed for ``row``: ``v1.<key id>.<nonce><ciphertext>``."""
        key_id, key = self.current(purpose)
        nonce = entropy(NONCE_BYTES)
        head = b".".join((VERSION, key_id.encode(), b""))
        return head + nonce + AESGCM(key).encrypt(nonce, plain, _bound(purpose, key_id, row))

    def open(self, purpose: KeyPurpose, sealed: bytes, *, row: str) -> bytes:
        """Return what ``seal`` was given, or raise UnreadableSecretError."""
        try:
            version, key_id, rest = sealed.split(b".", 2)
            key = self.keys[purpose][key_id.decode()].reveal()
            if version != VERSION:
                raise UnreadableSecretError
            nonce, body = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
            return AESGCM(key).decrypt(nonce, body, _bound(purpose, key_id.decode(), row))
        except (InvalidTag, KeyError, ValueError) as error:
            raise UnreadableSecretError from error


def keyed_digest(key: bytes, *parts: str) -> bytes:
    """Return HMAC-SHA-256 of ``parts``; lengths go in, so that no two lists run together."""
    # What was typed may hold half a surrogate pair; it has a digest like anything else.
    encoded = [part.encode(errors="surrogatepass") for part in parts]
    return hmac.digest(key, b"".join(map(_with_length, encoded)), "sha256")


def _with_length(part: bytes) -> bytes:
    return len(part).to_bytes(4, "big") + part


def _bound(purpose: KeyPurpose, key_id: str, row: str) -> bytes:
    return b"".join(_with_length(part.encode()) for part in ("proofup", purpose, key_id, row))


def new_data_key(
    purpose: KeyPurpose, *, key_encryption_key: bytes, key_id: str, entropy: Entropy
) -> WrappedKey:
    """Return a new random data key for ``purpose``, wrapped."""
    nonce = entropy(NONCE_BYTES)
    wrapped = AESGCM(key_encryption_key).encrypt(
        nonce, entropy(KEY_BYTES), _bound(purpose, key_id, "data key")
    )
    return WrappedKey(key_id, purpose, nonce + wrapped)


def unwrap(wrapped: Iterable[WrappedKey], *, key_encryption_key: bytes) -> KeyRing:
    """Return the ring of these keys, oldest first within a purpose as they come.

    Raises UnreadableSecretError where the key-encryption key is another one.
    """
    keys: dict[KeyPurpose, dict[str, Secret[bytes]]] = {}
    cipher = AESGCM(key_encryption_key)
    for key in wrapped:
        nonce, body = key.wrapped[:NONCE_BYTES], key.wrapped[NONCE_BYTES:]
        try:
            plain = cipher.decrypt(nonce, body, _bound(key.purpose, key.id, "data key"))
        except (InvalidTag, ValueError) as error:
            raise UnreadableSecretError from error
        keys.setdefault(key.purpose, {})[key.id] = Secret(plain)
    return KeyRing(keys)
