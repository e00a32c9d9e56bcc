"""Errors as Graph words them, tokens that do not let in, and what every answer carries."""

import base64
import json

import pytest
from starlette.types import ASGIApp

from graph.conftest import Calls
from journeys.steps import by_app
from proofup.directory.users import RaiseEpoch
from proofup.storage.store import Store
from proofup.values.errors import StoreBusyError
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio
ME = "/v1.0/me/authentication/methods"
READ = "UserAuthenticationMethod.Read"
CLIENT_ID = "8f0b2c6e-3f55-4c0a-9d0f-0c2a6a1f5b77"


async def test_a_call_without_a_token_is_told_where_to_get_one(world: World, calls: Calls) -> None:
    for token in (None, "", " ", "not-a-token", "a.b.c"):
        refused = await calls(token).get(ME)
        assert (refused.status, refused.code) == (401, "InvalidAuthenticationToken")
        told = refused.headers["www-authenticate"]
        assert told.startswith('Bearer realm="", authorization_uri="https://id.contoso.test/common')
        assert "insufficient_claims" not in told


async def test_AD8_a_cookie_lets_nobody_in_and_a_token_opens_no_page(
    world: World, calls: Calls, app: ASGIApp
) -> None:
    robin = await world.person(apps=1)
    token = await world.user_token(robin, READ)
    caller = calls(None)
    visitor = Visitor(app)
    await by_app(visitor, world, robin)
    caller.http.cookies = visitor.http.cookies
    assert caller.http.cookies
    assert (await caller.get(ME)).status == 401
    assert visitor.page.path == "/myapps"
    page = await calls(token).http.get(
        "/security-info", headers={"authorization": f"Bearer {token}"}
    )
    assert page.status_code == 303


async def test_a_revoked_token_asks_a_client_that_understands_for_a_newer_one(
    world: World, calls: Calls
) -> None:
    robin = await world.person()
    plain = calls(await world.user_token(robin, READ))
    aware = calls(await world.user_token(robin, READ, takes_challenges=True))
    assert (await aware.get(ME)).status == 200
    await world.store.commit(RaiseEpoch(user_id=robin.user.id))
    refused = await plain.get(ME)
    assert (refused.status, refused.code) == (401, "InvalidAuthenticationToken")
    assert "claims" not in refused.headers["www-authenticate"]
    challenged = (await aware.get(ME)).headers["www-authenticate"]
    assert 'error="insufficient_claims"' in challenged
    claims = json.loads(base64.b64decode(challenged.split('claims="')[1].rstrip('"')))
    newer = claims["access_token"]["nbf"]
    assert newer == {"essential": True, "value": str(int(world.now.timestamp()))}


async def test_an_expired_token_is_refused(world: World, calls: Calls) -> None:
    caller = calls(await world.user_token(await world.person(), READ))
    world.later(days=2)
    refused = await caller.get(ME)
    assert (refused.status, refused.code) == (401, "InvalidAuthenticationToken")
    assert "expired" in refused.message


async def test_the_id_of_the_client_is_repeated_and_nothing_else_is(
    world: World, calls: Calls
) -> None:
    caller = calls(None)
    refused = await caller.call("GET", ME, headers={"client-request-id": CLIENT_ID})
    assert refused.body["error"]["innerError"]["client-request-id"] == CLIENT_ID
    answer = await caller.http.get(ME, headers={"client-request-id": "x; y=z"})
    assert answer.headers["client-request-id"] == answer.headers["request-id"]


async def test_each_family_of_resources_has_its_own_codes(world: World, calls: Calls) -> None:
    robin = await world.person()
    caller = calls(await world.user_token(robin, "User.Read", READ))
    directory = await caller.get("/v1.0/users")
    assert (directory.status, directory.code) == (403, "Authorization_RequestDenied")
    methods = await caller.get("/v1.0/users/nobody/authentication/methods")
    assert (methods.status, methods.code) == (403, "accessDenied")
    assert methods.body["error"]["innerError"]["message"] == methods.message
    assert "message" not in directory.body["error"]["innerError"]
    nowhere = await caller.get("/v1.0/nothing/at/all")
    assert (nowhere.status, nowhere.code) == (400, "BadRequest")
    wrong = await caller.call("PUT", "/v1.0/me")
    assert (wrong.status, wrong.code) == (405, "Request_BadRequest")
    bogus = await caller.get(f"{ME}?$bogus=1")
    assert (bogus.status, bogus.code) == (400, "BadRequest")


async def test_an_application_has_no_me(world: World, calls: Calls) -> None:
    caller = calls(await world.app_token("UserAuthenticationMethod.Read.All"))
    refused = await caller.get(ME)
    assert (refused.status, refused.code) == (400, "BadRequest")
    assert "delegated authentication flow" in refused.message


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b'"x"', b"[" * 4000])
async def test_AD5_a_body_that_cannot_be_read_changes_nothing(
    world: World, calls: Calls, content: bytes
) -> None:
    await world.person()
    caller = calls(await world.app_token("UserAuthenticationMethod.ReadWrite.All"))
    path = "/v1.0/users/robin.ashby@contoso.test/authentication/temporaryAccessPassMethods"
    told = {"content-type": "application/json"}
    refused = await caller.call("POST", path, content=content, headers=told)
    assert (refused.status, refused.code) == (400, "BadRequest")
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        wrong = await caller.call("POST", path, content=b"{}", headers={"content-type": kind})
        assert (wrong.status, wrong.code) == (415, "UnsupportedMediaType")
    long = await caller.call("POST", path, content=b" " * (1 << 21), headers=told)
    assert (long.status, long.code) == (413, "RequestEntityTooLarge")


async def test_a_busy_store_asks_to_come_again(
    world: World, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = calls(await world.app_token("UserAuthenticationMethod.Read.All"))

    async def busy(*_: object, **__: object) -> None:
        raise StoreBusyError

    assert isinstance(world.store, Store)
    monkeypatch.setattr(type(world.store.people), "by_name", busy)
    refused = await caller.get("/v1.0/users/x@contoso.test/authentication/methods")
    assert (refused.status, refused.code) == (503, "serviceNotAvailable")
    assert refused.headers["retry-after"] == "1"


async def test_a_page_of_another_origin_may_ask(calls: Calls) -> None:
    answer = await calls(None).http.request(
        "OPTIONS", ME, headers={"origin": "https://app.contoso.test"}
    )
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "authorization" in answer.headers["access-control-allow-headers"]
    assert "set-cookie" not in answer.headers
