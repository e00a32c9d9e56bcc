"""The organisation, its roles and units, its logs and rules, and what Graph lacks."""

from urllib.parse import quote

import pytest

from graph.caller import Caller
from graph.conftest import Calls, administrator
from proofup.directory.roles import GLOBAL_ADMINISTRATOR
from proofup.directory.users import Person
from proofup.policy.roles import HELPDESK_ADMINISTRATOR, REPORTS_READER, USER_ADMINISTRATOR
from proofup.policy.rule_choices import Demand, Resets
from proofup.policy.rules import Policy, SetPolicy
from world import World

pytestmark = pytest.mark.anyio
SCOPES = (
    *("Directory.ReadWrite.All", "RoleManagement.ReadWrite.Directory", "Organization.Read.All"),
    *("Domain.Read.All", "AdministrativeUnit.ReadWrite.All", "AuditLog.Read.All"),
    *("Policy.Read.All", "UserAuthenticationMethod.ReadWrite.All", "User.RevokeSessions.All"),
    "Organization.ReadWrite.All",
)
ROBIN = "robin.ashby@contoso.test"
ASSIGNMENTS = "/v1.0/roleManagement/directory/roleAssignments"
UNITS = "/v1.0/directory/administrativeUnits"
BETA = f"/beta/users/{ROBIN}/authentication"


@pytest.fixture
async def robin(world: World) -> Person:
    return await world.person(phone="+44 7700 900067", apps=1)


@pytest.fixture
async def kim(world: World, calls: Calls, robin: Person) -> Caller:
    person = await administrator(world, GLOBAL_ADMINISTRATOR)
    return calls(await world.user_token(person, *SCOPES))


async def test_the_organisation_and_its_domains_are_told(kim: Caller) -> None:
    (one,) = (await kim.get("/v1.0/organization")).items
    assert one["displayName"] == "Contoso"
    assert (await kim.get(f"/v1.0/organization/{one['id']}")).status == 200
    assert (await kim.get("/v1.0/organization/x")).status == 404
    path = f"/v1.0/organization/{one['id']}"
    same = {"displayName": "Contoso", "@odata.type": "#microsoft.graph.organization"}
    assert (await kim.patch(path, same)).status == 204
    for told, named in (
        ({"displayName": "Fabrikam"}, "organisation.name"),
        ({"city": "Oslo"}, "city"),
        ({"tenantType": "x"}, "the service"),
    ):
        refused = await kim.patch(path, told)
        assert (refused.status, named in refused.message) == (400, True), told
    assert (await kim.patch("/v1.0/organization/x", same)).status == 404
    for domain in (await kim.get("/v1.0/domains")).items:
        assert (await kim.get(f"/v1.0/domains/{domain['id']}")).body["id"] == domain["id"]
    assert (await kim.get("/v1.0/domains/nowhere.test")).status == 404


