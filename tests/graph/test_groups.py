"""Groups through Graph: made, filled, asked for, and assigned to applications."""

from urllib.parse import quote

import pytest

from graph.caller import Caller
from graph.conftest import Calls, administrator
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole
from proofup.directory.users import Person
from proofup.policy.roles import GROUPS_ADMINISTRATOR, HELPDESK_ADMINISTRATOR
from world import World

pytestmark = pytest.mark.anyio
SCOPES = ("Group.ReadWrite.All", "User.Read.All", "Application.ReadWrite.All")
GROUPS = "/v1.0/groups"
NEW = {
    "displayName": "Pilots",
    "mailEnabled": False,
    "mailNickname": "pilots",
    "securityEnabled": True,
}
EVENTUAL = {"ConsistencyLevel": "eventual"}
ZERO = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
async def robin(world: World) -> Person:
    return await world.person()


@pytest.fixture
async def kim(world: World, calls: Calls) -> Caller:
    """Return the least role that may."""
    person = await administrator(world, GROUPS_ADMINISTRATOR)
    return calls(await world.user_token(person, *SCOPES))


def reference(of: object) -> dict[str, str]:
    return {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{of}"}


@pytest.mark.both_engines
async def test_a_group_is_made_filled_and_deleted(kim: Caller, robin: Person) -> None:
    made = await kim.post(GROUPS, {**NEW, "description": "They fly"})
    assert (made.status, made.body["securityEnabled"]) == (201, True)
    one = f"{GROUPS}/{made.body['id']}"
    assert (await kim.post(f"{one}/members/$ref", reference(robin.user.id))).status == 204
    again = await kim.post(f"{one}/members/$ref", reference(robin.user.id))
    assert (again.status, "already exist" in again.message) == (400, True)
    assert (await kim.post(f"{one}/owners/$ref", reference(robin.user.id))).status == 204
    assert (await kim.post(f"{one}/members/$ref", reference("nobody"))).status == 404
    for below in ("members", "owners", "transitiveMembers", "members/microsoft.graph.user"):
        (member,) = (await kim.get(f"{one}/{below}")).items
        assert member["id"] == robin.user.id
    assert (await kim.patch(one, {"displayName": "Crew"})).status == 204
    assert (await kim.patch(one, {"description": None})).status == 204
    assert (await kim.patch(one, {"mailNickname": "crew"})).status == 204
    shown = (await kim.get(f"{one}?$select=displayName,mailNickname")).body
    assert (shown["displayName"], shown["mailNickname"]) == ("Crew", "crew")
    assert (await kim.delete(f"{one}/members/{robin.user.id}/$ref")).status == 204
    assert (await kim.delete(f"{one}/members/{robin.user.id}/$ref")).status == 404
    assert (await kim.delete(f"{one}/owners/{robin.user.id}/$ref")).status == 204
    assert (await kim.delete(one)).status == 204
    assert (await kim.get(one)).status == 404


async def test_what_somebody_belongs_to_is_told(kim: Caller, robin: Person) -> None:
    body = {**NEW, "members@odata.bind": [reference(robin.user.id)["@odata.id"]]}
    made = await kim.post(GROUPS, body)
    own, id_ = f"/v1.0/users/{robin.user.id}", made.body["id"]
    for below in ("memberOf", "memberOf/microsoft.graph.group", "transitiveMemberOf"):
        (group,) = (await kim.get(f"{own}/{below}")).items
        assert (group["@odata.type"], group["id"]) == ("#microsoft.graph.group", id_)
    for below in ("memberOf/microsoft.graph.directoryRole", "memberOf/graph.administrativeUnit"):
        assert (await kim.get(f"{own}/{below}")).items == []
    only = {"securityEnabledOnly": True}
    for action in ("getMemberGroups", "getMemberObjects"):
        assert (await kim.post(f"{own}/{action}", only)).body["value"] == [id_]
    found = await kim.post(f"{own}/getMemberObjects", {"securityEnabledOnly": False})
    assert found.body["value"] == [id_]
    found = await kim.post(f"{own}/checkMemberGroups", {"groupIds": [ZERO, id_]})
    assert found.body["value"] == [id_]
    found = await kim.post(f"{own}/checkMemberObjects", {"ids": [ZERO, id_]})
    assert found.body["value"] == [id_]
    many = {"groupIds": [ZERO] * 21}
    assert (await kim.post(f"{own}/checkMemberGroups", many)).status == 400
    for wrong in (["x"], ["https://[x/directoryObjects/y"], "x", [1] * 21):
        refused = await kim.post(GROUPS, {**NEW, "members@odata.bind": wrong})
        assert refused.status == 400
    gone = {**NEW, "owners@odata.bind": [reference("nobody")["@odata.id"]]}
    assert (await kim.post(GROUPS, gone)).status == 404


async def test_what_somebody_belongs_to_is_counted_filtered_and_paged(
    world: World, calls: Calls, kim: Caller, robin: Person
) -> None:
    bound = {"members@odata.bind": [reference(robin.user.id)["@odata.id"]]}
    ids = [
        (await kim.post(GROUPS, {**NEW, **bound, "displayName": name})).body["id"]
        for name in ("Night pilots", "Cooks", "Pilots")
    ]
    role = AssignRole(user_id=robin.user.id, role=HELPDESK_ADMINISTRATOR)
    await world.store.commit(role)
    own = f"/v1.0/users/{robin.user.id}/memberOf"
    for below, count in (
        ("$count", 4),
        ("microsoft.graph.group/$count", 3),
        ("microsoft.graph.directoryRole/$count", 1),
        ("$count?$search=" + quote('"displayName:pilots"'), 2),
        ("$count?$filter=" + quote("startswith(displayName,'c')"), 1),
    ):
        assert (await kim.get(f"{own}/{below}", **EVENTUAL)).text == str(count), below
        assert (await kim.get(f"{own}/{below}")).status == 400
    me = calls(await world.user_token(robin, "User.Read"))
    for path in ("/v1.0/me/memberOf/$count", "/v1.0/me/transitiveMemberOf/$count"):
        assert (await me.get(path, **EVENTUAL)).text == "4"
    (held,) = (await me.get("/v1.0/me/transitiveMemberOf/microsoft.graph.directoryRole")).items
    assert held["roleTemplateId"] == HELPDESK_ADMINISTRATOR
    first = await kim.get(f"{own}?$top=3")
    rest = await kim.get(first.body["@odata.nextLink"])
    assert {one["id"] for one in (*first.items, *rest.items)} == {*ids, HELPDESK_ADMINISTRATOR}
    assert len(first.items) == 3
    said = quote("displayName ne 'Cooks' and securityEnabled eq true")
    path = f"{own}?$count=true&$orderby=displayName desc&$select=displayName&$filter={said}"
    found = await kim.get(path, **EVENTUAL)
    assert [one["displayName"] for one in found.items] == ["Pilots", "Night pilots"]
    assert found.body["@odata.count"] == 2
    for wrong in (
        f"$filter={said}",
        "$orderby=displayName",
        "$search=" + quote('"displayName:x"'),
        "$expand=members",
    ):
        assert (await kim.get(f"{own}?{wrong}")).status == 400, wrong
    for wrong in (
        "$orderby=description",
        "$filter=" + quote("classification eq 'x'"),
        "$search=" + quote('"mail:x"'),
    ):
        refused = await kim.get(f"{own}?$count=true&{wrong}", **EVENTUAL)
        assert refused.code == "Request_UnsupportedQuery", wrong


async def test_relations_that_nobody_has_are_told_as_graph_tells_them(
    world: World, calls: Calls, kim: Caller, robin: Person
) -> None:
    bound = {"owners@odata.bind": [reference(robin.user.id)["@odata.id"]]}
    group = (await kim.post(GROUPS, {**NEW, **bound})).body["id"]
    me = calls(await world.user_token(robin, "User.Read"))
    for caller, own in ((kim, f"/v1.0/users/{robin.user.id}"), (me, "/v1.0/me")):
        (owned,) = (await caller.get(f"{own}/ownedObjects")).items
        assert (owned["@odata.type"], owned["id"]) == ("#microsoft.graph.group", group)
        for below in ("directReports", "ownedDevices", "registeredDevices"):
            assert (await caller.get(f"{own}/{below}")).items == []
        for below in ("manager", "manager/$ref"):
            missing = await caller.get(f"{own}/{below}")
            assert (missing.status, missing.code) == (404, "Request_ResourceNotFound")
        assert (await caller.delete(f"{own}/manager/$ref")).status == 404
        assert (await caller.call("PUT", f"{own}/manager/$ref", {})).status == 501
    sam = await world.person("sam.reed@contoso.test")
    for below in ("manager", "directReports", "ownedObjects"):
        assert (await me.get(f"/v1.0/users/{sam.user.id}/{below}")).status == 403


async def test_a_group_and_a_service_principal_belong_to_what_they_hold(
    world: World, calls: Calls, kim: Caller, robin: Person
) -> None:
    group = (await kim.post(GROUPS, NEW)).body["id"]
    one = f"{GROUPS}/{group}"
    for person in (robin, await world.person("sam.reed@contoso.test")):
        for relation in ("members", "owners"):
            await kim.post(f"{one}/{relation}/$ref", reference(person.user.id))
    for below in ("memberOf", "transitiveMemberOf", "members/microsoft.graph.group"):
        assert (await kim.get(f"{one}/{below}")).items == []
    for action, body in (
        ("getMemberGroups", {"securityEnabledOnly": True}),
        ("getMemberObjects", {"securityEnabledOnly": False}),
        ("checkMemberGroups", {"groupIds": [group]}),
        ("checkMemberObjects", {"ids": [group]}),
    ):
        assert (await kim.post(f"{one}/{action}", body)).body["value"] == []
        assert (await kim.post(f"{GROUPS}/{ZERO}/{action}", body)).status == 404
    assert (await kim.get(f"{one}/members/$count", **EVENTUAL)).text == "2"
    assert (await kim.get(f"{one}/members/$count")).status == 400
    counted = await kim.get(f"{one}/members?$count=true&$top=1", **EVENTUAL)
    assert counted.body["@odata.count"] == 2
    for relation in ("members", "owners"):
        first = await kim.get(f"{one}/{relation}/$ref?$top=1")
        rest = await kim.get(first.body["@odata.nextLink"])
        for address in (*first.items, *rest.items):
            named = str(address).rpartition("/directoryObjects/")[2]
            gone = await kim.delete(f"{one}/{relation}/{named}/$ref")
            assert gone.status == 204
    assert (await kim.get(f"{one}/transitiveMembers/microsoft.graph.user")).items == []
    script = await world.application(name="Script", roles=frozenset({HELPDESK_ADMINISTRATOR, "x"}))
    own = f"/v1.0/servicePrincipals/{script.principal_id}/memberOf"
    reader = calls(await world.app_token("Application.Read.All"))
    (held,) = (await reader.get(own)).items
    assert held["displayName"] == "Helpdesk Administrator"


async def test_groups_are_listed_filtered_and_searched(kim: Caller) -> None:
    made = [
        (await kim.post(GROUPS, {**NEW, "displayName": f"Pilots {number}"})).body
        for number in range(3)
    ]
    first = await kim.get(f"{GROUPS}?$top=2")
    rest = await kim.get(first.body["@odata.nextLink"])
    assert len(first.items) + len(rest.items) == 3
    one = made[1]["id"]
    for said, count in (
        ("displayName eq 'pilots 1'", 1),
        ("startswith(displayName,'pil') and securityEnabled eq true", 3),
        (f"id eq '{one}' or displayName eq 'Pilots 2'", 2),
        (f"id in ('{one}','{ZERO}')", 1),
        ("displayName eq 'Pilots 2' and mailNickname eq 'PILOTS'", 1),
        ("mailNickname eq 'crew'", 0),
        ("securityEnabled eq true and mailEnabled eq false", 3),
    ):
        found = await kim.get(f"{GROUPS}?$filter={quote(said)}")
        assert len(found.items) == count, said
        number = await kim.get(f"{GROUPS}/$count?$filter={quote(said)}", **EVENTUAL)
        assert number.text == str(count)
    assert (await kim.get(f"{GROUPS}/$count", **EVENTUAL)).text == "3"
    assert (await kim.get(f"{GROUPS}/$count")).status == 400
    first = await kim.get(f"{GROUPS}?$top=2&$filter=" + quote("startswith(displayName,'pilots')"))
    rest = await kim.get(first.body["@odata.nextLink"])
    assert len({one["id"] for one in (*first.items, *rest.items)}) == 3
    paged = await kim.get(f"{GROUPS}?$top=2&$count=true", **EVENTUAL)
    assert paged.body["@odata.count"] == 3
    wrong = await kim.get(f"{GROUPS}?$filter=" + quote("mail eq 'x'"))
    assert wrong.code == "Request_UnsupportedQuery"
    search = f"{GROUPS}?$count=true&$search=" + quote('"displayName:pilots"')
    found = await kim.get(search, ConsistencyLevel="eventual")
    assert found.body["@odata.count"] == 3
    assert (await kim.get(search)).status == 400
    by_mail = f"{GROUPS}?$search=" + quote('"mail:pilots"')
    assert (await kim.get(by_mail, ConsistencyLevel="eventual")).status == 400


async def test_only_security_groups_are_made(kim: Caller) -> None:
    for wrong in ({"mailEnabled": True}, {"groupTypes": ["Unified"]}, {"isAssignableToRole": True}):
        assert (await kim.post(GROUPS, {**NEW, **wrong})).status == 501
    assert (await kim.post(GROUPS, {**NEW, "displayName": ""})).status == 400
    for nickname in ("", "two words", "a@b", "x" * 65, "größe"):
        refused = await kim.post(GROUPS, {**NEW, "mailNickname": nickname})
        assert (refused.status, "mailNickname" in refused.message) == (400, True)


async def test_a_group_is_assigned_to_an_application(
    world: World, calls: Calls, robin: Person
) -> None:
    person = await administrator(world, GLOBAL_ADMINISTRATOR)
    kim = calls(await world.user_token(person, *SCOPES, "AppRoleAssignment.ReadWrite.All"))
    bound = {"members@odata.bind": [reference(robin.user.id)["@odata.id"]]}
    group = (await kim.post(GROUPS, {**NEW, **bound})).body
    application = await world.application(
        home_page="https://staff.test/", needs_assignment=True, name="Staff site"
    )
    body = {
        "principalId": group["id"],
        "resourceId": application.principal_id,
        "appRoleId": ZERO,
    }
    assigned = f"/v1.0/servicePrincipals/{application.principal_id}/appRoleAssignedTo"
    made = await kim.post(assigned, body)
    assert (made.status, made.body["principalType"]) == (201, "Group")
    assert [one["principalDisplayName"] for one in (await kim.get(assigned)).items] == ["Pilots"]
    rows = world.store.applications
    assert [one.name for one in await rows.tiles_of(robin.user.id, most=5)] == ["Staff site"]
    own = f"{GROUPS}/{group['id']}/appRoleAssignments"
    assert len((await kim.get(own)).items) == 1
    assert (await kim.delete(f"{own}/{made.body['id']}")).status == 204
    assert not await rows.tiles_of(robin.user.id, most=5)
    assert (await kim.post(own, body)).status == 201
    assert (await kim.delete(f"{GROUPS}/{group['id']}")).status == 204
    assert (await kim.get(assigned)).items == []


async def test_AD1_the_help_desk_changes_no_group(world: World, calls: Calls, kim: Caller) -> None:
    group = (await kim.post(GROUPS, NEW)).body
    lou = await administrator(world, HELPDESK_ADMINISTRATOR, "lou@contoso.test")
    desk = calls(await world.user_token(lou, *SCOPES))
    one = f"{GROUPS}/{group['id']}"
    assert (await desk.get(one)).status == 200
    assert (await desk.post(f"{one}/members/$ref", reference(lou.user.id))).status == 403
    for verb, path in (("POST", GROUPS), ("PATCH", one), ("DELETE", one)):
        assert (await desk.call(verb, path, {} if verb != "DELETE" else None)).status == 403
