"""Roles and units in the admin centre: looked at, given, taken, made and deleted."""

import pytest

from journeys.administrators import administrator, to_admin
from journeys.conftest import NewVisitor
from proofup.administration.create_role import create_role
from proofup.administration.create_unit import create_unit
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole
from proofup.directory.units import AddMember
from proofup.directory.users import Person
from proofup.policy.permissions import Permission
from proofup.policy.roles import (
    BUILT_IN,
    HELP_DESK_MFA,
    PRIVILEGED_ROLE_ADMINISTRATOR,
    SECURITY_READER,
)
from proofup.values.ids import UnitId
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio
PRIA = "priya.anand@contoso.test"
RIGHT_TO_LEFT = "\N{RIGHT-TO-LEFT OVERRIDE}"
ROLES, UNITS = "/admin/roles", "/admin/units"


@pytest.fixture
async def pria(world: World, visitor: Visitor) -> Person:
    """Return the least role that may give roles, signed in in ``visitor``."""
    person = await administrator(world, PRIA, PRIVILEGED_ROLE_ADMINISTRATOR)
    await to_admin(visitor, world, person)
    return person


async def do(visitor: Visitor, address: str, reason: str = "ticket 4711", **typed: str) -> Page:
    """Open a dialog, fill it, and send it."""
    await visitor.open(address)
    return await visitor.send(
        address.partition("?")[0], button=None, without=(), reason=reason, **typed
    )


async def held(world: World, person: Person) -> set[tuple[str, UnitId | None]]:
    found = await world.store.roles.of_user(person.user.id, at=world.now)
    return {(one.role, one.unit) for one in found}


async def unit_called(world: World, name: str) -> UnitId:
    act = create_unit(world.administration, world.host, name, at=world.now)
    return (await world.carry_out(act)).id


@pytest.mark.both_engines
async def test_a_role_is_given_to_somebody_for_a_unit_until_a_day_and_taken_again(
    world: World, visitor: Visitor, pria: Person
) -> None:
    robin = await world.person()
    leeds = await unit_called(world, "Leeds")
    own = f"/admin/users/{robin.user.id}/roles"
    page = await visitor.open(own)
    assert "No roles" in page.text
    page = await do(visitor, f"{own}/give", role=HELP_DESK_MFA, unit="leeds", until="2026-12-31")
    assert page.path == f"{own}?done"
    assert "Help desk (MFA)" in page.text
    assert "Leeds" in page.text
    assert await held(world, robin) == {(HELP_DESK_MFA, leeds)}
    (one,) = await world.store.roles.of_user(robin.user.id, at=world.now)
    assert one.expires_at is not None
    assert one.expires_at.isoformat() == "2027-01-01T00:00:00+00:00", "the whole last day"
    (entry, *_) = await world.store.audit.of_user(robin.user.id, most=1)
    assert (entry.event.word, entry.actor) == ("roleAssigned", pria.user.id)
    assert entry.event.facts["reason"] == "ticket 4711"
    page = await visitor.open(f"{ROLES}/{HELP_DESK_MFA}")
    assert "robin.ashby@contoso.test" in page.text.replace(" ", "")
    page = await do(visitor, f"{own}/take?role={HELP_DESK_MFA}&unit={leeds}")
    assert "No roles" in page.text
    assert await held(world, robin) == set()
    page = await visitor.open(f"{own}/take?role={HELP_DESK_MFA}&unit={leeds}")
    assert page.path == own, "there is nothing to take"


async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    world: World, visitor: Visitor, pria: Person
) -> None:
    await world.person()
    give = f"{ROLES}/{SECURITY_READER}/give"
    for typed, words in (
        ({"who": "nobody@contoso.test"}, "There is nobody of this name"),
        ({"who": PRIA}, "Nobody can give roles to themselves"),
        ({"who": "robin.ashby@contoso.test", "unit": "Mars"}, "There is no unit of this name"),
        ({"who": "robin.ashby@contoso.test", "until": "2020-01-01"}, "still to come"),
        ({"who": "robin.ashby@contoso.test", "until": "soon"}, "still to come"),
        ({"who": "robin.ashby@contoso.test", "reason": " "}, "Type a reason"),
    ):
        page = await do(visitor, give, **typed)
        assert page.status == 400
        assert page.title.startswith("Error:")
        assert words in page.text
        fields = page.form(give).fields
        assert fields["who"] == typed["who"]
        assert fields.get("until") == typed.get("until", "")
    await unit_called(world, "Leeds")
    page = await do(visitor, give, who="robin.ashby@contoso.test", unit="Leeds")
    assert "for the whole organisation only" in page.text
    page = await do(visitor, give, who="robin.ashby@contoso.test")
    assert page.path == f"{ROLES}/{SECURITY_READER}?done"


