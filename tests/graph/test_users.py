"""Users: reading, listing in pages, adding, changing, and ending what is open to them."""

from urllib.parse import quote

import pytest

from graph.caller import Caller
from graph.conftest import Calls, administrator
from proofup.directory.roles import GLOBAL_ADMINISTRATOR
from proofup.directory.users import Account, AddUser, Person, User, UserType
from proofup.policy.roles import GLOBAL_READER, HELPDESK_ADMINISTRATOR, USER_ADMINISTRATOR
from proofup.values.ids import UserId, random_id
from world import PASSWORD, World

pytestmark = pytest.mark.anyio
SCOPES = ("User.ReadWrite.All", "User.RevokeSessions.All", "Directory.AccessAsUser.All")
EVENTUAL = {"consistencylevel": "eventual"}
KIM, ROBIN = "kim.larsen@contoso.test", "robin.ashby@contoso.test"


@pytest.fixture
async def robin(world: World) -> Person:
    return await world.person(phone="+44 7700 900067")


@pytest.fixture
async def kim(world: World, calls: Calls, robin: Person) -> Caller:
    person = await administrator(world, GLOBAL_ADMINISTRATOR)
    return calls(await world.user_token(person, *SCOPES))


async def crowd(world: World, count: int) -> None:
    """Add people with names that sort by their numbers."""
    changes = []
    for number in range(count):
        user = User(
            id=UserId(random_id(world.entropy)),
            user_principal_name=f"p{number:05}@contoso.test",
            display_name=f"Person {number:05}",
            user_type=UserType.GUEST if number % 10 == 0 else UserType.MEMBER,
            created_at=world.now,
        )
        changes.append(AddUser(user=user, account=Account(user_id=user.id)))
    await world.store.commit(*changes)


async def names(caller: Caller, path: str, **headers: str) -> list[str]:
    """Follow the links to the end and return the names of all."""
    found: list[str] = []
    while path:
        page = await caller.get(path, **headers)
        assert page.status == 200, page.text
        found += [one["userPrincipalName"] for one in page.items]
        path = page.body.get("@odata.nextLink", "")
    return found


async def test_2500_users_are_paged_through_and_each_is_there_once(
    kim: Caller, world: World
) -> None:
    await crowd(world, 2500)
    every = await names(kim, "/v1.0/users?$top=999&$select=userPrincipalName")
    assert len(every) == len(set(every)) == 2502
    assert every == sorted(every)
    page = await kim.get("/v1.0/users")
    assert len(page.items) == 100
    assert page.body["@odata.nextLink"].startswith("https://id.contoso.test/v1.0/users?$skiptoken=")
    assert page.body["@odata.context"].endswith("/v1.0/$metadata#users")
    counted = await kim.get("/v1.0/users?$count=true&$top=1", **EVENTUAL)
    assert counted.body["@odata.count"] == 2502
    assert "@odata.count" not in (await kim.get("/v1.0/users?$count=true&$top=1")).body
    assert (await kim.get("/v1.0/users/$count", **EVENTUAL)).text == "2502"
    assert (await kim.get("/v1.0/users/$count")).status == 400
    guests = quote("userType eq 'Guest'")
    assert len(await names(kim, f"/v1.0/users?$filter={guests}&$top=60")) == 250


