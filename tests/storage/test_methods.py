import asyncio

import pytest
from msgspec.structs import replace

from proofup.methods.registered_methods import (
    AddMethod,
    RemoveMethod,
    ReplaceMethod,
    RequireMethods,
    UpdateMethod,
)
from proofup.storage.statements import touched
from proofup.storage.store import Store
from proofup.values.errors import (
    MethodTakenError,
    SlotTakenError,
    StaleMethodError,
    UnreadableSecretError,
)
from proofup.values.ids import MethodId, UserId
from storage.samples import MINUTE, ROBIN, START, method, user

pytestmark = pytest.mark.anyio


@pytest.fixture
async def held(store: Store) -> Store:
    """Give a store in which Robin holds one phone."""
    await store.commit(user(), AddMethod(method=method()))
    return store


async def test_a_method_comes_back_as_it_was_stored(held: Store) -> None:
    assert await held.methods.of_user(ROBIN) == [method()]
    assert await held.methods.of_user(UserId("nobody")) == []


async def test_methods_come_oldest_first(held: Store) -> None:
    newer = replace(method("a-newer", "oath.1"), created_at=START + MINUTE)
    older = replace(method("z-older", "oath.2"), created_at=START - MINUTE)
    await held.commit(AddMethod(method=newer), AddMethod(method=older))
    assert [found.id for found in await held.methods.of_user(ROBIN)] == [
        "z-older",
        "m-1",
        "a-newer",
    ]


async def test_a_slot_holds_one_method(held: Store) -> None:
    with pytest.raises(SlotTakenError) as caught:
        await held.commit(AddMethod(method=method("m-2")))
    assert caught.value.slot == "phone.mobile"


async def test_FI4_an_id_is_that_of_one_method_of_one_person(held: Store) -> None:
    with pytest.raises(MethodTakenError):
        await held.commit(AddMethod(method=replace(method(), slot="oath.1")))
    other = UserId("kim")
    await held.commit(user(other))
    with pytest.raises(MethodTakenError):
        await held.commit(AddMethod(method=replace(method(), user_id=other)))


async def test_of_two_who_take_one_slot_at_once_one_gets_it(store: Store) -> None:
    await store.commit(user())
    outcomes = await asyncio.gather(
        *(store.commit(AddMethod(method=method(f"m-{number}"))) for number in range(20)),
        return_exceptions=True,
    )
    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, SlotTakenError) for outcome in outcomes) == 19
    assert len(await store.methods.of_user(ROBIN)) == 1


async def test_OT3_a_method_is_stored_only_over_what_was_read(held: Store) -> None:
    (read,) = await held.methods.of_user(ROBIN)
    used = read.used(b"step 2", at=START + MINUTE)
    await held.commit(UpdateMethod(method=used))
    assert await held.methods.of_user(ROBIN) == [replace(used, revision=1)]
    with pytest.raises(StaleMethodError):
        await held.commit(UpdateMethod(method=used))


async def test_OT3_of_many_who_use_one_step_at_once_one_is_first(held: Store) -> None:
    (read,) = await held.methods.of_user(ROBIN)
    outcomes = await asyncio.gather(
        *(held.commit(UpdateMethod(method=read.used(at=START))) for _ in range(20)),
        return_exceptions=True,
    )
    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, StaleMethodError) for outcome in outcomes) == 19


async def test_a_method_that_was_replaced_is_gone(held: Store) -> None:
    new = method("m-2", document=b'{"number":"+44 7700900068"}')
    await held.commit(ReplaceMethod(old_id=MethodId("m-1"), new=new))
    assert await held.methods.of_user(ROBIN) == [new]
    with pytest.raises(StaleMethodError):
        await held.commit(UpdateMethod(method=method()))


async def test_of_two_who_replace_one_method_at_once_one_does(held: Store) -> None:
    for round_number in range(10):
        (old,) = await held.methods.of_user(ROBIN)
        outcomes = await asyncio.gather(
            *(
                held.commit(ReplaceMethod(old_id=old.id, new=method(f"m-{round_number}-{number}")))
                for number in range(2)
            ),
            return_exceptions=True,
        )
        assert outcomes.count(None) == 1
        assert sum(isinstance(outcome, StaleMethodError) for outcome in outcomes) == 1
        (new,) = await held.methods.of_user(ROBIN)
        assert new.id == f"m-{round_number}-{outcomes.index(None)}"


async def test_nothing_is_replaced_in_another_slot(held: Store) -> None:
    with pytest.raises(StaleMethodError):
        await held.commit(ReplaceMethod(old_id=MethodId("m-1"), new=method("m-2", "oath.1")))
    assert await held.methods.of_user(ROBIN) == [method()]


async def test_only_its_owner_removes_a_method_and_only_once(held: Store) -> None:
    with pytest.raises(StaleMethodError):
        await held.commit(RemoveMethod(user_id=UserId("kim"), method_id=MethodId("m-1")))
    await held.commit(RemoveMethod(user_id=ROBIN, method_id=MethodId("m-1")))
    with pytest.raises(StaleMethodError):
        await held.commit(RemoveMethod(user_id=ROBIN, method_id=MethodId("m-1")))
    assert await held.methods.of_user(ROBIN) == []


async def test_what_a_user_holds_can_be_required_exactly(held: Store) -> None:
    first, second = MethodId("m-1"), MethodId("m-2")
    for user_id, ids in ((ROBIN, [first]), (UserId("kim"), [])):
        await held.commit(RequireMethods(user_id=user_id, ids=frozenset(ids)))
    await held.commit(AddMethod(method=method("m-2", "oath.2")))
    for wrong in ([first], [first, MethodId("m-3")], []):
        with pytest.raises(StaleMethodError):
            await held.commit(RequireMethods(user_id=ROBIN, ids=frozenset(wrong)))
    await held.commit(RequireMethods(user_id=ROBIN, ids=frozenset({first, second})))


async def test_KE1_a_document_that_was_moved_to_another_row_does_not_open(held: Store) -> None:
    await held.commit(AddMethod(method=method("m-2", "oath.1")))
    await held.engine.write(
        lambda: touched(
            "UPDATE authentication_methods SET document = "
            "(SELECT document FROM authentication_methods WHERE id = 'm-1') WHERE id = 'm-2'"
        )
    )
    with pytest.raises(UnreadableSecretError):
        await held.methods.of_user(ROBIN)