async def test_the_highest_roles_are_a_global_administrators_alone(
    world: World, visitor: Visitor, new_visitor: NewVisitor, pria: Person
) -> None:
    boss = await administrator(world, "boss@contoso.test")
    page = await visitor.open(f"{ROLES}/{GLOBAL_ADMINISTRATOR}")
    assert "boss@contoso.test" in page.text.replace(" ", "")
    assert "Give this role" not in page.text
    assert (await visitor.open(f"{ROLES}/{GLOBAL_ADMINISTRATOR}/give")).status == 404
    own = f"/admin/users/{boss.user.id}/roles"
    page = await visitor.open(own)
    assert "Take away" not in page.text
    page = await do(visitor, f"{own}/take?role={GLOBAL_ADMINISTRATOR}")
    assert page.status == 404
    robin = await world.person()
    await visitor.open(f"/admin/users/{robin.user.id}/roles/give")
    page = await visitor.send(
        f"/admin/users/{robin.user.id}/roles/give", role=GLOBAL_ADMINISTRATOR, reason="for me"
    )
    assert page.status == 404
    assert await held(world, robin) == set()
    other = new_visitor()
    await to_admin(other, world, boss)
    second = await administrator(world, "second@contoso.test")
    await world.store.commit(
        AssignRole(
            user_id=boss.user.id,
            role=GLOBAL_ADMINISTRATOR,
            expires_at=world.now.replace(year=2027),
        )
    )
    page = await do(other, f"/admin/users/{second.user.id}/roles/take?role={GLOBAL_ADMINISTRATOR}")
    assert "There must be another Global Administrator first" in page.text
    assert await held(world, second) == {(GLOBAL_ADMINISTRATOR, None)}


async def test_a_role_is_made_of_permissions_in_plain_words_and_deleted_when_nobody_holds_it(
    world: World, visitor: Visitor, pria: Person
) -> None:
    make = f"{ROLES}/make"
    page = await visitor.open(make)
    assert "sign somebody out everywhere" in page.text
    assert "assignRoles" not in page.html
    page = await do(visitor, make, name="Night desk")
    assert "Tick at least one." in page.text
    page = await do(visitor, make, name="Global Administrator", **{"permission.invite": "on"})
    assert "Another role has this name" in page.text
    page = await do(visitor, make, name=f"{RIGHT_TO_LEFT}x", **{"permission.invite": "on"})
    assert "Type a name" in page.text
    page = await do(
        visitor,
        make,
        name="Night desk",
        **{"permission.invite": "on", "permission.readUsers": "on"},
    )
    address = page.path.partition("?")[0]
    assert "invite somebody to register a first method" in page.text
    assert "Night desk" in (await visitor.open(ROLES)).text
    robin = await world.person()
    await do(visitor, f"{address}/give", who="robin.ashby@contoso.test")
    page = await do(visitor, f"{address}/delete")
    assert "Somebody still holds it" in page.text
    role = address.rpartition("/")[2]
    await do(visitor, f"/admin/users/{robin.user.id}/roles/take?role={role}")
    page = await do(visitor, f"{address}/delete")
    assert page.path == f"{ROLES}?done"
    assert (await visitor.open(address)).status == 404
    page = await visitor.open(f"{ROLES}/{SECURITY_READER}/delete")
    assert page.path == f"{ROLES}/{SECURITY_READER}", "a built-in one stays"


async def test_every_permission_is_said_in_plain_words(
    world: World, visitor: Visitor, pria: Person
) -> None:
    page = await visitor.open(f"{ROLES}/{GLOBAL_ADMINISTRATOR}")
    assert [one for one in Permission if one in page.text.split()] == [Permission.INVITE]
    for role in BUILT_IN:
        assert (await visitor.open(f"{ROLES}/{role.id}")).status == 200


