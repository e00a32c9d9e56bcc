"""The data keys, wrapped by the key that lies outside of the database."""

from msgspec import Struct

from proofup.storage.engine import Engine
from proofup.storage.statements import Steps, touched
from proofup.values.ids import Entropy, random_id
from proofup.values.sealing import KeyPurpose, KeyRing, WrappedKey, new_data_key, unwrap

DATA_KEYS = "SELECT id, purpose, wrapped FROM data_keys ORDER BY purpose, number"
# The first key of a purpose is made once, whoever comes first.
FIRST_KEY = (
    "INSERT INTO data_keys (purpose, number, id, wrapped) VALUES (?, 1, ?, ?) "
    "ON CONFLICT (purpose, number) DO NOTHING"
)


class DataKeyRows(Struct, frozen=True):
    """Loads the ring of keys, and makes those that are missing."""

    engine: Engine

    async def load(self, key_encryption_key: bytes) -> KeyRing:
        """Return all data keys. Raises UnreadableSecretError where the key is another one."""
        found = await self.engine.rows(DATA_KEYS)
        wrapped = [
            WrappedKey(key_id, KeyPurpose(purpose), value) for key_id, purpose, value in found
        ]
        return unwrap(wrapped, key_encryption_key=key_encryption_key)

    async def load_or_make(self, key_encryption_key: bytes, *, entropy: Entropy) -> KeyRing:
        """Return all data keys, after making one for each purpose that has none.

        The keys that exist are opened first: a wrong key makes nothing.
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

        def steps() -> Steps[None]:
            for key in made:
                yield from touched(FIRST_KEY, key.purpose, key.id, key.wrapped)

        await self.engine.write(steps)
        return await self.load(key_encryption_key)
