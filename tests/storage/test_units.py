"""Administrative units and custom roles, on both engines."""

from asyncio import gather
from datetime import datetime, timedelta

import pytest

from proofup.directory.roles import (
    AddCustomRole,
    Assignment,
    AssignRole,
    ChangeCustomRole,
    CustomRole,
    DeleteCustomRole,
    NameInUseError,
    RequireRoles,
    StillHeldError,
)
from proofup.directory.units import AddMember, AddUnit, ChangeUnit, DeleteUnit, RemoveMember, Unit
from proofup.storage.store import Store
from proofup.values.clock import EPOCH
from proofup.values.errors import StaleError
from proofup.values.ids import UnitId, UserId
from storage.samples import ROBIN, user

pytestmark = pytest.mark.anyio
KIM = UserId("kim")
NORTH, SOUTH = Unit(id=UnitId("u-1"), name="North"), Unit(id=UnitId("u-2"), name="South")
READERS = CustomRole(id="c-1", name="Readers", permissions=frozenset({"readUsers"}))
NOBODY = frozenset[Assignment]()
OVER = EPOCH + timedelta(days=1)


async def test_units_are_found_by_id_and_by_name_in_any_case(store: Store) -> None:
    await store.commit(AddUnit(unit=NORTH), AddUnit(unit=SOUTH))
    assert await store.units.called("u-1") == NORTH
    assert await store.units.called("NORTH") == NORTH
    assert await store.units.called("west") is None
    assert await store.units.page(most=1) == [NORTH]
    assert await store.units.page(after=NORTH.id, most=9) == [SOUTH]
    with pytest.raises(NameInUseError):
        await store.commit(AddUnit(unit=Unit(id=UnitId("u-3"), name="south")))


async def test_a_unit_gets_another_name_that_is_free(store: Store) -> None:
    await store.commit(AddUnit(unit=NORTH), AddUnit(unit=SOUTH))
    new = Unit(id=NORTH.id, name="East", description="Of the harbour")
    await store.commit(ChangeUnit(unit=new))
    assert await store.units.called("east") == new
    with pytest.raises(NameInUseError):
        await store.commit(ChangeUnit(unit=Unit(id=NORTH.id, name="SOUTH")))
    with pytest.raises(StaleError):
        await store.commit(ChangeUnit(unit=Unit(id=UnitId("u-3"), name="West")))


async def test_who_holds_a_role_for_a_unit_is_listed(store: Store) -> None:
    await store.commit(user(), user(KIM), AddUnit(unit=NORTH), AddUnit(unit=SOUTH))
    await store.commit(
        AssignRole(user_id=ROBIN, role="b", unit=NORTH.id),
        AssignRole(user_id=ROBIN, role="a", unit=NORTH.id),
        AssignRole(user_id=KIM, role="a", unit=NORTH.id, expires_at=OVER),
        AssignRole(user_id=KIM, role="c", unit=SOUTH.id),
        AssignRole(user_id=KIM, role="d"),
    )

    async def held(at: datetime, after: tuple[UserId, str] | None = None) -> list[tuple[str, str]]:
        found = await store.roles.for_unit(NORTH.id, after=after, most=9, at=at)
        return [(one.person.user.id, one.assignment.role) for one in found]

    assert await held(EPOCH) == sorted([(KIM, "a"), (ROBIN, "a"), (ROBIN, "b")])
    assert await held(OVER, after=(ROBIN, "a")) == [(ROBIN, "b")]
    assert await held(OVER) == [(ROBIN, "a"), (ROBIN, "b")]


async def test_members_come_and_go(store: Store) -> None:
    await store.commit(user(), user(KIM), AddUnit(unit=NORTH), AddUnit(unit=SOUTH))
    both = [AddMember(unit=one.id, user_id=ROBIN) for one in (NORTH, SOUTH)]
    await store.commit(*both, AddMember(unit=NORTH.id, user_id=KIM))
    assert await store.units.of_user(ROBIN) == {NORTH.id, SOUTH.id}
    names = [one.user.id for one in await store.units.members(NORTH.id, most=9)]
    assert names == sorted([KIM, ROBIN])
    behind = await store.units.members(NORTH.id, after=UserId(names[0]), most=9)
    assert [one.user.id for one in behind] == names[1:]
    with pytest.raises(StaleError):
        await store.commit(both[0])
    leaves = RemoveMember(unit=NORTH.id, user_id=ROBIN)
    await store.commit(leaves)
    with pytest.raises(StaleError):
        await store.commit(leaves)
    assert await store.units.of_user(ROBIN) == {SOUTH.id}


async def test_AD3_units_that_were_read_are_required_still(store: Store) -> None:
    await store.commit(user(), AddUnit(unit=NORTH))
    required = RequireRoles(user_id=ROBIN, roles=NOBODY, units=frozenset({NORTH.id}), at=EPOCH)
    with pytest.raises(StaleError):
        await store.commit(required)
    await store.commit(AddMember(unit=NORTH.id, user_id=ROBIN))
    await store.commit(required)


