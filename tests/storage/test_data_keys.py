"""Rotation of keys, step by step, as two processes see it."""

import os

import pytest

from conftest import KEY_ENCRYPTION_KEY
from proofup.audit.chain import Break
from proofup.storage.data_keys import (
    AddDataKey,
    KeepWrapsOf,
    RemoveDataKey,
    UseDataKey,
    WrapDataKey,
)
from proofup.storage.errors import WrongKeyError
from proofup.storage.statements import touched
from proofup.storage.store import Store, open_store
from proofup.values.errors import StaleError, UnreadableSecretError
from proofup.values.sealing import KeyPurpose, fingerprint, new_data_key, wrap
from storage.samples import START, entry

pytestmark = pytest.mark.anyio
OTHER = bytes(reversed(range(32)))
NAME = fingerprint(KEY_ENCRYPTION_KEY)


def key() -> bytes:
    return KEY_ENCRYPTION_KEY


def next_key(purpose: KeyPurpose, key_id: str = "k-2") -> AddDataKey:
    made = new_data_key(
        purpose, key_encryption_key=KEY_ENCRYPTION_KEY, key_id=key_id, entropy=os.urandom
    )
    return AddDataKey(key=made, fingerprint=NAME)


def use(purpose: KeyPurpose, key_id: str = "k-2") -> UseDataKey:
    return UseDataKey(key_id=key_id, purpose=purpose, at=START)


async def opened(url: str, key_encryption_key: bytes = KEY_ENCRYPTION_KEY) -> Store:
    return await open_store(url, key_encryption_key=key_encryption_key, entropy=os.urandom)


async def test_KE2_a_new_key_opens_before_it_seals(store: Store) -> None:
    purpose = KeyPurpose.METHODS
    before = store.keys.current(purpose)
    await store.commit(next_key(purpose))
    assert await store.data_keys.renew(store.keys, key)
    assert "k-2" in store.keys.keys[purpose]
    assert store.keys.current(purpose) == before
    await store.commit(use(purpose))
    assert await store.data_keys.renew(store.keys, key)
    assert store.keys.current(purpose)[0] == "k-2"
    assert not await store.data_keys.renew(store.keys, key)


async def test_KE2_a_key_is_taken_into_use_once_and_removed_once(store: Store) -> None:
    await store.commit(next_key(KeyPurpose.CODES), use(KeyPurpose.CODES))
    with pytest.raises(StaleError):
        await store.commit(use(KeyPurpose.CODES))
    await store.commit(RemoveDataKey(key_id="k-2"))
    with pytest.raises(StaleError):
        await store.commit(RemoveDataKey(key_id="k-2"))
    with pytest.raises(StaleError):
        await store.commit(next_key(KeyPurpose.CODES), next_key(KeyPurpose.CODES))


async def test_KE2_AU2_the_chain_goes_on_under_another_key(store: Store, store_url: str) -> None:
    await store.commit(entry(1), entry(2))
    await store.commit(next_key(KeyPurpose.AUDIT))
    await store.data_keys.renew(store.keys, key)
    await store.commit(use(KeyPurpose.AUDIT), entry(3))
    # A process that has not loaded the new key uses the head's, so there are never two keys at
    # once.
    await store.commit(entry(4))
    assert await store.audit.verify() is None
    again = await opened(store_url)
    await again.commit(entry(5))
    assert await again.audit.verify() is None
    await again.engine.write(lambda: touched("UPDATE data_keys SET first_entry = 4 WHERE id='k-2'"))
    assert await again.audit.verify() == Break(3, "changed")
    await again.close()


async def test_AU2_entries_that_are_missing_before_the_next_key_are_found(store: Store) -> None:
    await store.commit(entry(1), entry(2), next_key(KeyPurpose.AUDIT))
    await store.data_keys.renew(store.keys, key)
    await store.commit(use(KeyPurpose.AUDIT), entry(3))
    await store.engine.write(lambda: touched("DELETE FROM audit_log WHERE sequence = 2"))
    assert await store.audit.verify() == Break(2, "missing")


async def test_AU2_without_its_key_the_chain_can_be_neither_checked_nor_continued(
    store: Store,
) -> None:
    await store.commit(next_key(KeyPurpose.AUDIT), use(KeyPurpose.AUDIT))
    with pytest.raises(UnreadableSecretError):
        await store.commit(entry(1))
    with pytest.raises(UnreadableSecretError):
        await store.audit.verify()


async def test_KE2_two_keys_open_a_database_until_the_older_is_forgotten(
    store: Store, store_url: str
) -> None:
    for purpose, keys in store.keys.keys.items():
        for key_id, plain in keys.items():
            wrapped = wrap(purpose, key_id, plain, key_encryption_key=OTHER, entropy=os.urandom)
            await store.commit(
                WrapDataKey(key_id=key_id, fingerprint=fingerprint(OTHER), wrapped=wrapped)
            )
    for either in (KEY_ENCRYPTION_KEY, OTHER):
        again = await opened(store_url, either)
        assert again.keys == store.keys
        await again.close()
    assert set(await store.data_keys.fingerprints()) == {NAME, fingerprint(OTHER)}
    await store.commit(KeepWrapsOf(fingerprint=fingerprint(OTHER)))
    with pytest.raises(WrongKeyError) as caught:
        await opened(store_url)
    assert (caught.value.given, caught.value.wanted) == (NAME, (fingerprint(OTHER),))


async def test_KE1_what_names_a_key_tells_nothing_of_it() -> None:
    assert fingerprint(OTHER) != NAME
    assert NAME.encode() not in KEY_ENCRYPTION_KEY.hex().encode()
    assert len(NAME) == 16