async def test_a_profile_is_read_by_name_and_by_id(kim: Caller, robin: Person) -> None:
    by_name = await kim.get("/v1.0/users/robin.ashby%40contoso.test")
    by_id = await kim.get(f"/v1.0/users('{robin.user.id}')")
    assert by_name.body == by_id.body
    assert by_name.body["@odata.context"].endswith("#users/$entity")
    assert by_name.body["displayName"] == "Robin Ashby"
    assert "accountEnabled" not in by_name.body
    selected = await kim.get(f"/v1.0/users/{ROBIN}?$select=accountEnabled,jobTitle,otherMails")
    assert selected.body["accountEnabled"] is True
    assert (selected.body["jobTitle"], selected.body["otherMails"]) == (None, [])
    unknown = await kim.get(f"/v1.0/users/{ROBIN}?$select=shoeSize")
    assert unknown.status == 400
    missing = await kim.get("/v1.0/users/nobody@contoso.test")
    assert (missing.status, missing.code) == (404, "Request_ResourceNotFound")
    assert (await kim.get("/v1.0/me")).body["userPrincipalName"] == "kim.larsen@contoso.test"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("$filter=startswith(displayName,'rob')", [KIM, ROBIN]),
        ("$filter=displayName eq 'robin ashby' and mail eq 'robin@fabrikam.test'", [ROBIN]),
        ("$filter=userPrincipalName eq 'ROBIN.ashby@contoso.test'", [ROBIN]),
        ("$filter=mail eq 'robin@fabrikam.test'", [ROBIN]),
        ("$filter=mail eq 'kim.larsen@contoso.test'", ["kim.larsen@contoso.test"]),
        ("$filter=mail eq 'robin.ashby@contoso.test'", []),
        ("$filter=startsWith(userPrincipalName,'rob') and accountEnabled eq true", [ROBIN]),
        ("$filter=startsWith(userPrincipalName,'rob') and accountEnabled eq false", []),
        ("$filter=userPrincipalName in ('a@b.test', 'robin.ashby@contoso.test')", [ROBIN]),
        ("$filter=startswith(userPrincipalName,'r') or startswith(mail,'robin')", [ROBIN]),
        ("$filter=userType eq 'Nobody'", []),
    ],
)
async def test_a_filter_finds_by_what_is_indexed(kim: Caller, query: str, found: list[str]) -> None:
    assert await names(kim, f"/v1.0/users?{quote(query, safe='$=')}") == found
    assert await names(kim, f"/v1.0/users?{query.replace(' ', '+')}") == found


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("$filter=jobTitle eq 'x'", "Request_UnsupportedQuery"),
        ("$filter=endsWith(mail,'x')", "Request_UnsupportedQuery"),
        ("$filter=contains(displayName,'x')", "Request_UnsupportedQuery"),
        ("$filter=userType ne 'Guest'", "Request_UnsupportedQuery"),
        ("$filter=createdDateTime ge 2026-01-01", "Request_UnsupportedQuery"),
        ("$filter=displayName eq 1", "Request_UnsupportedQuery"),
        ("$filter=id eq 'x'", "BadRequest"),
        ("$filter=displayName eq", "BadRequest"),
        ('$search="displayName:rob"', "Request_UnsupportedQuery"),
        ("$filter=displayName eq 'x'&$orderby=displayName", "Request_UnsupportedQuery"),
        ("$orderby=createdDateTime", "Request_UnsupportedQuery"),
        ("$orderby=displayName desc", "Request_UnsupportedQuery"),
        ("$skip=1", "BadRequest"),
        ("$expand=manager", "BadRequest"),
        ("$top=0", "Request_BadRequest"),
        ("$top=1000", "Request_BadRequest"),
        ("$skiptoken=nonsense", "Directory_ExpiredPageToken"),
        ("$skiptoken=W10", "Directory_ExpiredPageToken"),
        ("$select=password", "BadRequest"),
    ],
)
async def test_AD7_what_no_index_serves_is_refused(kim: Caller, query: str, code: str) -> None:
    refused = await kim.get(f"/v1.0/users?{quote(query, safe='$=&')}")
    assert (refused.status, refused.code) == (400, code)


async def test_advanced_queries_take_the_header(kim: Caller, world: World) -> None:
    await crowd(world, 30)
    path = "/v1.0/users?$count=true&$filter=" + quote("userType ne 'Guest'")
    page = await kim.get(path, **EVENTUAL)
    assert page.body["@odata.count"] == 29
    found = await names(kim, '/v1.0/users?$search="displayName:person 0001"', **EVENTUAL)
    assert len(found) == 10
    both = '"displayName:rob" OR "mail:kim"'
    assert len(await names(kim, f"/v1.0/users?$search={quote(both)}", **EVENTUAL)) == 2
    wrong = await kim.get('/v1.0/users?$search="jobTitle:x"', **EVENTUAL)
    assert (wrong.status, wrong.code) == (400, "Request_UnsupportedQuery")
    ordered = await names(kim, "/v1.0/users?$orderby=displayName&$top=7")
    assert len(ordered) == 32


async def test_a_user_is_added_and_signs_in(kim: Caller, world: World) -> None:
    new = {
        "accountEnabled": True,
        "displayName": "Sam Field",
        "mailNickname": "sam",
        "userPrincipalName": "sam.field@contoso.test",
        "usageLocation": "GB",
        "passwordProfile": {
            "password": "a heron on the weir",
            "forceChangePasswordNextSignIn": True,
        },
    }
    made = await kim.post("/v1.0/users", new)
    assert made.status == 201
    assert (await kim.get(made.headers["location"])).body["displayName"] == "Sam Field"
    await world.with_password("sam.field@contoso.test", password="a heron on the weir")
    again = await kim.post("/v1.0/users", new)
    assert (again.status, again.code) == (400, "Request_MultipleObjectsWithSameKeyValue")
    for change in (
        {"isAdmin": True},
        {"id": "x"},
        {"displayName": ""},
        {"userPrincipalName": "no name"},
        {"usageLocation": "Britain"},
        {"passwordProfile": {"password": "short"}},
        {"passwordProfile": None},
        {"accountEnabled": "true"},
    ):
        other = {**new, "userPrincipalName": "other@contoso.test", **change}
        assert (await kim.post("/v1.0/users", other)).status == 400, change