async def test_a_role_is_given_and_taken_in_both_views(
    kim: Caller, world: World, robin: Person
) -> None:
    listed = await kim.get("/v1.0/directoryRoles")
    assert {one["id"] for one in listed.items} >= {GLOBAL_ADMINISTRATOR, HELPDESK_ADMINISTRATOR}
    assert (await kim.get("/v1.0/directoryRoleTemplates")).status == 200
    assert (await kim.get(f"/v1.0/directoryRoleTemplates/{REPORTS_READER}")).status == 200
    assert (await kim.post("/v1.0/directoryRoles", {"roleTemplateId": "x"})).status == 400
    role = f"/v1.0/directoryRoles(roleTemplateId='{HELPDESK_ADMINISTRATOR}')"
    assert (await kim.get(role)).body["displayName"] == "Helpdesk Administrator"
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{robin.user.id}"}
    assert (await kim.post(f"{role}/members/$ref", reference)).status == 204
    assert (await kim.post(f"{role}/members/$ref", reference)).status == 400
    (member,) = (await kim.get(f"{role}/members")).items
    assert member["userPrincipalName"] == ROBIN
    (address,) = (await kim.get(f"{role}/members/$ref")).items
    assert str(address).endswith(f"/v1.0/directoryObjects/{robin.user.id}")
    path = f"{ASSIGNMENTS}?$filter=" + quote(f"principalId eq '{robin.user.id}'")
    (assignment,) = (await kim.get(path)).items
    assert assignment["roleDefinitionId"] == HELPDESK_ADMINISTRATOR
    found = await kim.get(f"{ASSIGNMENTS}/{assignment['id']}")
    assert found.body["directoryScopeId"] == "/"
    assert len((await kim.get(ASSIGNMENTS)).items) == 2
    assert (await kim.delete(f"{role}/members/{robin.user.id}/$ref")).status == 204
    assert (await kim.delete(f"{ASSIGNMENTS}/{assignment['id']}")).status == 404
    for wrong in ({}, {"@odata.id": "x"}, {"@odata.id": 1}, {**reference, "more": 1}):
        assert (await kim.post(f"{role}/members/$ref", wrong)).status == 400
    assert (await kim.get("/v1.0/directoryRoles/x")).status == 404
    assert (await kim.get(f"{ASSIGNMENTS}/nonsense!")).status == 404
    assert (await kim.get(f"{ASSIGNMENTS}/eHx5fA")).status == 404
    wrong_filter = await kim.get(f"{ASSIGNMENTS}?$filter=" + quote("appScopeId eq 'x'"))
    assert wrong_filter.code == "Request_UnsupportedQuery"


async def test_a_role_is_given_for_the_people_of_a_unit(
    kim: Caller, world: World, robin: Person
) -> None:
    made = await kim.post(UNITS, {"displayName": "Boats"})
    assert made.status == 201
    unit = made.body["id"]
    assert [one["id"] for one in (await kim.get(UNITS)).items] == [unit]
    assert (await kim.get(f"{UNITS}/{unit}")).body["displayName"] == "Boats"
    reference = {"@odata.id": f"https://id.contoso.test/v1.0/directoryObjects/{robin.user.id}"}
    assert (await kim.post(f"{UNITS}/{unit}/members/$ref", reference)).status == 204
    assert (await kim.post(f"{UNITS}/{unit}/members/$ref", reference)).status == 400
    assert len((await kim.get(f"{UNITS}/{unit}/members")).items) == 1
    new = {
        "principalId": robin.user.id,
        "roleDefinitionId": HELPDESK_ADMINISTRATOR,
        "directoryScopeId": f"/administrativeUnits/{unit}",
    }
    given = await kim.post(ASSIGNMENTS, new)
    assert given.status == 201
    assert (await kim.get(given.headers["location"])).body["directoryScopeId"].endswith(unit)
    assert (await kim.post(ASSIGNMENTS, new)).status == 400
    for change, status in (
        ({"directoryScopeId": "/groups/x"}, 400),
        ({"directoryScopeId": "/administrativeUnits/x"}, 404),
        ({"roleDefinitionId": "x"}, 404),
        ({"principalId": "x"}, 404),
        ({"roleDefinitionId": GLOBAL_ADMINISTRATOR}, 400),
        ({"isBuiltIn": True}, 400),
    ):
        assert (await kim.post(ASSIGNMENTS, {**new, **change})).status == status, change
    assert (await kim.delete(given.headers["location"])).status == 204
    member = f"{UNITS}/{unit}/members/{robin.user.id}/$ref"
    assert [(await kim.delete(member)).status for _ in range(2)] == [204, 404]
    assert (await kim.delete(f"{UNITS}/{unit}")).status == 204
    assert (await kim.get(f"{UNITS}/{unit}")).status == 404


