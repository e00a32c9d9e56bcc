"""The keys that sign tokens, and when each takes over from the one before.

A key is published a day before it signs, and two days after it has signed its last token, because
clients keep what they read of ``jwks_uri`` for a day.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from msgspec import Struct

from proofup.values.changes import Change
from proofup.values.ids import Entropy, random_id
from proofup.values.secret import Secret

SIGNS_FOR = timedelta(days=90)
PUBLISHED_BEFORE = timedelta(hours=24)
PUBLISHED_AFTER = timedelta(hours=48)
RS256 = "RS256"

MakeKey: TypeAlias = Callable[[], Awaitable[Secret[bytes]]]
"""Makes a new RSA key of 2048 bits, as PKCS #8 in DER. It has a source of randomness of its own."""


class SigningKey(Struct, frozen=True, kw_only=True):
    """A private key, as PKCS #8 in DER; ``id`` is the ``kid`` of its tokens.

    It signs from ``signs_from`` until the next one does. ``number`` counts the keys.
    """

    id: str
    number: int
    private: Secret[bytes]
    signs_from: datetime
    algorithm: str = RS256


class SigningKeys(Protocol):
    """Reads the keys."""

    async def published(self) -> Sequence[SigningKey]:
        """Return all keys that are not deleted yet, in the order of their numbers."""
        ...


class AddSigningKey(Change, frozen=True, kw_only=True):
    """Stores a key; those before it are deleted some time after it has begun to sign.

    Raises StaleError if there is a key with this number.
    """

    key: SigningKey


def signing_at(keys: Sequence[SigningKey], at: datetime) -> SigningKey | None:
    """Return the key that signs ``at`` this instant, of ``keys`` in the order of their numbers."""
    return next((one for one in reversed(keys) if one.signs_from <= at), None)


def following(
    keys: Sequence[SigningKey], private: Secret[bytes], *, at: datetime, entropy: Entropy
) -> SigningKey:
    """Return the key that comes after ``keys``; the first one signs at once."""
    return SigningKey(
        id=random_id(entropy),
        number=keys[-1].number + 1 if keys else 1,
        private=private,
        signs_from=at + PUBLISHED_BEFORE if signing_at(keys, at) else at,
    )


def is_due(keys: Sequence[SigningKey], at: datetime) -> bool:
    """Return whether a new key has to be made: there is none, or the newest signs for too long."""
    return signing_at(keys, at) is None or at >= keys[-1].signs_from + SIGNS_FOR - PUBLISHED_BEFORE