async def test_a_unit_is_deleted_with_its_memberships_but_not_while_a_role_is_held_for_it(
    store: Store,
) -> None:
    role = AssignRole(user_id=KIM, role="r-1", unit=NORTH.id, expires_at=OVER)
    member = AddMember(unit=NORTH.id, user_id=ROBIN)
    await store.commit(user(), user(KIM), AddUnit(unit=NORTH), member, role)
    (held,) = await store.roles.of_user(KIM, at=EPOCH)
    assert held == Assignment(role="r-1", unit=NORTH.id, expires_at=OVER)
    with pytest.raises(StillHeldError):
        await store.commit(DeleteUnit(unit=NORTH.id))
    await store.cleanup(OVER)
    await store.commit(DeleteUnit(unit=NORTH.id))
    assert await store.units.of_user(ROBIN) == frozenset()
    for change in (DeleteUnit(unit=NORTH.id), member, role):
        with pytest.raises(StaleError):
            await store.commit(change)


async def test_AD3_a_changed_role_makes_what_its_holders_have_under_way_stale(store: Store) -> None:
    given = AssignRole(user_id=ROBIN, role=READERS.id, is_custom=True)
    more = CustomRole(
        id=READERS.id,
        name="Listeners",
        description="At night",
        permissions=frozenset({"readUsers", "readMethods"}),
    )
    await store.commit(user(), AddCustomRole(role=READERS), given)
    held = await store.roles.of_user(ROBIN, at=EPOCH)
    change = ChangeCustomRole(was=READERS, now=more)
    await store.commit(change)
    assert await store.roles.called("listeners") == more
    for stale in (change, RequireRoles(user_id=ROBIN, roles=held, at=EPOCH)):
        with pytest.raises(StaleError):
            await store.commit(stale)
    other = CustomRole(id="c-2", name="Others", permissions=READERS.permissions)
    await store.commit(AddCustomRole(role=other))
    taken = CustomRole(id=more.id, name="OTHERS", permissions=more.permissions)
    with pytest.raises(NameInUseError):
        await store.commit(ChangeCustomRole(was=more, now=taken))
    again = CustomRole(id=other.id, name="Third", permissions=READERS.permissions)
    with pytest.raises(NameInUseError):
        await store.commit(AddCustomRole(role=again))


async def test_custom_roles_bring_their_permissions_along(store: Store) -> None:
    given = AssignRole(user_id=ROBIN, role=READERS.id, is_custom=True)
    with pytest.raises(StaleError):
        await store.commit(user(), given)
    await store.commit(user(), AddCustomRole(role=READERS), given)
    assert await store.roles.of_user(ROBIN, at=EPOCH) == {
        Assignment(role=READERS.id, permissions=READERS.permissions)
    }
    assert await store.roles.called("readers") == READERS
    assert await store.roles.called(READERS.id) == READERS
    assert await store.roles.called("writers") is None
    assert await store.roles.custom(most=9) == [READERS]
    assert await store.roles.custom(after=READERS.id, most=9) == []
    with pytest.raises(NameInUseError):
        await store.commit(
            AddCustomRole(
                role=CustomRole(id="c-2", name="READERS", permissions=READERS.permissions)
            )
        )


async def test_a_custom_role_is_deleted_when_nobody_holds_it_any_more(store: Store) -> None:
    given = AssignRole(user_id=ROBIN, role=READERS.id, is_custom=True, expires_at=OVER)
    await store.commit(user(), AddCustomRole(role=READERS), given)
    with pytest.raises(StillHeldError):
        await store.commit(DeleteCustomRole(role=READERS.id, at=EPOCH))
    await store.commit(DeleteCustomRole(role=READERS.id, at=OVER))
    assert await store.roles.called(READERS.id) is None
    with pytest.raises(StaleError):
        await store.commit(DeleteCustomRole(role=READERS.id, at=OVER))


async def test_holders_of_a_role_are_paged_by_key(store: Store) -> None:
    await store.commit(
        *(user(), user(KIM), AddUnit(unit=NORTH)),
        AssignRole(user_id=KIM, role="r-1"),
        AssignRole(user_id=KIM, role="r-1", unit=NORTH.id),
        AssignRole(user_id=ROBIN, role="r-1", expires_at=OVER),
        AssignRole(user_id=ROBIN, role="r-2"),
    )
    found = await store.roles.holders("r-1", most=1, at=EPOCH)
    for _ in range(3):
        found = [*found, *await store.roles.holders("r-1", after=found[-1], most=1, at=EPOCH)]
    assert [(one.person.user.id, one.assignment.unit) for one in found] == [
        (KIM, None),
        (KIM, NORTH.id),
        (ROBIN, None),
    ]
    assert len(await store.roles.holders("r-1", most=9, at=OVER)) == 2


async def test_a_unit_is_not_deleted_under_a_role_that_is_given_for_it(store: Store) -> None:
    await store.commit(user(), AddUnit(unit=NORTH))
    answers = await gather(
        store.commit(DeleteUnit(unit=NORTH.id)),
        store.commit(AssignRole(user_id=ROBIN, role="r-1", unit=NORTH.id)),
        return_exceptions=True,
    )
    assert sorted(map(repr, answers)) in (["None", "StaleError()"], ["None", "StillHeldError()"])
