"""Many calls in one request."""

from typing import Any

import pytest

from graph.caller import Caller
from graph.conftest import Calls, administrator
from proofup.directory.roles import GLOBAL_ADMINISTRATOR
from visitor import ORIGIN
from world import World

pytestmark = pytest.mark.anyio
PHONES = "/users/robin.ashby@contoso.test/authentication/phoneMethods"
MOBILE = "3179e48a-750b-4051-897c-87b9720928f7"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def kim(world: World, calls: Calls) -> Caller:
    await world.person()
    person = await administrator(world, GLOBAL_ADMINISTRATOR)
    scopes = ("UserAuthenticationMethod.ReadWrite.All", "User.Read.All")
    return calls(await world.user_token(person, *scopes))


def get(number: int, url: str = PHONES, **more: Any) -> dict[str, Any]:
    return {"id": str(number), "method": "GET", "url": url, **more}


async def batch(caller: Caller, *requests: dict[str, Any]) -> dict[str, dict[str, Any]]:
    answer = await caller.post("/v1.0/$batch", {"requests": list(requests)})
    assert answer.status == 200, answer.text
    return {one["id"]: one for one in answer.body["responses"]}


async def test_twenty_calls_are_answered_and_twenty_one_are_not(kim: Caller) -> None:
    found = await batch(kim, *(get(number) for number in range(20)))
    assert [one["status"] for one in found.values()] == [200] * 20
    many = {"requests": [get(number) for number in range(21)]}
    assert (await kim.post("/v1.0/$batch", many)).status == 400


async def test_addresses_come_in_three_forms(kim: Caller) -> None:
    urls = (PHONES, PHONES[1:], f"/v1.0{PHONES}", f"/beta{PHONES}", f"{ORIGIN}/v1.0{PHONES}")
    found = await batch(kim, *(get(number, url) for number, url in enumerate(urls)))
    assert {one["status"] for one in found.values()} == {200}
    contexts = {number: one["body"]["@odata.context"] for number, one in found.items()}
    assert "/beta/" in contexts["3"]
    foreign = await batch(
        kim, get(1, f"https://evil.test/v1.0{PHONES}"), get(2, "/$batch"), get(3, "https://[x/me")
    )
    assert {one["status"] for one in foreign.values()} == {400}


async def test_a_call_waits_for_those_that_it_depends_on(kim: Caller) -> None:
    body = {"phoneNumber": "+1 7748933135", "phoneType": "mobile"}
    create = {"id": "a", "method": "POST", "url": PHONES, "headers": JSON, "body": body}
    found = await batch(
        kim,
        create,
        get(1, f"{PHONES}/{MOBILE}", dependsOn=["A"]),
        {"id": "again", "method": "post", "url": PHONES, "headers": JSON, "body": body},
        get(2, dependsOn=["again"]),
        {"id": "gone", "method": "DELETE", "url": f"{PHONES}/{MOBILE}", "dependsOn": ["1"]},
        get(3, f"{PHONES}/$count", dependsOn=["gone"]),
        {"id": "put", "method": "PUT", "url": "/me"},
        get(4, "/users?$top=1&$count=true", headers={"ConsistencyLevel": "eventual"}),
    )
    statuses = {number: one["status"] for number, one in found.items()}
    assert statuses == {
        "a": 201,
        "1": 200,
        "again": 400,
        "2": 424,
        "gone": 204,
        "3": 200,
        "put": 405,
        "4": 200,
    }
    assert found["a"]["headers"]["location"].endswith(MOBILE)
    assert found["2"]["body"]["error"]["code"] == "FailedDependency"
    assert "body" not in found["gone"]
    assert found["3"]["body"] == "0"
    assert found["4"]["body"]["@odata.count"] == 2


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"requests": []},
        {"requests": [get(1), get(1)]},
        {"requests": [{**get(1), "id": ""}]},
        {"requests": [{"id": "1"}]},
        {"requests": [get(1, dependsOn=["2"]), get(2)]},
        {"requests": [get(1)], "more": 1},
        {"requests": "x"},
    ],
)
async def test_a_batch_that_is_malformed_is_refused(kim: Caller, body: object) -> None:
    assert (await kim.post("/v1.0/$batch", body)).status == 400


async def test_each_part_is_authorised_by_itself(world: World, calls: Calls, kim: Caller) -> None:
    robin = await world.store.people.by_name("robin.ashby@contoso.test")
    assert robin
    caller = calls(await world.user_token(robin, "User.Read"))
    found = await batch(caller, get(1, "/me"), get(2), get(3, "/users"))
    assert [one["status"] for one in found.values()] == [200, 403, 403]
    assert (await calls(None).post("/v1.0/$batch", {"requests": [get(1)]})).status == 401


async def test_a_fault_of_ours_in_a_part_leaves_the_others(
    kim: Caller, monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(type(world.store.user_listing), "page", broken)
    found = await batch(kim, get(1, "/users"), get(2, "/me"))
    assert [one["status"] for one in found.values()] == [500, 200]
    assert found["1"]["body"]["error"]["code"] == "generalException"
