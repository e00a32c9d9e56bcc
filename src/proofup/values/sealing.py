"""Encryption at rest: envelopes, data keys, and the row that a sealed value belongs to.

The key-encryption key lies outside the database and wraps data keys, which lie inside it. A
data key serves one purpose. What it seals is bound to table, column and row, so that a value
moved to another row cannot be opened. AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D).
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from msgspec import Struct

from proofup.values.errors import UnreadableSecretError
from proofup.values.ids import Entropy
from proofup.values.secret import Secret

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = b"v1"
FINGERPRINT_DIGITS = 16
NAME_LETTERS = 8  # enough to tell a handful of keys apart


class KeyPurpose(StrEnum):
    """What a data key is for; each has its own, so that one leak is one leak."""

    METHODS = "methods"  # seals what authentication methods and pending registrations remember
    MESSAGES = "messages"  # seals the outbox
    CODES = "codes"  # digests of one-time codes
    AUDIT = "audit"  # the audit chain
    RECEIPTS = "receipts"  # proofs in addresses that a carrier without signatures fetches
    COUNTERS = "counters"  # digests that counters are kept under
    TOKENS = "tokens"  # seals the private keys that sign tokens
    VAPID = "vapid"  # the key with which push services know this service
    PEPPER = "pepper"  # keyed pre-hash of passwords
    NUMBERS = "numbers"  # digests by which methods are found by their number


class WrappedKey(Struct, frozen=True):
    """A data key as it lies in the database.

    One that is not ``in_use`` yet only opens: every process has to know a key before the first
    of them seals with it.
    """

    id: str
    purpose: KeyPurpose
    wrapped: bytes
    in_use: bool = True


class KeyRing(Struct):
    """The data keys of a running process, by purpose, oldest first.

    ``ahead`` are the ids of those that are not in use yet; the last of the others is. A process
    has one ring, which ``learn`` changes when keys are rotated, and everybody sees it.
    """

    keys: Mapping[KeyPurpose, Mapping[str, Secret[bytes]]]
    ahead: frozenset[str] = frozenset()

    def current(self, purpose: KeyPurpose) -> tuple[str, bytes]:
        """Return id and bytes of the key in use for ``purpose``."""
        keys = self.keys[purpose]
        key_id = next(key_id for key_id in reversed(tuple(keys)) if key_id not in self.ahead)
        return key_id, keys[key_id].reveal()

    def learn(self, newer: "KeyRing") -> None:
        """Become ``newer``, which was read from the same database later."""
        # In this order: another thread may seal in between, and a key that is not in use yet
        # must not be taken for one that is.
        self.ahead = newer.ahead
        self.keys = newer.keys

    def knows(self) -> dict[str, bool]:
        """Return the id of every key, and whether it is in use."""
        return {key_id: key_id not in self.ahead for keys in self.keys.values() for key_id in keys}

    def digest(self, purpose: KeyPurpose, *parts: str) -> bytes:
        """Return HMAC-SHA-256 of ``parts``, each with its length, under the key in use."""
        return keyed_digest(self.current(purpose)[1], *parts)

    def digests(self, purpose: KeyPurpose, *parts: str) -> Sequence[bytes]:
        """Return the digests under every key: the one in use first, then the others."""
        return list(self.digests_by_key(purpose, *parts).values())

    def digests_by_key(self, purpose: KeyPurpose, *parts: str) -> Mapping[str, bytes]:
        """Return the digests in the order of ``digests``, each by the id of its key."""
        current, _ = self.current(purpose)
        keys = self.keys[purpose]
        order = (current, *(key_id for key_id in reversed(tuple(keys)) if key_id != current))
        return {key_id: keyed_digest(keys[key_id].reveal(), *parts) for key_id in order}

    def names(self, purpose: KeyPurpose, *parts: str) -> tuple[Sequence[str], Sequence[str]]:
        """Return the digests under every key as text: ``<start of the key's id>:<hex>``.

        First under the key in use and those that are not yet, then under older ones.
        """
        keys = self.keys[purpose]
        if len(keys) == 1:
            ((only, key),) = keys.items()
            return (_name(only, key.reveal(), parts),), ()
        current, _ = self.current(purpose)
        now: list[str] = []
        older: list[str] = []
        for key_id in keys:
            name = _name(key_id, keys[key_id].reveal(), parts)
            (now if key_id == current or key_id in self.ahead else older).append(name)
        return now, older

    def seal(self, purpose: KeyPurpose, plain: bytes, *, row: str, entropy: Entropy) -> bytes:
        """Return ``plain`` sealed for ``row``: ``v1.<key id>.<nonce><ciphertext>``."""
        return _seal(purpose, *self.current(purpose))(plain, row=row, nonce=entropy(NONCE_BYTES))

    def open(self, purpose: KeyPurpose, sealed: bytes, *, row: str) -> bytes:
        """Return what ``seal`` was given, or raise UnreadableSecretError."""
        try:
            version, key_id, rest = sealed.split(b".", 2)
            key = self.keys[purpose][key_id.decode()].reveal()
            if version != VERSION:
                raise UnreadableSecretError
            nonce, body = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
            return _cipher(key).decrypt(nonce, body, _bound(purpose, key_id.decode(), row))
        except (InvalidTag, KeyError, ValueError) as error:
            raise UnreadableSecretError from error


class Seal:
    """Seals with one key, made ready once."""

    def __init__(self, purpose: KeyPurpose, key_id: str, key: bytes) -> None:
        self._head = b".".join((VERSION, key_id.encode(), b""))
        self._cipher = _cipher(key)
        self._bound = _bound(purpose, key_id)

    def __call__(self, plain: bytes, *, row: str, nonce: bytes) -> bytes:
        """Return ``plain`` sealed for ``row``; no nonce may be used twice."""
        bound = self._bound + _with_length(row.encode())
        return self._head + nonce + self._cipher.encrypt(nonce, plain, bound)


@lru_cache(maxsize=16)
def _seal(purpose: KeyPurpose, key_id: str, key: bytes) -> Seal:
    return Seal(purpose, key_id, key)


def keyed_digest(key: bytes, *parts: str) -> bytes:
    """Return HMAC-SHA-256 of ``parts``; lengths go in, so that no two lists run together."""
    digest = _keyed(key).copy()
    told = b""
    for part in parts:
        # What was typed may hold half a surrogate pair; it has a digest like anything else.
        told += _with_length(part.encode(errors="surrogatepass"))
    digest.update(told)
    return digest.finalize()


@lru_cache(maxsize=16)  # making one costs more than all the rest of a digest
def _keyed(key: bytes) -> HMAC:
    """Return an HMAC under ``key`` that was told nothing yet, to be copied."""
    return HMAC(key, SHA256())


@lru_cache(maxsize=16)  # as above: it makes the tables of its key
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def fingerprint(key_encryption_key: bytes) -> str:
    """Return what names a key-encryption key and tells nothing of it: 16 hex digits."""
    return keyed_digest(key_encryption_key, "fingerprint").hex()[:FINGERPRINT_DIGITS]


def sealed_with(key_id: str) -> bytes:
    """Return what everything begins with that this key has sealed."""
    return b".".join((VERSION, key_id.encode(), b""))


@lru_cache(maxsize=256)  # counters of the whole service are named again and again
def _name(key_id: str, key: bytes, parts: tuple[str, ...]) -> str:
    return f"{short_name(key_id)}:{keyed_digest(key, *parts).hex()}"


def short_name(key_id: str) -> str:
    """Return the start of a key's id that digests kept as text are marked with."""
    return key_id[:NAME_LETTERS]


