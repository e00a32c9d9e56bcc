"""The data keys, wrapped by the key file's key.

During a rotation of the key file a data key is wrapped twice, by the old and by the new one; each
wrap names its key file by fingerprint. So a key file of another database is recognised, and a new
file can be installed before the old one is removed.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from proofup.storage.aggregate import Aggregate, Writes
from proofup.storage.errors import WrongKeyError
from proofup.storage.statements import Steps, row, touched
from proofup.values.changes import Change
from proofup.values.clock import to_microseconds
from proofup.values.errors import StaleError
from proofup.values.ids import Entropy, random_id
from proofup.values.sealing import (
    KeyPurpose,
    KeyRing,
    WrappedKey,
    fingerprint,
    new_data_key,
    unwrap,
)

DATA_KEYS = (
    "SELECT k.id, k.purpose, k.in_use_since, w.wrapped FROM data_keys k "
    "LEFT JOIN key_wraps w ON w.key_id = k.id AND w.fingerprint = ? ORDER BY k.purpose, k.number"
)
STATES = "SELECT id, in_use_since IS NOT NULL FROM data_keys"
FINGERPRINTS = "SELECT DISTINCT fingerprint FROM key_wraps ORDER BY fingerprint"
# The first key of a purpose is made only once, even with concurrent starts.
FIRST_KEY = (
    "INSERT INTO data_keys (purpose, number, id, in_use_since, first_entry) "
    "VALUES (?, 1, ?, 0, ?) ON CONFLICT (purpose, number) DO NOTHING"
)
NEXT_KEY = (
    "INSERT INTO data_keys (purpose, number, id) "
    "SELECT ?, MAX(number) + 1, ? FROM data_keys WHERE purpose = ? ON CONFLICT DO NOTHING"
)
WRAP = (
    "INSERT INTO key_wraps (key_id, fingerprint, wrapped) VALUES (?, ?, ?) "
    "ON CONFLICT (key_id, fingerprint) DO NOTHING"
)
USE = "UPDATE data_keys SET in_use_since = ? WHERE id = ? AND in_use_since IS NULL"
HEAD = "SELECT sequence FROM audit_head WHERE id = 1 FOR UPDATE"
FIRST_ENTRY = "UPDATE data_keys SET first_entry = ? WHERE id = ?"
HEAD_KEY = "UPDATE audit_head SET key_id = ? WHERE id = 1"
DROP_WRAPS = "DELETE FROM key_wraps WHERE fingerprint <> ?"
DROP_KEY = "DELETE FROM data_keys WHERE id = ?"


class AddDataKey(Change, frozen=True, kw_only=True):
    """Stores a key that is not in use yet. Raises StaleError if another command stores one."""

    key: WrappedKey
    fingerprint: str


class WrapDataKey(Change, frozen=True, kw_only=True):
    """Wraps a data key by one more key-encryption key."""

    key_id: str
    fingerprint: str
    wrapped: bytes


class UseDataKey(Change, frozen=True, kw_only=True):
    """Takes a key into use. Raises StaleError if it is in use already."""

    key_id: str
    purpose: KeyPurpose
    at: datetime


class KeepWrapsOf(Change, frozen=True, kw_only=True):
    """Deletes all wraps except those by the key-encryption key of ``fingerprint``."""

    fingerprint: str


class RemoveDataKey(Change, frozen=True, kw_only=True):
    """Deletes a data key for ever. Raises StaleError if it is gone."""

    key_id: str


class DataKeyRows(Aggregate, frozen=True):
    """Loads the key ring, makes missing keys, and writes the changes of keys."""

    async def load(self, key_encryption_key: bytes) -> KeyRing:
        """Return all data keys. Raises WrongKeyError if the key file is another one."""
        name = fingerprint(key_encryption_key)
        found = await self.engine.rows(DATA_KEYS, name)
        if any(wrapped is None for *_, wrapped in found):
            raise WrongKeyError(name, await self.fingerprints())
        return unwrap(
            [
                WrappedKey(key_id, KeyPurpose(purpose), wrapped, in_use_since is not None)
                for key_id, purpose, in_use_since, wrapped in found
            ],
            key_encryption_key=key_encryption_key,
        )

    async def load_or_make(self, key_encryption_key: bytes, *, entropy: Entropy) -> KeyRing:
        """Return all data keys, after making one for each purpose that has none.

        Existing keys are opened first, so a wrong key file changes nothing.
        """
        ring = await self.load(key_encryption_key)
        missing = [purpose for purpose in KeyPurpose if purpose not in ring.keys]
        if not missing:
            return ring
        made = [
            new_data_key(
                purpose,
                key_encryption_key=key_encryption_key,
                key_id=random_id(entropy),
                entropy=entropy,
            )
            for purpose in missing
        ]
        name = fingerprint(key_encryption_key)

        def steps() -> Steps[None]:
            for key in made:
                first_entry = 1 if key.purpose is KeyPurpose.AUDIT else None
                if (yield from touched(FIRST_KEY, key.purpose, key.id, first_entry)):
                    yield from touched(WRAP, key.id, name, key.wrapped)

        await self.engine.write(steps)
        return await self.load(key_encryption_key)

    async def fingerprints(self) -> tuple[str, ...]:
        """Return the fingerprints of key files that open this database: one, two in a rotation."""
        return tuple(name for (name,) in await self.engine.rows(FINGERPRINTS))

    async def renew(self, ring: KeyRing, key_encryption_key: Callable[[], bytes]) -> bool:
        """Load changed keys into ``ring``; return whether there were any.

        ``key_encryption_key`` is only called if so.
        """
        states = {key_id: bool(is_used) for key_id, is_used in await self.engine.rows(STATES)}
        if states == ring.knows():
            return False
        ring.learn(await self.load(key_encryption_key()))
        return True

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            AddDataKey: self.add,
            WrapDataKey: self.wrap,
            UseDataKey: self.use,
            KeepWrapsOf: self.keep_wraps,
            RemoveDataKey: self.remove,
        }

    def add(self, change: AddDataKey) -> Steps[None]:
        """Store a key after the others of its purpose."""
        key = change.key
        if not (yield from touched(NEXT_KEY, key.purpose, key.id, key.purpose)):
            raise StaleError
        yield from touched(WRAP, key.id, change.fingerprint, key.wrapped)

    def wrap(self, change: WrapDataKey) -> Steps[None]:
        """Store one more wrap."""
        yield from touched(WRAP, change.key_id, change.fingerprint, change.wrapped)

    def use(self, change: UseDataKey) -> Steps[None]:
        """Take a key into use; for the audit log also store from which entry on."""
        if not (yield from touched(USE, to_microseconds(change.at), change.key_id)):
            raise StaleError
        if change.purpose is KeyPurpose.AUDIT:
            head: tuple[Any, ...] = (yield from row(HEAD)) or (0,)
            yield from touched(FIRST_ENTRY, head[0] + 1, change.key_id)
            yield from touched(HEAD_KEY, change.key_id)

    def keep_wraps(self, change: KeepWrapsOf) -> Steps[None]:
        """Delete all other wraps."""
        yield from touched(DROP_WRAPS, change.fingerprint)

    def remove(self, change: RemoveDataKey) -> Steps[None]:
        """Delete a key."""
        if not (yield from touched(DROP_KEY, change.key_id)):
            raise StaleError