async def test_an_account_is_disabled_and_its_password_set(
    kim: Caller, world: World, robin: Person
) -> None:
    path = f"/v1.0/users/{ROBIN}"
    assert (await kim.patch(path, {"accountEnabled": False})).status == 204
    after = await world.store.people.by_id(robin.user.id)
    assert after
    assert not after.account.enabled
    assert (await kim.patch(path, {"accountEnabled": True})).status == 204
    told = {"passwordProfile": {"password": "a heron on the weir"}}
    assert (await kim.patch(path, told)).status == 204
    await world.with_password(ROBIN, password="a heron on the weir")
    for body in ({"shoeSize": 4}, {"id": "x"}, {"accountEnabled": None}):
        assert (await kim.patch(path, body)).status == 400
    assert (await kim.patch(path, {})).status == 204


@pytest.mark.parametrize("action", ["revokeSignInSessions", "microsoft.graph.revokeSignInSessions"])
async def test_sessions_are_revoked(
    kim: Caller, world: World, calls: Calls, robin: Person, action: str
) -> None:
    own = calls(await world.user_token(robin, "User.ReadWrite"))
    done = await kim.post(f"/v1.0/users/{ROBIN}/{action}")
    assert (done.status, done.body["value"]) == (200, True)
    assert (await own.get("/v1.0/me")).status == 401
    own = calls(await world.user_token(robin, "User.ReadWrite"))
    assert (await own.post("/beta/me/invalidateAllRefreshTokens", {})).body["value"] is True
    assert (await own.get("/v1.0/me")).status == 401


async def test_ones_own_password_is_changed_by_the_present_one(
    world: World, calls: Calls, robin: Person
) -> None:
    scope = "Directory.AccessAsUser.All"
    caller = calls(await world.user_token(robin, scope))
    path, new = "/v1.0/me/changePassword", "a heron on the weir"
    for body in (
        {"currentPassword": "not this one", "newPassword": new},
        {"currentPassword": PASSWORD, "newPassword": PASSWORD},
        {"currentPassword": PASSWORD, "newPassword": "short"},
        {"newPassword": new},
    ):
        assert (await caller.post(path, body)).status == 400, body
    body = {"currentPassword": PASSWORD, "newPassword": new}
    weak = calls(await world.user_token(robin, scope, mfa=False))
    assert (await weak.post(path, body)).status == 403
    assert (await caller.post(path, body)).status == 204
    await world.with_password(ROBIN, password=new)


async def test_what_somebody_is_a_member_of_is_listed(kim: Caller) -> None:
    (role,) = (await kim.get("/v1.0/me/memberOf")).items
    assert role["@odata.type"] == "#microsoft.graph.directoryRole"
    assert role["roleTemplateId"] == GLOBAL_ADMINISTRATOR
    assert (await kim.get(f"/v1.0/users/{ROBIN}/transitiveMemberOf")).items == []
    ids = await kim.post("/v1.0/me/getMemberObjects", {"securityEnabledOnly": False})
    assert ids.body["value"] == [GLOBAL_ADMINISTRATOR]
    groups = await kim.post("/v1.0/me/getMemberGroups", {"securityEnabledOnly": True})
    assert groups.body["value"] == []


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/v1.0/groups/delta", "Changes of groups"),
        ("/v1.0/groups/x/assignLicense", "Licences and nested groups"),
        ("/v1.0/applications/x/federatedIdentityCredentials", "These parts of applications"),
        ("/v1.0/subscribedSkus", "Licences"),
        ("/v1.0/identity/conditionalAccess/namedLocations", "Conditional access"),
        ("/v1.0/users/x/licenseDetails", "Licences"),
    ],
)
async def test_what_comes_later_is_named(kim: Caller, path: str, what: str) -> None:
    refused = await kim.get(path)
    assert (refused.status, refused.code) == (501, "notImplemented")
    assert refused.message.startswith(what)


async def test_who_may_not_is_refused(world: World, calls: Calls, robin: Person) -> None:
    helper = await administrator(world, HELPDESK_ADMINISTRATOR, "help@contoso.test")
    reader = await administrator(world, GLOBAL_READER, "reader@contoso.test")
    adder = await administrator(world, USER_ADMINISTRATOR, "adder@contoso.test")
    change = {"accountEnabled": False}
    for person, status in ((robin, 403), (helper, 403), (reader, 403), (adder, 204)):
        caller = calls(await world.user_token(person, *SCOPES))
        assert (await caller.patch(f"/v1.0/users/{ROBIN}", change)).status == status
    caller = calls(await world.user_token(adder, *SCOPES))
    top = await administrator(world, GLOBAL_ADMINISTRATOR, "top@contoso.test")
    refused = await caller.patch(f"/v1.0/users/{top.user.id}", change)
    assert (refused.status, refused.code) == (403, "Authorization_RequestDenied")
    nobody = await caller.patch("/v1.0/users/nobody@contoso.test", change)
    assert nobody.status == 404
