"""Applications and service principals through Graph, as the Azure command line uses them."""

from urllib.parse import quote

import pytest

from graph.caller import Caller
from graph.conftest import Calls, administrator
from journeys.test_code_flow import claims
from proofup.directory.roles import GLOBAL_ADMINISTRATOR
from proofup.granting.caller import Caller as TokenCaller
from proofup.granting.client_credentials import client_credentials
from proofup.policy.roles import APPLICATION_ADMINISTRATOR
from proofup.tokens.application import GRAPH, ExposedScope
from proofup.tokens.consent import SetConsent
from proofup.values.ids import ApplicationId, CorrelationId
from world import HOME, World

pytestmark = pytest.mark.anyio
SCOPES = (
    *("Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "User.Read.All"),
    "DelegatedPermissionGrant.ReadWrite.All",
)
RECORDS, HALVES, GRANTS = (
    "/v1.0/applications",
    "/v1.0/servicePrincipals",
    "/v1.0/oauth2PermissionGrants",
)
ROLE = {
    "id": "11111111-1111-4111-8111-111111111111",
    "value": "Reader",
    "displayName": "Reader",
    "description": "Reads",
    "allowedMemberTypes": ["User"],
    "isEnabled": True,
}


@pytest.fixture
async def kim(world: World, calls: Calls) -> Caller:
    person = await administrator(world, GLOBAL_ADMINISTRATOR)
    return calls(await world.user_token(person, *SCOPES))


async def test_the_steps_of_create_for_rbac(kim: Caller) -> None:
    for path in (HALVES, RECORDS):
        found = await kim.get(f"{path}?$filter=" + quote("displayName eq 'rbac'"))
        assert found.items == []
    made = await kim.post(RECORDS, {"displayName": "rbac"})
    assert made.status == 201
    one = f"{RECORDS}/{made.body['id']}"
    drawn = await kim.post(
        f"{one}/addPassword",
        {"passwordCredential": {"displayName": "rbac", "endDateTime": "2027-06-01T00:00:00Z"}},
    )
    assert drawn.body["secretText"]
    half = await kim.post(HALVES, {"appId": made.body["appId"]})
    assert (half.status, half.body["appId"]) == (201, made.body["appId"])
    shown = (await kim.get(one)).body
    assert shown["passwordCredentials"][0]["secretText"] is None
    key = {"keyId": drawn.body["keyId"]}
    assert (await kim.post(f"{one}/removePassword", key)).status == 204
    assert (await kim.post(f"{one}/removePassword", key)).status == 400
    for below in ("owners", "owners/$ref"):
        assert (await kim.get(f"{one}/{below}")).items == []
    assert (await kim.post(f"{one}/owners/$ref", {})).status == 501
    by_app_id = await kim.get(f"{RECORDS}(appId='{made.body['appId']}')")
    assert by_app_id.body["id"] == made.body["id"]
    assert (await kim.delete(f"{HALVES}/{half.body['id']}")).status == 400
    assert (await kim.delete(one)).status == 204
    assert (await kim.get(one)).status == 404


async def test_an_application_is_changed_in_both_halves(kim: Caller) -> None:
    body = {
        "displayName": "Staff site",
        "signInAudience": "AzureADMyOrg",
        "web": {
            "homePageUrl": "https://staff.test/",
            "redirectUris": ["https://staff.test/back"],
            "implicitGrantSettings": {"enableIdTokenIssuance": True},
        },
        "identifierUris": ["api://staff"],
        "appRoles": [ROLE],
        "api": {"oauth2PermissionScopes": [{"id": ROLE["id"], "value": "Files.Read"}]},
    }
    made = (await kim.post(RECORDS, body)).body
    assert made["web"]["redirectUris"] == ["https://staff.test/back"]
    one, half = f"{RECORDS}/{made['id']}", f"{HALVES}(appId='{made['appId']}')"
    changed = {
        "displayName": "Staff",
        "description": "Claims",
        "spa": {"redirectUris": ["https://staff.test/spa"]},
        "publicClient": {"redirectUris": ["http://localhost"]},
        "isFallbackPublicClient": True,
    }
    assert (await kim.patch(one, changed)).status == 204
    assert (await kim.patch(one, {})).status == 204
    assert (await kim.patch(half, {})).status == 204
    told = {"appRoleAssignmentRequired": True, "loginUrl": "https://staff.test/go"}
    assert (await kim.patch(half, told)).status == 204
    shown = (await kim.get(half)).body
    assert shown["appRoleAssignmentRequired"] is True
    assert shown["homepage"] == "https://staff.test/go"
    assert len(shown["replyUrls"]) == 3
    assert (await kim.patch(half, {"homepage": None, "accountEnabled": False})).status == 204
    selected = await kim.get(f"{half}?$select=accountEnabled")
    assert selected.body["accountEnabled"] is False
    assert "replyUrls" not in selected.body
    for wrong in (
        {},
        {"displayName": "x", "signInAudience": "PersonalMicrosoftAccount"},
        {"displayName": "x", "web": {"redirectUris": ["http://staff.test"]}},
        {"displayName": "x", "web": {"implicitGrantSettings": {"enableAccessTokenIssuance": True}}},
        {"displayName": "x", "identifierUris": ["staff"]},
        {"displayName": "x", "identifierUris": ["api://x"] * 101},
        {"displayName": "x", "spa": {"redirectUris": ["https://staff.test/spa"] * 101}},
        {"displayName": "x", "nonsense": 1},
    ):
        assert (await kim.post(RECORDS, wrong)).status == 400


async def test_lists_are_filtered_and_paged(kim: Caller, world: World) -> None:
    for number in range(3):
        uris = (f"api://{number}",)
        await world.application(name=f"Site {number}", identifier_uris=uris)
    first = await kim.get(f"{RECORDS}?$top=2&$count=true", ConsistencyLevel="eventual")
    assert len(first.items) == 2
    rest = await kim.get(first.body["@odata.nextLink"])
    names = {one["displayName"] for one in (*first.items, *rest.items)}
    assert names == {"Site 0", "Site 1", "Site 2"}
    one = next(item for item in (*first.items, *rest.items) if item["displayName"] == "Site 1")
    for said, count in (
        ("startswith(displayName,'site')", 3),
        (f"appId eq '{one['appId']}'", 1),
        (f"id eq '{one['id']}' or displayName eq 'Site 2'", 2),
        ("startswith(displayName,'site') and displayName eq 'Site 2'", 1),
        ("identifierUris/any(s:s eq 'api://1')", 1),
        (f"servicePrincipalNames/any(c:c eq '{one['appId']}')", 1),
        (f"appId eq '{ROLE['id']}'", 0),
    ):
        for path in (RECORDS, HALVES):
            found = await kim.get(f"{path}?$filter={quote(said)}")
            assert len(found.items) == count, said
    wrong = await kim.get(f"{RECORDS}?$filter=" + quote("endswith(displayName,'x')"))
    assert wrong.code == "Request_UnsupportedQuery"


async def test_a_permission_of_graph_is_found_given_and_taken(kim: Caller, world: World) -> None:
    (graph,) = (await kim.get(f"{HALVES}?$filter=" + quote(f"appId eq '{GRAPH}'"))).items
    assert (await kim.get(f"{HALVES}/{graph['id']}")).body["displayName"] == "Microsoft Graph"
    role = next(one for one in graph["appRoles"] if one["value"] == "User.Read.All")
    application = await world.application()
    rights = f"{HALVES}/{application.principal_id}/appRoleAssignments"
    body = {
        "principalId": application.principal_id,
        "resourceId": graph["id"],
        "appRoleId": role["id"],
    }
    given = await kim.post(rights, body)
    assert (given.status, given.body["principalType"]) == (201, "ServicePrincipal")
    assert [one["id"] for one in (await kim.get(rights)).items] == [given.body["id"]]
    assert (await kim.get(f"{rights}/{given.body['id']}")).body["appRoleId"] == role["id"]
    assert (await kim.get(f"{rights}/x")).status == 404
    everybody = f"{HALVES}/{GRAPH}/appRoleAssignedTo"
    assert [one["id"] for one in (await kim.get(everybody)).items] == [given.body["id"]]
    assert (await kim.get(f"{everybody}/{given.body['id']}")).body["resourceId"] == GRAPH
    assert (await kim.post(rights, {**body, "appRoleId": ROLE["id"]})).status == 400
    stored = await world.store.applications.by_id(application.id)
    assert stored
    assert stored.permissions == {"User.Read.All"}
    assert (await kim.delete(f"{rights}/{given.body['id']}")).status == 204
    assert (await kim.delete(f"{rights}/{given.body['id']}")).status == 404
    assert (await kim.delete(f"{rights}/{ROLE['id']}")).status == 404


async def test_beta_has_its_own_name_for_scopes(kim: Caller, world: World) -> None:
    application = await world.application()
    for id_ in (GRAPH, application.principal_id):
        shown = (await kim.get(f"/beta/servicePrincipals/{id_}")).body
        assert "publishedPermissionScopes" in shown
        assert "oauth2PermissionScopes" not in shown
    listed = (await kim.get("/beta/servicePrincipals")).items
    assert all("publishedPermissionScopes" in one for one in listed)
    made = await kim.post("/beta/servicePrincipals", {"appId": application.id})
    assert made.status == 201


async def test_people_are_assigned(kim: Caller, world: World) -> None:
    robin = await world.person()
    application = await world.application(name="Staff site")
    assigned = f"{HALVES}/{application.principal_id}/appRoleAssignedTo"
    body = {"principalId": robin.user.id, "resourceId": application.principal_id}
    made = await kim.post(assigned, body)
    assert (made.status, made.body["principalDisplayName"]) == (201, robin.user.display_name)
    assert (await kim.post(assigned, body)).status == 409
    assert (await kim.post(assigned, {**body, "appRoleId": ROLE["id"]})).status == 400
    assert (await kim.post(assigned, {**body, "principalId": "nobody"})).status == 404
    assert [one["id"] for one in (await kim.get(assigned)).items] == [made.body["id"]]
    own = f"/v1.0/users/{robin.user.id}/appRoleAssignments"
    (one,) = (await kim.get(own)).items
    assert one["resourceDisplayName"] == "Staff site"
    for path in (own, assigned):
        assert (await kim.get(f"{path}/{one['id']}")).body == {
            **(await kim.get(f"{path}/{one['id'].upper()}")).body,
            **one,
        }
        assert (await kim.get(f"{path}/{ROLE['id']}")).status == 404
    other = await world.application(name="Other")
    elsewhere = f"{HALVES}/{other.principal_id}/appRoleAssignedTo/{one['id']}"
    assert (await kim.get(elsewhere)).status == 404
    assert (await kim.delete(f"{own}/{one['id']}")).status == 204
    assert (await kim.get(own)).items == []


async def test_permissions_are_allowed_for_everybody(kim: Caller, world: World) -> None:
    application = await world.application()
    body = {
        "clientId": application.principal_id,
        "consentType": "AllPrincipals",
        "resourceId": GRAPH,
        "scope": "User.Read",
    }
    made = await kim.post(GRANTS, body)
    assert made.status == 201
    one = f"{GRANTS}/{made.body['id']}"
    assert (await kim.patch(one, {"scope": "User.Read.All"})).status == 204
    assert (await kim.get(one)).body["scope"] == "User.Read.All"
    assert len((await kim.get(GRANTS)).items) == 1
    of_one = f"{HALVES}/{application.principal_id}/oauth2PermissionGrants"
    assert len((await kim.get(of_one)).items) == 1
    for wrong in ({"consentType": "Principal"}, {"resourceId": ROLE["id"]}, {"scope": "No.Such"}):
        assert (await kim.post(GRANTS, {**body, **wrong})).status == 400
    assert (await kim.delete(one)).status == 204
    assert (await kim.delete(one)).status == 404
    assert (await kim.get(f"{GRANTS}/nothing")).status == 404


async def test_what_one_person_allowed_is_listed(kim: Caller, world: World, calls: Calls) -> None:
    robin = await world.person()
    scope = ExposedScope(id="s-1", value="Files.Read", name="Read files")
    api = await world.application(name="API", exposed_scopes=(scope,))
    client = await world.application(name="Staff site", consented=frozenset({"User.Read.All"}))
    allowed = frozenset({"user.read", "openid", f"{api.id}/files.read", "gone/old"})
    for application_id in (client.id, ApplicationId("deleted-meanwhile")):
        change = SetConsent(user_id=robin.user.id, application_id=application_id, scopes=allowed)
        await world.store.commit(change)
    own = calls(await world.user_token(robin, "User.Read"))
    listed = (await kim.get(f"/v1.0/users/{robin.user.id}/oauth2PermissionGrants")).items
    assert (await own.get("/v1.0/me/oauth2PermissionGrants")).items == listed
    of_graph, of_api, of_gone = sorted(listed, key=lambda one: len(one["scope"]), reverse=True)
    assert of_graph["scope"] == "openid User.Read"
    assert (of_api["scope"], of_api["resourceId"]) == ("Files.Read", api.principal_id)
    assert (of_gone["scope"], of_gone["resourceId"]) == ("old", "gone")
    assert {one["consentType"] for one in listed} == {"Principal"}
    assert (await kim.get(f"{GRANTS}/{of_api['id']}")).body["scope"] == "Files.Read"
    person = f"principalId eq '{robin.user.id}'"
    for said, count in (
        (person, 3),
        (f"{person} and clientId eq '{client.principal_id}' and resourceId eq '{GRAPH}'", 1),
        (f"{person} and consentType eq 'AllPrincipals'", 0),
        ("consentType eq 'AllPrincipals'", 1),
        (f"principalId eq '{ROLE['id']}'", 0),
    ):
        assert len((await kim.get(f"{GRANTS}?$filter={quote(said)}")).items) == count, said
    wrong = await kim.get(f"{GRANTS}?$filter=" + quote("startswith(scope,'x')"))
    assert wrong.code == "Request_UnsupportedQuery"
    family = await world.user_token(robin, "User.Read", application=client)
    ada = await administrator(world, APPLICATION_ADMINISTRATOR, "ada@contoso.test")
    lesser = calls(await world.user_token(ada, *SCOPES))
    assert (await lesser.delete(f"{GRANTS}/{of_api['id']}")).status == 403
    assert (await kim.delete(f"{GRANTS}/{of_api['id']}")).status == 204
    assert (await kim.delete(f"{GRANTS}/{of_api['id']}")).status == 404
    left = (await own.get("/v1.0/me/oauth2PermissionGrants")).items
    assert {one["id"] for one in left} == {of_graph["id"], of_gone["id"]}
    assert (await calls(family).get("/v1.0/me")).status == 401


async def test_an_application_is_given_an_app_role_of_another(
    kim: Caller, world: World, calls: Calls
) -> None:
    told = {**ROLE, "allowedMemberTypes": ["Application"]}
    made = await kim.post(RECORDS, {"displayName": "API", "appRoles": [told]})
    api = await world.store.applications.by_any_id(made.body["id"])
    client = await world.application(name="Script")
    assert api
    rights = f"{HALVES}/{client.principal_id}/appRoleAssignments"
    body = {
        "principalId": client.principal_id,
        "resourceId": api.principal_id,
        "appRoleId": ROLE["id"],
    }
    assert (await kim.post(rights, {**body, "appRoleId": client.id})).status == 400
    given = await kim.post(rights, body)
    assert (given.status, given.body["principalType"]) == (201, "ServicePrincipal"), given.text
    assert (await kim.post(rights, body)).status == 409
    assert [one["id"] for one in (await kim.get(rights)).items] == [given.body["id"]]
    assigned = f"{HALVES}/{api.principal_id}/appRoleAssignedTo"
    second = await world.application(name="Another script")
    robin = await world.person()
    for principal in (second.principal_id, robin.user.id):
        told_of = {**body, "principalId": principal}
        if principal == robin.user.id:
            told_of["appRoleId"] = "00000000-0000-0000-0000-000000000000"
        assert (await kim.post(assigned, told_of)).status == 201
    listed, path = list[str](), f"{assigned}?$top=1"
    while path:
        page = await kim.get(path)
        assert len(page.items) <= 1
        listed += [one["principalDisplayName"] for one in page.items]
        path = page.body.get("@odata.nextLink", "")
    assert listed[0] == robin.user.display_name
    assert sorted(listed[1:]) == ["Another script", "Script"]
    assert (await kim.get(f"{assigned}/{given.body['id']}")).body[
        "principalDisplayName"
    ] == "Script"
    assert (await kim.get(f"{assigned}/eHx5")).status == 404

    async def roles() -> list[str]:
        stored = await world.store.applications.by_id(client.id)
        assert stored
        caller = TokenCaller(client=HOME, correlation_id=CorrelationId("c"), at=world.now)
        granted = await client_credentials(
            world.granting, stored, f"api://{api.id}/.default", caller, takes_challenges=False
        )
        found: list[str] = claims(granted.access_token.reveal())["roles"]
        return found

    assert await roles() == ["Reader"]
    ada = await administrator(world, APPLICATION_ADMINISTRATOR, "ada@contoso.test")
    lesser = calls(await world.user_token(ada, *SCOPES))
    assert (await lesser.post(f"{RECORDS}/{client.object_id}/addPassword", {})).status == 403
    assert (await lesser.post(rights, body)).status == 403
    assert (await kim.delete(f"{rights}/{given.body['id']}")).status == 204
    assert (await kim.delete(f"{rights}/{given.body['id']}")).status == 404
    assert await roles() == []
    again = await kim.post(rights, body)
    await kim.delete(f"{RECORDS}/{api.object_id}")
    assert again.status == 201
    assert (await kim.get(rights)).items == []


async def test_AD9_an_application_administrator_gives_no_rights(world: World, calls: Calls) -> None:
    ada = await administrator(world, APPLICATION_ADMINISTRATOR)
    caller = calls(await world.user_token(ada, *SCOPES))
    mighty, plain = await world.application("User.ReadWrite.All"), await world.application()
    assert (await caller.patch(f"{RECORDS}/{plain.object_id}", {"displayName": "x"})).status == 204
    for path in (f"{RECORDS}/{mighty.object_id}/addPassword", GRANTS):
        assert (await caller.post(path, {})).status == 403
    body = {"principalId": plain.principal_id, "resourceId": GRAPH, "appRoleId": ROLE["id"]}
    rights = f"{HALVES}/{plain.principal_id}/appRoleAssignments"
    assert (await caller.post(rights, body)).status == 403
    reader = calls(await world.user_token(ada, "User.Read"))
    assert (await reader.get(RECORDS)).status == 403