async def test_a_unit_has_administrators_and_members_of_its_own(
    kim: Caller, world: World, robin: Person
) -> None:
    made = await kim.post(UNITS, {"displayName": "Boats", "description": "All who sail"})
    one = f"{UNITS}/{made.body['id']}"
    assert (await kim.post(UNITS, {"displayName": "Trains"})).status == 201
    by_name = await kim.get(f"{UNITS}?$filter=" + quote("displayName eq 'trains'"))
    assert [found["displayName"] for found in by_name.items] == ["Trains"]
    ordered = await kim.get(f"{UNITS}?$orderby=displayName desc")
    assert [found["displayName"] for found in ordered.items] == ["Trains", "Boats"]
    assert (await kim.patch(one, {"displayName": "Ships"})).status == 204
    assert (await kim.patch(one, {"description": None})).status == 204
    shown = (await kim.get(one)).body
    assert (made.body["description"], shown["displayName"], shown["description"]) == (
        "All who sail",
        "Ships",
        None,
    )
    for wrong in (
        {"displayName": "TRAINS"},
        {"displayName": ""},
        {"visibility": "HiddenMembership"},
        {"id": "x"},
    ):
        assert (await kim.patch(one, wrong)).status == 400, wrong
    restricted = {"displayName": "Cars", "isMemberManagementRestricted": True}
    assert (await kim.post(UNITS, restricted)).status == 501
    told = {
        "@odata.type": "#microsoft.graph.user",
        "accountEnabled": True,
        "displayName": "Ada Finch",
        "mailNickname": "ada.finch",
        "userPrincipalName": "ada.finch@contoso.test",
        "passwordProfile": {"password": "correct horse battery staple 42"},
    }
    new = await kim.post(f"{one}/members", told)
    assert (new.status, new.body["@odata.type"]) == (201, "#microsoft.graph.user"), new.text
    group = {**told, "@odata.type": "#microsoft.graph.group"}
    assert (await kim.post(f"{one}/members", group)).status == 501
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{robin.user.id}"}
    assert (await kim.post(f"{one}/members/$ref", reference)).status == 204
    first = await kim.get(f"{one}/members/microsoft.graph.user?$top=1&$select=userType")
    rest = await kim.get(first.body["@odata.nextLink"])
    both = {one["id"] for one in (*first.items, *rest.items)}
    assert both == {new.body["id"], robin.user.id}
    assert (await kim.get(f"{one}/members/microsoft.graph.group")).items == []
    assert len((await kim.get(f"{one}/members/$ref")).items) == 2
    assert (await kim.get(f"{one}/members?$filter=x")).status == 400

    scoped = f"{one}/scopedRoleMembers"
    body = {"roleId": HELPDESK_ADMINISTRATOR, "roleMemberInfo": {"id": robin.user.id}}
    given = await kim.post(scoped, body)
    assert (given.status, given.body["roleMemberInfo"]["displayName"]) == (201, "Robin Ashby")
    assert (await kim.post(scoped, body)).status == 400
    second = await kim.post(scoped, {**body, "roleId": USER_ADMINISTRATOR})
    assert (await kim.post(scoped, {**body, "roleId": GLOBAL_ADMINISTRATOR})).status == 400
    assert (await kim.post(scoped, {**body, "roleId": "x"})).status == 404
    first = await kim.get(f"{scoped}?$top=1")
    rest = await kim.get(first.body["@odata.nextLink"])
    listed = [*first.items, *rest.items]
    assert {one["id"] for one in listed} == {given.body["id"], second.body["id"]}
    found = await kim.get(given.headers["location"])
    assert found.body["administrativeUnitId"] == made.body["id"]
    assert (await kim.delete(given.headers["location"])).status == 204
    assert (await kim.delete(given.headers["location"])).status == 404
    assert (await kim.get(f"{scoped}/eHx5fA")).status == 404
    said = quote(f"principalId eq '{robin.user.id}'")
    (left,) = (await kim.get(f"{ASSIGNMENTS}?$filter={said}")).items
    assert left["directoryScopeId"] == f"/administrativeUnits/{made.body['id']}"