@pytest.mark.both_engines
async def test_people_belong_to_a_unit_until_they_are_removed(
    world: World, visitor: Visitor, pria: Person
) -> None:
    robin, noor = await world.person(), await world.person("noor@contoso.test")
    assert "There is no unit" in (await visitor.open(UNITS)).text
    page = await do(visitor, f"{UNITS}/make", name="Leeds")
    address = page.path.partition("?")[0]
    assert "Nobody belongs to this unit" in page.text
    assert "Another unit has this name" in (await do(visitor, f"{UNITS}/make", name="LEEDS")).text
    names = "robin.ashby@contoso.test\r\n\r\nnobody@contoso.test\r\nrobin.ashby@contoso.test"
    page = await do(visitor, f"{address}/add", names=names)
    assert "Nobody is called: nobody@contoso.test" in page.text
    assert "robin.ashby" in page.html, "what was typed is kept"
    assert await world.store.units.of_user(robin.user.id) == frozenset(), "all of them or nobody"
    assert "Type from 1 to 50 names" in (await do(visitor, f"{address}/add", names=" ")).text
    page = await do(visitor, f"{address}/add", names=f"robin.ashby@contoso.test\r\n{noor.user.id}")
    assert "2 shown" in page.text
    page = await do(visitor, f"{address}/remove?user={robin.user.id}")
    assert "1 shown" in page.text
    page = await visitor.open(f"{address}/remove?user=nobody")
    assert page.path == address
    desk = f"{ROLES}/{HELP_DESK_MFA}/give"
    await do(visitor, desk, who="robin.ashby@contoso.test", unit="Leeds")
    assert "Somebody still holds it" in (await do(visitor, f"{address}/delete")).text
    await do(
        visitor,
        f"/admin/users/{robin.user.id}/roles/take?role={HELP_DESK_MFA}"
        f"&unit={address.rpartition('/')[2]}",
    )
    page = await do(visitor, f"{address}/delete")
    assert page.path == f"{UNITS}?done"
    assert (await visitor.open(address)).status == 404


async def test_holders_members_and_units_are_paged_by_key(
    world: World, visitor: Visitor, pria: Person
) -> None:
    unit = await unit_called(world, "Leeds")
    for number in range(60):
        one = await world.person(f"person{number:02}@contoso.test", password=None, mail=None)
        await world.store.commit(AssignRole(user_id=one.user.id, role=SECURITY_READER))
        await world.store.commit(AddMember(unit=unit, user_id=one.user.id))
        await unit_called(world, f"Unit {number:02}")
    for address, most in (
        (f"{ROLES}/{SECURITY_READER}", 60),
        (f"{UNITS}/{unit}", 60),
        (UNITS, 61),
    ):
        first = await visitor.open(address)
        assert "50 shown" in first.text
        following = first.html.partition('">Next page')[0].rpartition('href="')[2]
        page = await visitor.open(following)
        assert f"{most - 50} shown" in page.text
        assert "Next page" not in page.text
    assert "50 shown" in (await visitor.open(f"{ROLES}/{SECURITY_READER}?after=x.y")).text


async def test_who_may_only_look_gets_no_buttons_and_no_dialog(
    world: World, visitor: Visitor
) -> None:
    reader = await administrator(world, "reader@contoso.test", SECURITY_READER)
    await to_admin(visitor, world, reader)
    made = await world.carry_out(
        create_role(world.administration, world.host, "Night desk", ["invite"], at=world.now)
    )
    unit = await unit_called(world, "Leeds")
    for address in (ROLES, f"{ROLES}/{made.id}", UNITS, f"{UNITS}/{unit}"):
        page = await visitor.open(address)
        assert page.status == 200
        assert page.forms == []
        assert "/make" not in page.html
        assert "/delete" not in page.html
    for address in (
        f"{ROLES}/make",
        f"{ROLES}/{made.id}/give",
        f"{ROLES}/{made.id}/delete",
        f"/admin/users/{reader.user.id}/roles/give",
        f"{UNITS}/make",
        f"{UNITS}/{unit}/add",
        f"{UNITS}/{unit}/delete",
    ):
        assert (await visitor.open(address)).status == 404


async def test_nobody_gives_themselves_a_role(world: World, visitor: Visitor, pria: Person) -> None:
    own = f"/admin/users/{pria.user.id}/roles"
    page = await visitor.open(own)
    assert "Privileged Role Administrator" in page.text
    assert "Give a role" not in page.text
    assert (await visitor.open(f"{own}/give")).path == own


async def test_two_administrators_who_take_the_same_role_are_answered_clearly(
    world: World, visitor: Visitor, new_visitor: NewVisitor, pria: Person
) -> None:
    robin = await world.person()
    await world.store.commit(AssignRole(user_id=robin.user.id, role=SECURITY_READER))
    take = f"/admin/users/{robin.user.id}/roles/take?role={SECURITY_READER}"
    await visitor.open(take)
    other = new_visitor()
    await to_admin(other, world, await administrator(world, "lee@contoso.test"))
    await do(other, take)
    page = await visitor.send(take.partition("?")[0], reason="the same")
    assert page.path == f"/admin/users/{robin.user.id}/roles", "there is nothing left to take"
