"""Keys are rotated while rows refer to them, on either engine."""

import os
from datetime import timedelta

import pytest

from conftest import KEY_ENCRYPTION_KEY
from proofup.directory.passwords import PasswordCredential, SetPassword
from proofup.directory.search import Filters
from proofup.methods.registered_methods import AddMethod
from proofup.policy.limits import Charge, Limit, counter_key
from proofup.registration.pending import OpenRegistration
from proofup.storage.maintenance.reindexing import reindex
from proofup.storage.maintenance.rewrapping import rewrap
from proofup.storage.maintenance.rotation import RESTS, Rotation
from proofup.storage.sealed import SEALED
from proofup.storage.store import Store
from proofup.values.number_search import sought_number
from proofup.values.sealing import KeyPurpose, sealed_with
from storage.samples import MINUTE, ROBIN, START, entry, message, method, registration, user

pytestmark = pytest.mark.anyio
LATER = START + RESTS
TRIES = Limit(name="five", most=5, within=timedelta(hours=8))


def rotation_of(store: Store) -> Rotation:
    return Rotation(store=store, key_encryption_key=KEY_ENCRYPTION_KEY, entropy=os.urandom)


async def rotated(store: Store, *purposes: KeyPurpose) -> Rotation:
    rotation = rotation_of(store)
    known = await rotation.make_known(purposes)
    assert await rotation.make_known(purposes) == known, "a second run goes on with the first"
    await rotation.use(known, entry(9), at=START)
    return rotation


async def rewrapped(store: Store, purpose: KeyPurpose) -> int:
    seen: list[int] = []
    changed = await rewrap(
        store.engine, store.keys, purpose, entropy=os.urandom, advance=seen.append
    )
    assert changed <= sum(seen)
    return changed


async def needed(rotation: Rotation, purpose: KeyPurpose) -> str | None:
    (old,) = [key for key in await rotation.old_keys(at=LATER) if key.purpose is purpose]
    return old.needed


async def fill(store: Store) -> None:
    await store.commit(
        user(),
        AddMethod(method=method()),
        AddMethod(method=method("m-3", "phone.office")),
        OpenRegistration(registration=registration()),
        message(),
    )


@pytest.mark.parametrize(("purpose", "rows"), [(KeyPurpose.METHODS, 3), (KeyPurpose.MESSAGES, 1)])
async def test_KE2_what_an_old_key_sealed_is_sealed_again_and_the_key_goes(
    store: Store, monkeypatch: pytest.MonkeyPatch, purpose: KeyPurpose, rows: int
) -> None:
    monkeypatch.setattr("proofup.storage.maintenance.rewrapping.BATCH", 1)
    await fill(store)
    before = await store.methods.of_user(ROBIN)
    rotation = await rotated(store, purpose)
    assert await needed(rotation, purpose)
    assert await rewrapped(store, purpose) == rows
    assert await rewrapped(store, purpose) == 0
    (old,) = await rotation.old_keys(at=LATER)
    assert old.needed is None
    await rotation.forget(old, entry(10))
    assert await rotation.old_keys(at=LATER) == []
    assert await store.methods.of_user(ROBIN) == before
    assert (await store.registrations.by_id(registration().id)) == registration()
    (claimed,) = await store.outbox.claim("text", 10, MINUTE, START)
    assert claimed.content == message().content
    assert await store.audit.verify() is None


async def test_KE2_what_was_changed_meanwhile_is_left_as_it_is(store: Store) -> None:
    await fill(store)
    await rotated(store, KeyPurpose.METHODS)
    at = SEALED[0]
    name, _ = store.keys.current(KeyPurpose.METHODS)
    assert not [
        row_id
        for row_id, kept in await store.engine.rows(f"SELECT id, {at.column} FROM {at.table}")
        if bytes(kept).startswith(sealed_with(name))
    ]
    await store.commit(AddMethod(method=method("m-4", "phone.alternateMobile")))
    assert await rewrapped(store, KeyPurpose.METHODS) == 3


