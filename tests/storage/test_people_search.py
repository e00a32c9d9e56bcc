"""People are found by how they are called, each once, a page at a time, on both engines."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from proofup.directory.search import After, Filters, Found
from proofup.directory.users import (
    Account,
    AddUser,
    BlockProofs,
    HoldChanges,
    MfaState,
    User,
    UserType,
)
from proofup.methods.protocol import AddMethod, MethodKind
from proofup.storage.store import Store
from proofup.values.ids import UserId
from storage.samples import method

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
EVERYBODY = Filters()
PASSING = ("recoveryCodes",)


async def stored(
    store: Store, name: str, *, account: Account | None = None, **more: object
) -> None:
    user = User(id=UserId(name), user_principal_name=name, display_name="X", created_at=NOW)
    account = account or Account(user_id=user.id)
    await store.commit(
        AddUser(user=replace(user, **more), account=replace(account, user_id=user.id))
    )


async def find(
    store: Store,
    begins: str = "",
    filters: Filters = EVERYBODY,
    *,
    after: After | None = None,
    most: int = 10,
) -> Found:
    return await store.search.find(begins, filters, passing=PASSING, after=after, most=most, at=NOW)


def names(found: Found) -> list[str]:
    return [listed.person.user.user_principal_name for listed in found.people]


async def test_each_of_four_names_is_looked_at_in_turn_and_nobody_comes_twice(store: Store) -> None:
    await stored(store, "robin@a.test", display_name="Robin", surname="Robin", mail="robin@b.test")
    await stored(store, "b@a.test", display_name="ROBIN \u00c4hren")
    await stored(store, "c@a.test", surname="Robinson")
    await stored(store, "d@a.test", mail="Robin.d@b.test")
    await stored(store, "e@a.test", display_name="A Robin", surname="Robi")
    assert names(await find(store, "rObin")) == [
        "robin@a.test",
        "b@a.test",
        "c@a.test",
        "d@a.test",
    ]
    assert names(await find(store, "robin \u00e4")) == ["b@a.test"]
    assert names(await find(store, "%")) == names(await find(store, "_")) == []


@pytest.mark.parametrize("most", [1, 2, 3, 7])
async def test_pages_of_any_size_show_everybody_once_in_order(store: Store, most: int) -> None:
    expected = [f"robin{number}@a.test" for number in range(4)]
    for name in expected:
        await stored(store, name, display_name="Robin")
    others = [f"x{number}@a.test" for number in range(5)]
    for name in others:
        await stored(store, name, display_name="Robin")
    seen: list[str] = []
    found = await find(store, "robin", most=most)
    seen += names(found)
    while found.after:
        found = await find(store, "robin", after=found.after, most=most)
        seen += names(found)
    assert seen == expected + others
    assert names(await find(store)) == expected + others


async def test_filters_narrow_what_is_found(store: Store) -> None:
    await stored(store, "a@a.test", user_type=UserType.GUEST)
    await stored(store, "b@a.test", account=Account(user_id=UserId(""), enabled=False))
    enforced = Account(user_id=UserId(""), mfa_state=MfaState.ENFORCED)
    await stored(store, "c@a.test", account=enforced)
    await stored(store, "d@a.test")
    await stored(store, "e@a.test")
    held, blocked = UserId("d@a.test"), UserId("e@a.test")
    await store.commit(HoldChanges(user_id=held, since=NOW))
    await store.commit(BlockProofs(user_id=blocked, until=NOW + timedelta(days=1)))
    await store.commit(BlockProofs(user_id=held, until=NOW - timedelta(days=1)))
    lasting = replace(method("m-1"), user_id=UserId("c@a.test"))
    codes = replace(method("m-2", slot="codes"), user_id=UserId("d@a.test"))
    await store.commit(AddMethod(method=lasting))
    await store.commit(AddMethod(method=replace(codes, kind=MethodKind("recoveryCodes"))))
    assert names(await find(store, filters=Filters(user_type=UserType.GUEST))) == ["a@a.test"]
    assert names(await find(store, filters=Filters(enabled=False))) == ["b@a.test"]
    assert len(names(await find(store, filters=Filters(enabled=True)))) == 4
    assert names(await find(store, filters=Filters(mfa_state=MfaState.ENFORCED))) == ["c@a.test"]
    assert names(await find(store, filters=Filters(held=True))) == ["d@a.test"]
    assert names(await find(store, filters=Filters(blocked=True))) == ["e@a.test"]
    without = names(await find(store, filters=Filters(without_method=True)))
    assert without == ["a@a.test", "b@a.test", "d@a.test", "e@a.test"]
    found = await find(store, "c@")
    assert [listed.has_method for listed in found.people] == [True]
