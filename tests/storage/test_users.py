from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from proofup.directory.users import (
    Account,
    AddUser,
    HoldChanges,
    MfaState,
    Person,
    RaiseEpoch,
    RequireEpoch,
    SetDefaultWay,
    SetEnabled,
    SetMfaState,
    User,
    UserType,
)
from proofup.storage.store import Store
from proofup.values.errors import NameTakenError, RevokedError, StaleError
from proofup.values.ids import UserId
from proofup.values.ways import Way

pytestmark = pytest.mark.anyio
START = datetime(2026, 11, 21, 14, 30, 0, 123456, tzinfo=UTC)


def person(name: str) -> Person:
    user_id = UserId(f"id of {name}")
    user = User(id=user_id, user_principal_name=name, display_name="Robin", created_at=START)
    return Person(user, Account(user_id=user_id))


def add(new: Person) -> AddUser:
    return AddUser(user=new.user, account=new.account)


async def test_everything_known_of_a_person_comes_back(store: Store) -> None:
    user = replace(
        person("Robin.Ashby@contoso.test").user,
        given_name="Robin",
        surname="Ashby",
        mail="robin@fabrikam.test",
        mobile_phone="+44 7700900067",
        business_phones=("+44 2079460018", "+44 2079460019"),
        user_type=UserType.GUEST,
        preferred_language="en",
        usage_location="GB",
    )
    account = Account(
        user_id=user.id, enabled=False, epoch=3, default_way=Way("oath"), changes_held_at=START
    )
    await store.commit(AddUser(user=user, account=account))
    assert await store.people.by_id(user.id) == Person(user, account)
    assert await store.people.by_name("robin.ashby@contoso.test") == Person(user, account)


async def test_nobody_is_found_where_there_is_nobody(store: Store) -> None:
    assert await store.people.by_id(UserId("nobody")) is None
    assert await store.people.by_name("nobody@contoso.test") is None


async def test_WE1_a_name_is_taken_in_every_spelling(store: Store) -> None:
    await store.commit(add(person("Robin@contoso.test")))
    with pytest.raises(NameTakenError) as caught:
        await store.commit(add(person("ROBIN@CONTOSO.TEST")))
    assert caught.value.user_principal_name == "ROBIN@CONTOSO.TEST"


async def test_pages_go_by_name_from_any_place(store: Store) -> None:
    names = [f"user{number}@contoso.test" for number in range(7)]
    for name in reversed(names):
        await store.commit(add(person(name)))
    first = await store.people.page(after=None, most=3)
    second = await store.people.page(after=first[-1].user.user_principal_name.upper(), most=10)
    assert [found.user.user_principal_name for found in first + second] == names


async def test_a_disabled_account_or_another_epoch_is_revoked(store: Store) -> None:
    robin = person("robin@contoso.test")
    await store.commit(add(robin))
    await store.commit(RequireEpoch(user_id=robin.user.id, epoch=0))
    await store.commit(RaiseEpoch(user_id=robin.user.id))
    with pytest.raises(RevokedError):
        await store.commit(RequireEpoch(user_id=robin.user.id, epoch=0))
    await store.commit(SetEnabled(user_id=robin.user.id, enabled=False))
    with pytest.raises(RevokedError):
        await store.commit(RequireEpoch(user_id=robin.user.id, epoch=1))


async def test_the_account_keeps_what_is_set(store: Store) -> None:
    robin = person("robin@contoso.test")
    await store.commit(add(robin))
    await store.commit(
        SetDefaultWay(user_id=robin.user.id, way=Way("sms")),
        HoldChanges(user_id=robin.user.id, since=START),
    )
    found = await store.people.by_id(robin.user.id)
    assert found
    assert (found.account.default_way, found.account.changes_held_at) == (Way("sms"), START)
    await store.commit(
        SetDefaultWay(user_id=robin.user.id, way=None),
        HoldChanges(user_id=robin.user.id, since=None),
    )
    assert await store.people.by_id(robin.user.id) == robin


@pytest.mark.parametrize(
    "change",
    [
        lambda user_id: RaiseEpoch(user_id=user_id),
        lambda user_id: SetEnabled(user_id=user_id, enabled=True),
        lambda user_id: SetDefaultWay(user_id=user_id, way=None),
        lambda user_id: HoldChanges(user_id=user_id, since=None),
    ],
)
async def test_a_change_of_an_account_that_is_gone_is_not_swallowed(
    store: Store, change: Callable[[UserId], RaiseEpoch]
) -> None:
    with pytest.raises(StaleError):
        await store.commit(change(UserId("gone")))


async def test_TR_03_a_state_that_was_set_meanwhile_is_not_undone(store: Store) -> None:
    new = person("robin@contoso.test")
    await store.commit(add(new))
    moved = SetMfaState(user_id=new.user.id, was=MfaState.ENABLED, state=MfaState.ENFORCED)
    with pytest.raises(StaleError):
        await store.commit(moved)
    await store.commit(SetMfaState(user_id=new.user.id, state=MfaState.ENABLED))
    await store.commit(moved)
    kept = await store.people.by_id(new.user.id)
    assert kept
    assert kept.account.mfa_state is MfaState.ENFORCED