async def test_KE2_a_key_stays_for_an_hour_after_its_last_use(store: Store) -> None:
    rotation = await rotated(store, *KeyPurpose)
    early = await rotation.old_keys(at=LATER - MINUTE)
    assert len(early) == len(KeyPurpose)
    assert all("less than an hour" in str(key.needed) for key in early)


async def test_KE2_a_pepper_stays_until_nobodys_password_is_hashed_with_it(store: Store) -> None:
    pepper, _ = store.keys.current(KeyPurpose.PEPPER)
    credential = PasswordCredential(
        user_id=ROBIN, verifier="$argon2id$", pepper_id=pepper, changed_at=START
    )
    await store.commit(user(), SetPassword(credential=credential))
    rotation = await rotated(store, KeyPurpose.PEPPER)
    assert "passwords" in str(await needed(rotation, KeyPurpose.PEPPER))
    newer, _ = store.keys.current(KeyPurpose.PEPPER)
    assert newer != pepper
    anew = PasswordCredential(
        user_id=ROBIN, verifier="$argon2id$", pepper_id=newer, changed_at=START
    )
    await store.commit(SetPassword(credential=anew))
    assert await needed(rotation, KeyPurpose.PEPPER) is None


async def test_KE2_a_key_of_counters_stays_while_tries_are_counted_under_it(store: Store) -> None:
    key = counter_key(TRIES.name, *store.keys.names(KeyPurpose.COUNTERS, "robin"))
    await store.counters.charge(Charge(key=key, limit=TRIES), at=START)
    rotation = await rotated(store, KeyPurpose.COUNTERS)
    assert await needed(rotation, KeyPurpose.COUNTERS)
    assert await rotation.old_keys(at=START + 2 * TRIES.within)
    again = counter_key(TRIES.name, *store.keys.names(KeyPurpose.COUNTERS, "robin"))
    assert await store.counters.charge(Charge(key=again, limit=TRIES), at=START) == [3]
    (old,) = await rotation.old_keys(at=START + 2 * TRIES.within)
    assert old.needed is None


async def test_KE2_a_key_of_codes_goes_when_the_last_code_is_over(store: Store) -> None:
    rotation = await rotated(store, KeyPurpose.CODES)
    assert await needed(rotation, KeyPurpose.CODES) is None


async def test_KE2_AU2_a_key_of_the_audit_log_stays_for_its_entries(store: Store) -> None:
    await store.commit(entry(1))
    rotation = await rotated(store, KeyPurpose.AUDIT)
    assert "for ever" in str(await needed(rotation, KeyPurpose.AUDIT))
    assert await store.audit.verify() is None


async def test_KE2_every_wrap_but_one_is_forgotten(store: Store) -> None:
    rotation = rotation_of(store)
    assert not await rotation.forget_other_wraps(entry(1))
    await rotation.wrap_with(bytes(reversed(range(32))), entry(2))
    assert len(await store.data_keys.fingerprints()) == 2
    assert await rotation.forget_other_wraps(entry(3))
    assert len(await store.data_keys.fingerprints()) == 1


async def test_numbers_are_found_before_and_after_they_are_named_by_a_new_key(
    store: Store,
) -> None:
    await fill(store)
    await store.commit(AddMethod(method=method("m-4", "oath.1")))
    sought = sought_number("0067")

    async def found() -> int:
        page = await store.search.find(
            "0067", Filters(), number=sought, after=None, most=9, at=START
        )
        return len(page.people)

    rotation = await rotated(store, KeyPurpose.NUMBERS)
    assert "numbers are found by it" in (await needed(rotation, KeyPurpose.NUMBERS) or "")
    assert await found() == 1
    seen: list[int] = []
    assert await reindex(store, advance=seen.append) == 2
    assert sum(seen) == 3
    assert await needed(rotation, KeyPurpose.NUMBERS) is None
    assert await found() == 1
    assert await reindex(store, advance=seen.append) == 0