async def test_AD4_units_and_their_administrators_take_the_rights_for_both(
    kim: Caller, world: World, calls: Calls, robin: Person
) -> None:
    unit = (await kim.post(UNITS, {"displayName": "Boats"})).body["id"]
    sam = await administrator(world, USER_ADMINISTRATOR, "sam@contoso.test")
    lesser = calls(await world.user_token(sam, *SCOPES, "User.ReadWrite.All"))
    body = {"roleId": HELPDESK_ADMINISTRATOR, "roleMemberInfo": {"id": robin.user.id}}
    for verb, below, told in (
        ("PATCH", "", {"displayName": "Mine"}),
        ("POST", "/members", {}),
        ("POST", "/scopedRoleMembers", body),
    ):
        refused = await lesser.call(verb, f"{UNITS}/{unit}{below}", told)
        assert (refused.status, refused.code) == (403, "Authorization_RequestDenied"), below
    narrow = calls(await world.app_token("AdministrativeUnit.ReadWrite.All"))
    assert (await narrow.post(f"{UNITS}/{unit}/members", {})).status == 403
    assert (await world.store.units.called(unit)) is not None
    assert not await world.store.roles.of_user(robin.user.id, at=world.now)


async def test_role_definitions_are_listed(kim: Caller) -> None:
    path = "/v1.0/roleManagement/directory/roleDefinitions"
    found = {one["id"]: one for one in (await kim.get(path)).items}
    assert found[USER_ADMINISTRATOR]["isBuiltIn"] is True
    assert (await kim.get(f"{path}/{USER_ADMINISTRATOR}")).status == 200
    assert (await kim.get(f"{path}/x")).status == 404


async def test_AD4_nobody_gives_themselves_a_role_by_a_script(world: World, calls: Calls) -> None:
    sam = await administrator(world, USER_ADMINISTRATOR, "sam@contoso.test")
    caller = calls(await world.user_token(sam, *SCOPES))
    new = {"principalId": sam.user.id, "roleDefinitionId": GLOBAL_ADMINISTRATOR}
    refused = await caller.post(ASSIGNMENTS, new)
    assert (refused.status, refused.code) == (403, "Authorization_RequestDenied")
    assert len(await world.store.roles.of_user(sam.user.id, at=world.now)) == 1


async def test_what_was_done_is_in_the_logs(kim: Caller, world: World, robin: Person) -> None:
    await world.session(ROBIN)
    await kim.post(f"/v1.0/users/{ROBIN}/authentication/temporaryAccessPassMethods")
    audits = "/v1.0/auditLogs/directoryAudits"
    (entry,) = (await kim.get(audits)).items
    assert entry["activityDisplayName"] == "Admin registered security info"
    assert entry["initiatedBy"]["user"]["userPrincipalName"] == "kim.larsen@contoso.test"
    assert entry["targetResources"][0]["userPrincipalName"] == ROBIN
    assert (await kim.get(f"{audits}/{entry['id']}")).body["id"] == entry["id"]
    assert (await kim.get(f"{audits}/x")).status == 404
    sign_ins = "/v1.0/auditLogs/signIns"
    (one,) = (await kim.get(sign_ins)).items
    assert (one["userPrincipalName"], one["status"]["errorCode"]) == (ROBIN, 0)
    assert (await kim.get(f"{sign_ins}/{one['id']}")).status == 200
    assert (await kim.get(f"{sign_ins}/x")).status == 404
    for query, count in (
        (f"userId eq '{robin.user.id}'", 1),
        ("userPrincipalName eq 'nobody@contoso.test'", 0),
        (f"correlationId eq '{one['correlationId']}'", 1),
        ("createdDateTime ge 2026-11-01 and createdDateTime le 2027-01-01T00:00:00Z", 1),
        ("createdDateTime ge 2027-01-01", 0),
        ("createdDateTime le 2020-01-01", 0),
    ):
        found = await kim.get(f"{sign_ins}?$filter={quote(query)}")
        assert len(found.items) == count, query
    for query in ("appId eq 'x'", "createdDateTime ge 'then'", "createdDateTime eq"):
        assert (await kim.get(f"{sign_ins}?$filter={quote(query)}")).status == 400
    assert (await kim.get(f"{sign_ins}?$top=0")).status == 400
    assert (await kim.get(f"{sign_ins}?$skiptoken=x")).status == 400