def _with_length(part: bytes) -> bytes:
    return len(part).to_bytes(4, "big") + part


def _bound(*parts: str) -> bytes:
    return b"".join(_with_length(part.encode()) for part in ("proofup", *parts))


def new_data_key(
    purpose: KeyPurpose, *, key_encryption_key: bytes, key_id: str, entropy: Entropy
) -> WrappedKey:
    """Return a new random data key for ``purpose``, wrapped."""
    plain = Secret(entropy(KEY_BYTES))
    wrapped = wrap(purpose, key_id, plain, key_encryption_key=key_encryption_key, entropy=entropy)
    return WrappedKey(key_id, purpose, wrapped)


def wrap(
    purpose: KeyPurpose,
    key_id: str,
    plain: Secret[bytes],
    *,
    key_encryption_key: bytes,
    entropy: Entropy,
) -> bytes:
    """Return a data key as it lies in the database: nonce and ciphertext."""
    nonce = entropy(NONCE_BYTES)
    cipher = AESGCM(key_encryption_key)
    return nonce + cipher.encrypt(nonce, plain.reveal(), _bound(purpose, key_id, "data key"))


def unwrap(wrapped: Iterable[WrappedKey], *, key_encryption_key: bytes) -> KeyRing:
    """Return the ring of these keys, oldest first within a purpose as they come.

    Raises UnreadableSecretError where the key-encryption key is another one.
    """
    keys: dict[KeyPurpose, dict[str, Secret[bytes]]] = {}
    ahead = set()
    cipher = AESGCM(key_encryption_key)
    for key in wrapped:
        nonce, body = key.wrapped[:NONCE_BYTES], key.wrapped[NONCE_BYTES:]
        try:
            plain = cipher.decrypt(nonce, body, _bound(key.purpose, key.id, "data key"))
        except (InvalidTag, ValueError) as error:
            raise UnreadableSecretError from error
        keys.setdefault(key.purpose, {})[key.id] = Secret(plain)
        if not key.in_use:
            ahead.add(key.id)
    return KeyRing(keys, frozenset(ahead))
