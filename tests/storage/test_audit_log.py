import asyncio

import pytest

from proofup.audit.chain import Break
from proofup.methods.registered_methods import AddMethod
from proofup.storage.statements import touched
from proofup.storage.store import Store
from proofup.values.errors import SlotTakenError
from proofup.values.ids import UserId
from storage.samples import ROBIN, entry, method, user

pytestmark = pytest.mark.anyio


async def tamper(store: Store, sql: str) -> None:
    await store.engine.write(lambda: touched(sql))


async def test_AU3_a_person_sees_what_happened_to_them_newest_first(store: Store) -> None:
    await store.commit(entry(1), entry(2), entry(3, target=UserId("kim")), entry(4, target=None))
    assert await store.audit.of_user(ROBIN, most=10) == [entry(2), entry(1)]
    assert await store.audit.of_user(ROBIN, most=1) == [entry(2)]


async def test_AU2_the_chain_has_no_gap_after_many_commits_at_once(store: Store) -> None:
    await asyncio.gather(*(store.commit(entry(number)) for number in range(64)))
    sequences = await store.engine.rows("SELECT sequence FROM audit_log ORDER BY sequence")
    assert [sequence for (sequence,) in sequences] == list(range(1, 65))
    assert await store.audit.verify() is None


async def test_an_empty_chain_holds_and_says_so(store: Store) -> None:
    assert await store.audit.is_empty()
    assert await store.audit.verify() is None
    await store.commit(entry())
    assert not await store.audit.is_empty()


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("UPDATE audit_log SET text = '{}' WHERE sequence = 3", Break(3, "changed")),
        ("DELETE FROM audit_log WHERE sequence = 3", Break(3, "missing")),
        ("DELETE FROM audit_log WHERE sequence >= 4", Break(4, "cut off")),
        ("DELETE FROM audit_log", Break(1, "cut off")),
        ("UPDATE audit_head SET digest = 'x'", Break(6, "head changed")),
        ("UPDATE audit_head SET sequence = 4", Break(6, "head changed")),
        ("DELETE FROM audit_head", Break(1, "head missing")),
    ],
)
async def test_AU2_every_break_of_the_chain_is_found(store: Store, sql: str, found: Break) -> None:
    await store.commit(*(entry(number) for number in range(5)))
    await tamper(store, sql)
    assert await store.audit.verify() == found


async def test_AU2_a_long_chain_is_checked_in_batches(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proofup.storage.audit_log.BATCH", 4)
    await store.commit(*(entry(number) for number in range(12)))
    assert await store.audit.verify() is None
    await tamper(store, "UPDATE audit_log SET digest = 'x' WHERE sequence = 9")
    assert await store.audit.verify() == Break(9, "changed")


async def test_AU1_what_is_rolled_back_leaves_no_entry_and_an_entry_no_gap(store: Store) -> None:
    await store.commit(user(), AddMethod(method=method()), entry(1))
    with pytest.raises(SlotTakenError):
        await store.commit(
            AddMethod(method=method("m-2", "oath.1")), entry(2), AddMethod(method=method("m-3"))
        )
    await store.commit(entry(3))
    assert await store.audit.of_user(ROBIN, most=10) == [entry(3), entry(1)]
    assert await store.methods.of_user(ROBIN) == [method()]
    assert await store.audit.verify() is None