async def test_a_log_is_read_a_page_at_a_time(kim: Caller, world: World) -> None:
    for _ in range(3):
        await kim.post(f"/v1.0/users/{ROBIN}/authentication/temporaryAccessPassMethods")
    path, pages = "/v1.0/auditLogs/directoryAudits?$top=1", 0
    while path:
        page = await kim.get(path)
        pages += len(page.items)
        path = page.body.get("@odata.nextLink", "")
    assert pages == 3


async def test_who_has_registered_what_is_reported(kim: Caller, world: World) -> None:
    await world.person("sam@contoso.test")
    path = "/v1.0/reports/authenticationMethods/userRegistrationDetails"
    found = {one["userPrincipalName"]: one for one in (await kim.get(path)).items}
    robin = found[ROBIN]
    assert set(robin["methodsRegistered"]) == {"mobilePhone", "softwareOneTimePasscode"}
    assert (robin["isMfaRegistered"], robin["isMfaCapable"], robin["isAdmin"]) == (
        True,
        True,
        False,
    )
    assert found["kim.larsen@contoso.test"]["isAdmin"] is True
    for query, count in (
        ("isMfaRegistered eq false", 1),
        ("methodsRegistered/any(x:x eq 'mobilePhone')", 1),
        ("userType eq 'member' and isAdmin eq true", 1),
        (f"userPrincipalName eq '{ROBIN}'", 1),
        ("startswith(userPrincipalName,'sam')", 1),
    ):
        assert len((await kim.get(f"{path}?$filter={quote(query)}")).items) == count, query
    assert (await kim.get(f"{path}?$filter=" + quote("isAdmin ne true"))).status == 400
    assert (await kim.get(f"{path}/{robin['id']}")).body["userPrincipalName"] == ROBIN
    assert (await kim.get(f"{path}/x")).status == 404


async def test_what_people_may_without_a_role_is_read(
    kim: Caller, world: World, calls: Calls
) -> None:
    authorization = "policies/authorizationPolicy"
    shown = (await kim.get(f"/v1.0/{authorization}")).body
    assert shown["allowInvitesFrom"] == "adminsAndGuestInviters"
    assert shown["defaultUserRolePermissions"]["allowedToReadOtherUsers"] is False
    (listed,) = (await kim.get(f"/beta/{authorization}")).items
    found = await kim.get(f"/beta/{authorization}/{listed['id']}?$select=guestUserRoleId")
    assert found.body["guestUserRoleId"] == listed["guestUserRoleId"]
    assert (await kim.get(f"/beta/{authorization}/x")).status == 404
    defaults = "/v1.0/policies/identitySecurityDefaultsEnforcementPolicy"
    assert (await kim.get(defaults)).body["isEnabled"] is False
    person = await administrator(world, GLOBAL_ADMINISTRATOR, "lee@contoso.test")
    setting = ("Policy.ReadWrite.Authorization", "Policy.ReadWrite.SecurityDefaults")
    lee = calls(await world.user_token(person, *setting))
    whole = f"/v1.0/{authorization}"
    assert (await lee.patch(defaults, {"isEnabled": True})).status == 204
    assert (await lee.get(defaults)).body["isEnabled"] is True
    assert (await world.store.policies.current()).demand is Demand.EVERYONE
    assert (await lee.patch(whole, {"allowedToUseSSPR": True})).status == 400  # nobody does
    await world.store.commit(SetPolicy(policy=Policy(password_reset=Resets.EVERYONE)))
    assert (await lee.get(whole)).body["allowedToUseSSPR"] is True
    for path in (whole, f"/beta/{authorization}/{listed['id']}"):
        same = {"allowInvitesFrom": "adminsAndGuestInviters", "allowedToUseSSPR": False}
        assert (await lee.patch(path, same)).status == 204
        assert (await lee.get(whole)).body["allowedToUseSSPR"] is False
    assert (await lee.patch(f"/beta/{authorization}/x", {})).status == 404
    for path, told in (
        (whole, {"allowInvitesFrom": "everyone"}),
        (whole, {"allowedToUseSSPR": "yes"}),
        (whole, {"defaultUserRolePermissions": {"allowedToCreateApps": True}}),
        (defaults, {"displayName": "Mine"}),
        (defaults, {"isEnabled": 1}),
    ):
        assert (await lee.patch(path, told)).status == 400, told
    assert (await lee.patch(defaults, {"isEnabled": False})).status == 204
    assert (await kim.patch(defaults, {"isEnabled": True})).status == 403
    sam = await administrator(world, USER_ADMINISTRATOR, "sam@contoso.test")
    lesser = calls(await world.user_token(sam, *SCOPES))
    for path in (f"/v1.0/{authorization}", defaults):
        assert (await lesser.get(path)).status == 403


