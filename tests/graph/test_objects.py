"""Objects of the directory by their ids alone: read, read together, and deleted."""

import pytest

from graph.caller import Caller
from graph.conftest import Calls, administrator
from proofup.directory.groups import AddGroup, Group
from proofup.directory.roles import GLOBAL_ADMINISTRATOR
from proofup.directory.units import AddUnit, Unit
from proofup.policy.roles import GROUPS_ADMINISTRATOR, REPORTS_READER
from proofup.tokens.application import GRAPH
from proofup.values.ids import GroupId, UnitId, UserId
from world import World

pytestmark = pytest.mark.anyio
OBJECTS = "/v1.0/directoryObjects"
WHOLE = ("Directory.ReadWrite.All", "User.ReadWrite.All", "Application.ReadWrite.All")
NOBODY = "00000000-0000-0000-0000-000000000000"
GROUP, UNIT = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


@pytest.fixture
async def kim(world: World, calls: Calls) -> Caller:
    person = await administrator(world, GLOBAL_ADMINISTRATOR)
    return calls(await world.user_token(person, *WHOLE))


@pytest.fixture
async def ids(world: World) -> dict[str, str]:
    """Return an object of each type."""
    robin, script = await world.person(), await world.application(name="Script")
    group = Group(id=GroupId(GROUP), name="Pilots", mail_nickname="pilots", created_at=world.now)
    unit = Unit(id=UnitId(UNIT), name="Boats")
    await world.store.commit(AddGroup(group=group), AddUnit(unit=unit))
    return {
        "user": robin.user.id,
        "group": GROUP,
        "application": script.object_id,
        "servicePrincipal": script.principal_id,
        "administrativeUnit": UNIT,
        "directoryRole": REPORTS_READER,
    }


async def test_an_object_of_any_type_is_read_by_its_id(kim: Caller, ids: dict[str, str]) -> None:
    for kind, id_ in ids.items():
        found = (await kim.get(f"{OBJECTS}/{id_}")).body
        assert (found["@odata.type"], found["id"]) == (f"#microsoft.graph.{kind}", id_)
    selected = await kim.get(f"{OBJECTS}/{ids['user']}?$select=userType")
    assert selected.body["userType"] == "Member"
    assert "displayName" not in selected.body
    assert (await kim.get(f"{OBJECTS}/{GRAPH}")).body["displayName"] == "Microsoft Graph"
    for unknown in (NOBODY, "robin.ashby@contoso.test", "Pilots"):
        assert (await kim.get(f"{OBJECTS}/{unknown}")).status == 404
    assert (await kim.get(f"{OBJECTS}/{ids['user']}?$expand=manager")).status == 400


async def test_several_are_read_together(kim: Caller, ids: dict[str, str]) -> None:
    asked = [*ids.values(), NOBODY, "nonsense", GROUP.upper()]
    found = await kim.post(f"{OBJECTS}/getByIds", {"ids": asked})
    assert [one["id"] for one in found.items] == list(ids.values())
    for types, kinds in (
        (["user", "group"], {"user", "group"}),
        (["#microsoft.graph.servicePrincipal"], {"servicePrincipal"}),
        (["device"], set[str]()),
        (["directoryObject"], set(ids)),
    ):
        body = {"ids": asked, "types": types}
        found = await kim.post("/beta/directoryObjects/microsoft.graph.getByIds", body)
        assert {one["id"] for one in found.items} == {ids[kind] for kind in kinds}, types
    for number in (0, 1001):
        refused = await kim.post(f"{OBJECTS}/getByIds", {"ids": [NOBODY] * number})
        assert refused.status == 400, number
    assert (await kim.post(f"{OBJECTS}/getByIds", {"types": ["user"]})).status == 400


async def test_an_object_is_deleted_as_by_its_own_address(
    kim: Caller, world: World, ids: dict[str, str]
) -> None:
    for kind in ("user", "group", "administrativeUnit"):
        assert (await kim.delete(f"{OBJECTS}/{ids[kind]}")).status == 204, kind
        assert (await kim.delete(f"{OBJECTS}/{ids[kind]}")).status == 404, kind
    assert (await kim.get(f"/v1.0/directory/deletedItems/{ids['user']}")).status == 200
    refused = await kim.delete(f"{OBJECTS}/{ids['servicePrincipal']}")
    assert (refused.status, "application" in refused.message) == (400, True)
    assert (await kim.delete(f"{OBJECTS}/{ids['application']}")).status == 204
    assert (await kim.delete(f"{OBJECTS}/{REPORTS_READER}")).status == 405


async def test_AD2_an_object_is_read_and_deleted_only_by_who_may_do_it_by_its_own_address(
    world: World, calls: Calls, ids: dict[str, str]
) -> None:
    lou = await administrator(world, GROUPS_ADMINISTRATOR, "lou@contoso.test")
    groups = calls(await world.user_token(lou, *WHOLE))
    for kind, status in (("user", 200), ("application", 404), ("servicePrincipal", 404)):
        assert (await groups.get(f"{OBJECTS}/{ids[kind]}")).status == status, kind
    for kind, status in (("user", 403), ("administrativeUnit", 403), ("group", 204)):
        assert (await groups.delete(f"{OBJECTS}/{ids[kind]}")).status == status, kind
    sam = await world.person("sam.reed@contoso.test")
    for token in (
        await world.user_token(sam, *WHOLE),
        await world.app_token("Group.ReadWrite.All"),
    ):
        assert (await calls(token).get(f"{OBJECTS}/{ids['user']}")).status == 403
        assert (await calls(token).delete(f"{OBJECTS}/{ids['user']}")).status == 403
    assert await world.store.people.by_id(UserId(ids["user"])) is not None
