"""Changing, deleting and restoring users, and what has changed of them since a time."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from graph.caller import Caller, Reply
from graph.conftest import Calls, administrator
from graph.test_users import crowd
from proofup.directory.roles import GLOBAL_ADMINISTRATOR
from proofup.directory.users import Person
from proofup.policy.roles import GLOBAL_READER, HELPDESK_ADMINISTRATOR
from world import World

pytestmark = pytest.mark.anyio
SCOPES = ("User.ReadWrite.All", "Directory.AccessAsUser.All")
ROBIN = "robin.ashby@contoso.test"
PATH = f"/v1.0/users/{ROBIN}"
DELETED = "/v1.0/directory/deletedItems"
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
async def robin(world: World) -> Person:
    return await world.person(phone="+44 7700 900067")


@pytest.fixture
async def kim(world: World, calls: Calls, robin: Person) -> Caller:
    person = await administrator(world, GLOBAL_ADMINISTRATOR)
    return calls(await world.user_token(person, *SCOPES))


async def test_a_profile_is_changed_and_its_numbers_prove_nothing(
    kim: Caller, world: World, robin: Person
) -> None:
    told = {
        "displayName": "Robin A. Ashby",
        "surname": None,
        "jobTitle": "Boat builder",
        "mobilePhone": "+44 7700 900012",
        "businessPhones": ["+44 20 7946 0018"],
        "otherMails": ["r@fabrikam.test"],
        "preferredLanguage": "da",
        "usageLocation": "DK",
        "@odata.type": "#microsoft.graph.user",
    }
    assert (await kim.patch(PATH, told)).status == 204
    names = ",".join(name for name in told if "@" not in name)
    after = (await kim.get(f"{PATH}?$select={names}")).body
    assert {name: after[name] for name in told if "@" not in name} == {
        name: value for name, value in told.items() if "@" not in name
    }
    target = await world.target(robin.user.id)
    assert [one.slot for one in target.held] == ["phone.mobile"]
    assert b"7700900067" in target.held[0].document


@pytest.mark.parametrize(
    "body",
    [
        {"shoeSize": 4},
        {"id": "x"},
        {"createdDateTime": "2026-01-01T00:00:00Z"},
        {"accountEnabled": None},
        {"displayName": None},
        {"displayName": 7},
        {"usageLocation": None},
        {"usageLocation": "Britain"},
        {"businessPhones": ["1", "2"]},
        {"businessPhones": "1"},
        {"businessPhones": None},
        {"otherMails": ["a;b"]},
        {"otherMails": [7]},
        {"passwordProfile": None},
        {"passwordProfile": {"password": "short"}, "jobTitle": "Boat builder"},
        {"userPrincipalName": "kim.larsen@contoso.test"},
    ],
)
async def test_a_change_that_cannot_be_is_refused_whole(kim: Caller, body: object) -> None:
    assert (await kim.patch(PATH, body)).status == 400
    assert (await kim.get(PATH)).body["jobTitle"] is None


async def test_one_call_changes_all_or_nothing(kim: Caller, world: World) -> None:
    told = {
        "jobTitle": "Boat builder",
        "accountEnabled": True,
        "passwordProfile": {"password": "a heron on the weir"},
    }
    assert (await kim.patch(PATH, told)).status == 204
    assert (await kim.get(PATH)).body["jobTitle"] == "Boat builder"
    await world.with_password(ROBIN, password="a heron on the weir")
    taken = {"jobTitle": "Sailor", "userPrincipalName": "Kim.Larsen@contoso.test"}
    refused = await kim.patch(PATH, {**taken, "accountEnabled": False})
    assert (refused.status, refused.code) == (400, "Request_MultipleObjectsWithSameKeyValue")
    after = (await kim.get(f"{PATH}?$select=jobTitle,accountEnabled")).body
    assert (after["jobTitle"], after["accountEnabled"]) == ("Boat builder", True)


async def test_the_password_of_a_new_user_ends_like_one_that_was_reset(
    kim: Caller, world: World
) -> None:
    new = {
        "accountEnabled": True,
        "displayName": "Sam Field",
        "mailNickname": "sam",
        "userPrincipalName": "sam.field@contoso.test",
        "passwordProfile": {"password": "a heron on the weir"},
    }
    made = await kim.call("POST", "/v1.0/users", new)
    credential = await world.store.passwords.of_user(made.body["id"])
    span = (await world.store.policies.current()).temporary_span
    assert credential is not None
    assert credential.ends_at == world.now + span
    lasting = {"password": "a heron on the weir", "forceChangePasswordNextSignIn": False}
    other = {**new, "userPrincipalName": "sal@contoso.test", "passwordProfile": lasting}
    made = await kim.call("POST", "/v1.0/users", other)
    credential = await world.store.passwords.of_user(made.body["id"])
    assert credential is not None
    assert credential.ends_at is None


@pytest.mark.both_engines
async def test_a_user_is_deleted_listed_restored_and_erased(kim: Caller, robin: Person) -> None:
    assert (await kim.delete(PATH)).status == 204
    assert (await kim.get(PATH)).status == 404
    assert (await kim.delete(PATH)).status == 404
    assert len((await kim.get("/v1.0/users")).items) == 1
    for path in (DELETED, f"{DELETED}/microsoft.graph.user"):
        (item,) = (await kim.get(path)).items
        assert item["userPrincipalName"] == f"{robin.user.id.replace('-', '')}{ROBIN}"
        assert item["deletedDateTime"]
    one = await kim.get(f"{DELETED}/{robin.user.id}?$select=displayName")
    assert one.body["displayName"] == "Robin Ashby"
    back = await kim.post(f"{DELETED}/{robin.user.id}/restore", {})
    assert (back.status, back.body["userPrincipalName"]) == (200, ROBIN)
    assert (await kim.get(PATH)).body["id"] == robin.user.id
    assert (await kim.get(f"{DELETED}/{robin.user.id}")).status == 404
    assert (await kim.post(f"{DELETED}/{robin.user.id}/microsoft.graph.restore")).status == 404
    assert (await kim.delete(PATH)).status == 204
    assert (await kim.delete(f"{DELETED}/{robin.user.id}")).status == 204
    assert (await kim.get(DELETED)).items == []
    for named in (robin.user.id, NOBODY, "x"):
        assert (await kim.get(f"{DELETED}/{named}")).status == 404
        assert (await kim.delete(f"{DELETED}/{named}")).status == 404


async def test_deleted_users_are_paged_through(kim: Caller, world: World) -> None:
    await crowd(world, 5)
    for number in range(5):
        assert (await kim.delete(f"/v1.0/users/p{number:05}@contoso.test")).status == 204
    found, path = [], f"{DELETED}?$top=2"
    while path:
        page = await kim.get(path)
        found += [one["id"] for one in page.items]
        path = page.body.get("@odata.nextLink", "")
    assert len(found) == len(set(found)) == 5
    for query in ("$top=0", "$top=1000", "$skiptoken=x", "$filter=id eq 'x'", "$select=shoeSize"):
        assert (await kim.get(f"{DELETED}?{quote(query, safe='$=')}")).status == 400


async def test_who_may_not_delete_is_refused(world: World, calls: Calls, robin: Person) -> None:
    helper = await administrator(world, HELPDESK_ADMINISTRATOR, "help@contoso.test")
    reader = await administrator(world, GLOBAL_READER, "reader@contoso.test")
    top = await administrator(world, GLOBAL_ADMINISTRATOR, "top@contoso.test")
    for person in (robin, helper, reader):
        caller = calls(await world.user_token(person, *SCOPES))
        assert (await caller.delete(PATH)).status == 403
        assert (await caller.delete(f"{DELETED}/{NOBODY}")).status == (
            403 if person is robin else 404
        )
    application = calls(await world.app_token("User.ReadWrite.All"))
    assert (await application.delete(f"/v1.0/users/{top.user.id}")).status == 403
    assert (await application.delete(PATH)).status == 204
    reading = calls(await world.app_token("User.Read.All"))
    restoring = f"{DELETED}/{robin.user.id}/restore"
    assert (await reading.post(restoring)).status == 403
    helping = calls(await world.user_token(helper, *SCOPES))
    assert (await helping.post(restoring)).status == 403
    assert (await helping.patch("/v1.0/me", {"displayName": "X"})).status == 403
    narrow = calls(await world.app_token("User.DeleteRestore.All"))
    assert (await narrow.post(restoring)).status == 200


async def followed(caller: Caller, path: str) -> tuple[list[dict[str, object]], Reply]:
    """Follow the links to the last page; return all items, and that page."""
    found: list[dict[str, object]] = []
    while True:
        page = await caller.get(path)
        assert page.status == 200, page.text
        found += page.items
        if "@odata.deltaLink" in page.body:
            assert "@odata.nextLink" not in page.body
            return found, page
        path = page.body["@odata.nextLink"]


@pytest.mark.both_engines
async def test_delta_tells_everybody_once_and_then_what_has_changed(
    kim: Caller, world: World, robin: Person
) -> None:
    await crowd(world, 205)
    every, end = await followed(kim, "/v1.0/users/delta?$select=displayName,accountEnabled")
    assert len(every) == 207
    assert set(every[0]) == {"displayName", "accountEnabled", "id"}
    link = end.body["@odata.deltaLink"]
    assert "$deltatoken=" in link
    assert (await followed(kim, link))[0] == []
    await kim.patch(PATH, {"jobTitle": "Boat builder"})  # not selected
    await kim.patch("/v1.0/users/p00007@contoso.test", {"displayName": "Pat Seven"})
    await kim.patch("/v1.0/users/p00008@contoso.test", {"accountEnabled": False})
    await kim.delete(PATH)
    gone = (await kim.get("/v1.0/users/p00009@contoso.test")).body["id"]
    await kim.delete(f"/v1.0/users/{gone}")
    await kim.delete(f"{DELETED}/{gone}")
    changed, end = await followed(kim, link)
    assert [one.get("displayName") for one in changed] == ["Pat Seven", "Person 00008", None, None]
    assert changed[2] == {"id": robin.user.id, "@removed": {"reason": "changed"}}
    assert changed[3] == {"id": gone, "@removed": {"reason": "deleted"}}
    link = end.body["@odata.deltaLink"]
    await kim.post(f"{DELETED}/{robin.user.id}/restore")
    (back,) = (await followed(kim, link))[0]
    assert back["displayName"] == "Robin Ashby"
    assert (await followed(kim, link))[0] == [back]


async def test_delta_of_some_users_and_from_now_on(
    kim: Caller, world: World, robin: Person
) -> None:
    await crowd(world, 3)
    some = quote(f"id eq '{robin.user.id}' or id in ('{NOBODY}')")
    found, end = await followed(kim, f"/v1.0/users/delta()?$filter={some}")
    assert [one["id"] for one in found] == [robin.user.id]
    _, latest = await followed(kim, "/beta/users/delta?$deltatoken=latest")
    for number in range(3):
        path = f"/v1.0/users/p{number:05}@contoso.test"
        await kim.patch(path, {"jobTitle": f"Sailor {number}"})
    assert (await followed(kim, end.body["@odata.deltaLink"]))[0] == []
    assert len((await followed(kim, latest.body["@odata.deltaLink"]))[0]) == 3
    await kim.patch(PATH, {"accountEnabled": False})  # nobody sees that without $select
    assert (await followed(kim, end.body["@odata.deltaLink"]))[0] == []
    world.now += timedelta(days=60)
    assert (await kim.get(latest.body["@odata.deltaLink"])).status in {200, 401}


async def test_delta_in_pages_of_changes(kim: Caller, world: World) -> None:
    await crowd(world, 101)
    _, end = await followed(kim, "/v1.0/users/delta?$deltatoken=latest")
    for number in range(101):
        path = f"/v1.0/users/p{number:05}@contoso.test"
        assert (await kim.patch(path, {"jobTitle": "Sailor"})).status == 204
    found, _ = await followed(kim, end.body["@odata.deltaLink"])
    assert len(found) == 101


@pytest.mark.parametrize(
    "query",
    [
        *("$top=5", "$expand=manager", "$orderby=displayName", '$search="displayName:x"'),
        *("$filter=displayName eq 'x'", "$filter=id eq 7", "$filter=id in (7)", "$skiptoken=x"),
        *("$deltatoken=bm8", "$select=shoeSize", "$select=id&$deltatoken=e30"),
        "$filter=" + " or ".join(f"id eq '{number}'" for number in range(51)),
    ],
)
async def test_delta_refuses_what_it_does_not_serve(kim: Caller, query: str) -> None:
    refused = await kim.get(f"/v1.0/users/delta?{quote(query, safe='$=&')}")
    assert refused.status == 400


async def test_a_delta_link_of_a_log_that_a_backup_does_not_know_begins_again(
    kim: Caller,
) -> None:
    from proofup.graph.page_tokens import token_of
    from proofup.graph.users.delta import Round

    token = token_of(Round(number=1 << 40))
    gone = await kim.get(f"/v1.0/users/delta?$deltatoken={token}")
    assert (gone.status, gone.code) == (410, "syncStateNotFound")
    assert (await followed(kim, gone.headers["location"]))[0]