async def test_the_rules_are_read(kim: Caller) -> None:
    policy = await kim.get("/v1.0/policies/authenticationMethodsPolicy")
    kinds = {one["id"] for one in policy.body["authenticationMethodConfigurations"]}
    assert kinds >= {"Sms", "Voice", "SoftwareOath", "TemporaryAccessPass", "Email", "Fido2"}
    path = "/v1.0/policies/authenticationMethodsPolicy/authenticationMethodConfigurations"
    assert len((await kim.get(path)).items) == len(kinds)
    assert (await kim.get(f"{path}/temporaryaccesspass")).body["defaultLength"] == 8
    assert (await kim.get(f"{path}/x")).status == 404


async def test_an_address_for_resets_is_given_and_taken(kim: Caller) -> None:
    path = f"/v1.0/users/{ROBIN}/authentication/emailMethods"
    address = "3ddfcfc8-9383-446f-83cc-3ab9be4be18f"
    made = await kim.post(path, {"emailAddress": "robin@home.test"})
    assert (made.status, made.body["id"]) == (201, address)
    assert (await kim.post(path, {"emailAddress": "robin@home.test"})).status == 400
    changed = {"emailAddress": "robin@farm.test"}
    assert (await kim.patch(f"{path}/{address}", changed)).status == 204
    (one,) = (await kim.get(path)).items
    assert one["emailAddress"] == "robin@farm.test"
    assert (await kim.patch(f"{path}/{address}", {"emailAddress": "x"})).status == 400
    phone = "3179e48a-750b-4051-897c-87b9720928f7"
    assert (await kim.patch(f"{path}/{phone}", changed)).status == 404
    assert (await kim.delete(f"{path}/{address}")).status == 204


async def test_what_graph_lacks_is_one_call_each(kim: Caller, world: World, robin: Person) -> None:
    await world.challenged(ROBIN, None)
    traced = await kim.post(f"{BETA}/traceMessages")
    assert traced.status == 200
    await world.session(ROBIN)
    revoked = await kim.post(f"{BETA}/revokeMfaSessions", {"reason": "ticket 4711"})
    assert len(revoked.body["cleared"]) == 1
    assert (await kim.post(f"{BETA}/forgetRememberedBrowsers")).body["cleared"] == []
    reset = await kim.post(f"{BETA}/requireReregistration", {"reason": "ticket 4711"})
    assert len(reset.body["cleared"]) == 2
    assert await world.store.methods.of_user(robin.user.id) == []
    assert (await kim.post(f"{BETA}/requireReregistration", {"reason": ""})).status == 400
    assert (await kim.post(f"{BETA}/requireReregistration", {"all": True})).status == 400
