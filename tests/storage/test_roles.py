"""Who holds which role, on both engines."""

from asyncio import gather
from datetime import UTC, datetime, timedelta

import pytest

from proofup.directory.roles import (
    GLOBAL_ADMINISTRATOR,
    Assignment,
    AssignRole,
    LastAdministratorError,
    RemoveRole,
    RequireAnotherHolder,
    RequireRoles,
)
from proofup.directory.users import SetEnabled
from proofup.storage.store import Store
from proofup.values.clock import EPOCH
from proofup.values.errors import StaleError
from proofup.values.ids import UnitId, UserId
from storage.samples import ROBIN, entry, user

pytestmark = pytest.mark.anyio
KIM = UserId("kim")
OTHER = "a-role"
LATER = EPOCH + timedelta(days=1)
HERE = Assignment(role=GLOBAL_ADMINISTRATOR)
ROBINS = AssignRole(user_id=ROBIN, role=GLOBAL_ADMINISTRATOR)
KIMS = AssignRole(user_id=KIM, role=GLOBAL_ADMINISTRATOR)


async def roles(store: Store, at: datetime = EPOCH) -> frozenset[Assignment]:
    return await store.roles.of_user(ROBIN, at=at)


async def test_a_role_is_held_once_however_often_it_is_given(store: Store) -> None:
    await store.commit(user())
    assert await roles(store) == frozenset()
    for _ in range(2):
        await store.commit(ROBINS)
    assert await roles(store) == {HERE}


async def test_a_role_counts_until_it_ends_and_can_be_given_another_end(store: Store) -> None:
    ends = AssignRole(user_id=ROBIN, role=OTHER, expires_at=LATER)
    await store.commit(user(), ends)
    assert await roles(store) == {Assignment(role=OTHER, expires_at=LATER)}
    assert await roles(store, LATER) == frozenset()
    await store.commit(AssignRole(user_id=ROBIN, role=OTHER))
    assert await roles(store, LATER) == {Assignment(role=OTHER)}
    await store.commit(ends)
    assert await store.cleanup(LATER) == 1
    assert await roles(store) == frozenset()


async def test_an_account_tells_until_when_it_administers(store: Store) -> None:
    await store.commit(user())

    async def until() -> datetime | None:
        found = await store.subscribers.of(ROBIN)
        assert found
        assert await store.people.by_id(ROBIN) == found.person
        return found.person.account.administers_until

    assert await until() is None
    await store.commit(AssignRole(user_id=ROBIN, role=OTHER, expires_at=LATER))
    assert await until() == LATER
    await store.commit(ROBINS)
    assert await until() == datetime.max.replace(tzinfo=UTC)


async def test_a_role_that_is_not_held_cannot_be_taken_away(store: Store) -> None:
    await store.commit(user(), ROBINS)
    with pytest.raises(StaleError):
        await store.commit(RemoveRole(user_id=ROBIN, role=OTHER))
    await store.commit(RemoveRole(user_id=ROBIN, role=GLOBAL_ADMINISTRATOR))
    assert await roles(store) == frozenset()


async def test_a_role_is_given_for_no_unit_that_is_gone(store: Store) -> None:
    with pytest.raises(StaleError):
        await store.commit(user(), AssignRole(user_id=ROBIN, role=OTHER, unit=UnitId("gone")))


async def test_AD3_roles_that_were_read_are_required_to_be_held_still(store: Store) -> None:
    await store.commit(user())
    none, administrator = frozenset[Assignment](), frozenset({HERE})
    await store.commit(RequireRoles(user_id=ROBIN, roles=none, at=EPOCH))
    with pytest.raises(StaleError):
        await store.commit(RequireRoles(user_id=ROBIN, roles=administrator, at=EPOCH))
    await store.commit(ROBINS)
    await store.commit(RequireRoles(user_id=ROBIN, roles=administrator, at=EPOCH))
    with pytest.raises(StaleError):
        await store.commit(RequireRoles(user_id=ROBIN, roles=none, at=EPOCH), entry())
    assert await store.audit.of_user(ROBIN, most=1) == []


async def test_AD4_the_last_lasting_holder_is_not_let_go(store: Store) -> None:
    await store.commit(user(), user(KIM), ROBINS)
    leaves = RequireAnotherHolder(user_id=ROBIN, role=GLOBAL_ADMINISTRATOR)
    with pytest.raises(LastAdministratorError):
        await store.commit(leaves)
    ends = AssignRole(user_id=KIM, role=GLOBAL_ADMINISTRATOR, expires_at=LATER)
    await store.commit(RequireAnotherHolder(user_id=KIM, role=GLOBAL_ADMINISTRATOR), ends)
    with pytest.raises(LastAdministratorError):
        await store.commit(leaves)
    await store.commit(KIMS)
    await store.commit(leaves)
    await store.commit(SetEnabled(user_id=KIM, enabled=False))
    with pytest.raises(LastAdministratorError):
        await store.commit(leaves)


async def test_AD4_of_two_who_go_at_once_one_stays(store: Store) -> None:
    await store.commit(user(), user(KIM), ROBINS, KIMS)
    answers = await gather(
        *(
            store.commit(
                RequireAnotherHolder(user_id=one, role=GLOBAL_ADMINISTRATOR),
                RemoveRole(user_id=one, role=GLOBAL_ADMINISTRATOR),
            )
            for one in (ROBIN, KIM)
        ),
        return_exceptions=True,
    )
    assert sorted(map(repr, answers)) == ["LastAdministratorError()", "None"]
