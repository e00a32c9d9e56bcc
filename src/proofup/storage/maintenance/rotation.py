"""Rotates data keys while the service runs: store, take into use, delete.

A key is stored first and taken into use some seconds later, when every process has loaded it
(``DataKeyRows.renew``). So no process gets data that it cannot open. An interrupted step is
completed by running all steps again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from proofup.storage.data_keys import (
    AddDataKey,
    KeepWrapsOf,
    RemoveDataKey,
    UseDataKey,
    WrapDataKey,
)
from proofup.storage.maintenance.naming import is_named
from proofup.storage.store import Store
from proofup.values.changes import Change
from proofup.values.clock import from_microseconds
from proofup.values.ids import Entropy, random_id
from proofup.values.sealing import KeyPurpose, fingerprint, new_data_key, wrap

RESTS = timedelta(hours=1)  # work that began under an old key has ended then on every node

OLD_KEYS = (
    "SELECT k.purpose, k.id, MIN(later.in_use_since) FROM data_keys k JOIN data_keys later "
    "ON later.purpose = k.purpose AND later.number > k.number "
    "WHERE later.in_use_since IS NOT NULL GROUP BY k.purpose, k.number, k.id "
    "ORDER BY k.purpose, k.number"
)


class OldKey(Struct, frozen=True, kw_only=True):
    """A replaced key, since when it is out of use, and the reason why it must stay, if any."""

    id: str
    purpose: KeyPurpose
    replaced_at: datetime
    needed: str | None


class Rotation(Struct, frozen=True, kw_only=True):
    """Changes the keys of one store."""

    store: Store
    key_encryption_key: bytes
    entropy: Entropy

    async def make_known(self, purposes: Sequence[KeyPurpose]) -> dict[KeyPurpose, str]:
        """Store a next key for each purpose that has none, and return the ids of all of them."""
        keys = self.store.keys
        ahead = {
            purpose: key_id
            for purpose in purposes
            for key_id in keys.keys[purpose]
            if key_id in keys.ahead
        }
        name = fingerprint(self.key_encryption_key)
        for purpose in purposes:
            if purpose not in ahead:
                made = new_data_key(
                    purpose,
                    key_encryption_key=self.key_encryption_key,
                    key_id=random_id(self.entropy),
                    entropy=self.entropy,
                )
                await self.store.commit(AddDataKey(key=made, fingerprint=name))
                ahead[purpose] = made.id
        await self.look()
        return ahead

    async def use(self, known: dict[KeyPurpose, str], entry: Change, *, at: datetime) -> None:
        """Take stored keys into use, all at once."""
        uses = [
            UseDataKey(key_id=key_id, purpose=purpose, at=at) for purpose, key_id in known.items()
        ]
        await self.store.commit(*uses, entry)
        await self.look()

    async def look(self) -> None:
        """Load the present state of the keys."""
        await self.store.data_keys.renew(self.store.keys, lambda: self.key_encryption_key)

    async def wrap_with(self, new: bytes, entry: Change) -> None:
        """Wrap the data keys with ``new`` as well."""
        name = fingerprint(new)
        wraps = [
            WrapDataKey(
                key_id=key_id,
                fingerprint=name,
                wrapped=wrap(purpose, key_id, plain, key_encryption_key=new, entropy=self.entropy),
            )
            for purpose, keys in self.store.keys.keys.items()
            for key_id, plain in keys.items()
        ]
        await self.store.commit(*wraps, entry)

    async def forget_other_wraps(self, entry: Change) -> bool:
        """Delete all wraps except those by the key file in use."""
        name = fingerprint(self.key_encryption_key)
        if await self.store.data_keys.fingerprints() == (name,):
            return False
        await self.store.commit(KeepWrapsOf(fingerprint=name), entry)
        return True

    async def old_keys(self, *, at: datetime) -> list[OldKey]:
        """Return the keys that are not in use any more, oldest first."""
        found = []
        for word, key_id, since in await self.store.engine.rows(OLD_KEYS):
            purpose = KeyPurpose(word)
            replaced_at = from_microseconds(since)
            if replaced_at + RESTS > at:
                needed: str | None = "it went out of use less than an hour ago"
            elif await is_named(self.store.engine, purpose, key_id, at=at):
                needed = STAYS[purpose]
            else:
                needed = None
            found.append(OldKey(id=key_id, purpose=purpose, replaced_at=replaced_at, needed=needed))
        return found

    async def forget(self, old: OldKey, entry: Change) -> None:
        """Delete a key that is no longer needed."""
        await self.store.commit(RemoveDataKey(key_id=old.id), entry)
        await self.look()


STAYS = {
    KeyPurpose.METHODS: "methods are sealed with it: run `rotate-keys --data-keys methods`",
    KeyPurpose.MESSAGES: "messages are sealed with it: run `rotate-keys --data-keys messages`",
    KeyPurpose.CODES: "a code that was texted may still come back",
    KeyPurpose.COUNTERS: "tries are still counted under it, for some days at the most",
    KeyPurpose.PEPPER: "passwords or recovery codes of some people are hashed with it",
    KeyPurpose.NUMBERS: "numbers are found by it: run `rotate-keys --data-keys numbers`",
    KeyPurpose.AUDIT: "entries of the audit log are chained with it, for ever",
}
