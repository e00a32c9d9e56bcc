"""People are found by how they are called, each once, a page at a time, on both engines."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from proofup.directory.search import After, Filters, Found, Holding
from proofup.directory.users import (
    Account,
    AddUser,
    BlockProofs,
    HoldChanges,
    MfaState,
    NoteTriesOver,
    User,
    UserType,
)
from proofup.methods.registered_methods import AddMethod, MethodKind, RemoveMethod, ReplaceMethod
from proofup.storage.store import Store
from proofup.values.ids import MethodId, UserId
from proofup.values.number_search import sought_number
from proofup.values.sealing import KeyPurpose
from storage.samples import method

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
EVERYBODY = Filters()


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
    number = sought_number(begins, region="GB")
    return await store.search.find(begins, filters, number=number, after=after, most=most, at=NOW)


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
    await store.commit(NoteTriesOver(user_id=blocked, until=NOW + timedelta(minutes=1)))
    await store.commit(NoteTriesOver(user_id=blocked, until=NOW))
    await store.commit(NoteTriesOver(user_id=held, until=NOW))
    await add(store, "c@a.test", kind="softwareOath", slot="oath.1")
    await add(store, "d@a.test", kind="recoveryCodes", slot="codes")
    assert names(await find(store, filters=Filters(user_type=UserType.GUEST))) == ["a@a.test"]
    assert names(await find(store, filters=Filters(enabled=False))) == ["b@a.test"]
    assert len(names(await find(store, filters=Filters(enabled=True)))) == 4
    assert names(await find(store, filters=Filters(mfa_state=MfaState.ENFORCED))) == ["c@a.test"]
    assert names(await find(store, filters=Filters(held=True))) == ["d@a.test"]
    assert names(await find(store, filters=Filters(blocked=True))) == ["e@a.test"]
    assert names(await find(store, filters=Filters(paused=True))) == ["e@a.test"]
    assert names(await find(store, "e", filters=Filters(paused=True))) == ["e@a.test"]
    without = Filters(holding=Holding.NOTHING)
    assert names(await find(store, filters=without)) == [
        "a@a.test",
        "b@a.test",
        "d@a.test",
        "e@a.test",
    ]
    assert names(await find(store, "d@", filters=without)) == ["d@a.test"]
    found = await find(store, "c@")
    assert [listed.has_method for listed in found.people] == [True]


async def test_a_filter_that_has_an_index_is_counted_as_far_as_it_is_worth(store: Store) -> None:
    for number in range(5):
        await stored(store, f"{number}@a.test")
    await store.commit(HoldChanges(user_id=UserId("1@a.test"), since=NOW))
    without = Filters(holding=Holding.NOTHING)
    assert await store.search.count(without, most=9, at=NOW) == 5
    assert await store.search.count(without, most=3, at=NOW) == 3
    assert await store.search.count(Filters(held=True), most=9, at=NOW) == 1
    assert await store.search.count(Filters(enabled=False), most=9, at=NOW) == 0


async def add(
    store: Store, name: str, *, kind: str = "phone", slot: str = "phone.mobile", number: str = ""
) -> MethodId:
    new = method(f"{name} {slot}", slot, f'{{"number":"{number}"}}'.encode())
    await store.commit(AddMethod(method=replace(new, user_id=UserId(name), kind=MethodKind(kind))))
    return new.id


async def test_what_somebody_has_registered_is_known_after_every_change(store: Store) -> None:
    name, whose = "a@a.test", UserId("a@a.test")
    await stored(store, name)

    async def holding() -> list[Holding]:
        return [one for one in Holding if names(await find(store, filters=Filters(holding=one)))]

    assert await holding() == [Holding.NOTHING]
    codes = await add(store, name, kind="recoveryCodes", slot="codes")
    assert await holding() == [Holding.NOTHING]
    phone = await add(store, name, number="+44 7700900067")
    assert await holding() == [Holding.RESTRICTED]
    app = await add(store, name, kind="softwareOath", slot="oath.1")
    assert await holding() == [Holding.MORE]
    await store.commit(RemoveMethod(user_id=whose, method_id=app))
    assert await holding() == [Holding.RESTRICTED]
    await store.commit(RemoveMethod(user_id=whose, method_id=phone))
    await store.commit(RemoveMethod(user_id=whose, method_id=codes))
    assert await holding() == [Holding.NOTHING]


async def test_a_number_is_found_whole_or_by_its_end_behind_all_names(store: Store) -> None:
    for name in ("a@a.test", "b@a.test", "c@a.test", "0067@a.test"):
        await stored(store, name)
    await add(store, "b@a.test", number="+44 7700900067")
    await add(store, "b@a.test", slot="phone.alternateMobile", number="+44 7700900067")
    await add(store, "a@a.test", number="+44 7700910067")
    await add(store, "0067@a.test", number="+44 7700920067")
    phone = await add(store, "c@a.test", number="+44 7700900068")
    assert names(await find(store, "07700 900067")) == ["b@a.test"]
    assert names(await find(store, "0067")) == ["0067@a.test", "a@a.test", "b@a.test"]
    assert names(await find(store, "10067")) == ["a@a.test"]
    seen = names(page := await find(store, "0067", most=1))
    while page.after:
        seen += names(page := await find(store, "0067", after=page.after, most=1))
    assert seen == ["0067@a.test", "a@a.test", "b@a.test"]
    await store.commit(HoldChanges(user_id=UserId("a@a.test"), since=NOW))
    assert names(await find(store, "0067", Filters(held=True))) == ["a@a.test"]
    new = method("new", document=b'{"number":"+44 7700900069"}')
    await store.commit(ReplaceMethod(old_id=phone, new=replace(new, user_id=UserId("c@a.test"))))
    assert names(await find(store, "900068")) == []
    assert names(await find(store, "900069")) == ["c@a.test"]


async def test_the_end_of_a_number_is_kept_as_a_keyed_digest(store: Store) -> None:
    await stored(store, "a@a.test")
    await add(store, "a@a.test", number="+44 7700900067")
    await add(store, "a@a.test", kind="softwareOath", slot="oath.1")
    found = await store.engine.rows("SELECT ending FROM authentication_methods ORDER BY slot")
    key_id, _ = store.keys.current(KeyPurpose.NUMBERS)
    digest = store.keys.digest(KeyPurpose.NUMBERS, "0067").hex()
    assert found == [(None,), (f"{key_id[:8]}:{digest}",)]
