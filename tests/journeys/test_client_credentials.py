"""A script gets a token by its secret: discovery, keys, token, and every refusal."""

import base64
from typing import Any

import httpx2
import pytest

from proofup.administration.applications.changing import change_application
from proofup.administration.applications.credentials import add_secret, remove_credential
from proofup.administration.applications.registering import Registration, create_application
from proofup.tokens.application import Application
from visitor import ORIGIN, Visitor
from world import World

pytestmark = pytest.mark.anyio
GRAPH = "https://graph.microsoft.com/.default"


async def registered(world: World) -> tuple[Application, str]:
    act = create_application(
        world.administration, world.host, Registration(name="Nightly script"), at=world.now
    )
    new = await world.carry_out(act)
    made = await world.carry_out(add_secret(world.administration, world.host, new, at=world.now))
    return made.application, made.secret.reveal()


async def asks(visitor: Visitor, tenant: str, **fields: str) -> httpx2.Response:
    return await asks_with({}, visitor, tenant, **fields)


async def asks_with(
    headers: dict[str, str], visitor: Visitor, tenant: str, **fields: str
) -> httpx2.Response:
    return await visitor.http.post(
        f"/{tenant}/oauth2/v2.0/token",
        data={"grant_type": "client_credentials", "scope": GRAPH, **fields},
        headers=headers,
    )


def number(answer: httpx2.Response) -> int:
    body: dict[str, Any] = answer.json()
    assert body["error_description"].startswith(f"AADSTS{body['error_codes'][0]}: ")
    assert body.keys() >= {"error", "timestamp", "trace_id", "correlation_id"}
    assert answer.headers["cache-control"] == "no-store"
    return int(body["error_codes"][0])


@pytest.mark.both_engines
async def test_a_script_gets_a_token_by_its_secret(world: World, visitor: Visitor) -> None:
    application, secret = await registered(world)
    tenant = world.store.tenant_id
    answer = await asks(visitor, tenant, client_id=application.id, client_secret=secret)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["token_type"], body["expires_in"], body["ext_expires_in"]) == (
        "Bearer",
        3600,
        3600,
    )
    assert "refresh_token" not in body
    assert answer.headers["access-control-allow-origin"] == "*"
    basic = base64.b64encode(f"{application.id}:{secret}".encode()).decode()
    again = await asks_with({"authorization": f"Basic {basic}"}, visitor, tenant)
    assert again.status_code == 200


async def test_metadata_and_keys_are_at_every_name_of_the_tenant(
    world: World, visitor: Visitor
) -> None:
    tenant = world.store.tenant_id
    for name, issuer in (
        (tenant, tenant),
        ("common", "{tenantid}"),
        ("organizations", "{tenantid}"),
        ("adfs", tenant),
    ):
        answer = await visitor.http.get(f"/{name}/v2.0/.well-known/openid-configuration?appid=x")
        assert answer.json()["issuer"] == f"{ORIGIN}/{issuer}/v2.0"
        assert answer.json()["token_endpoint"] == f"{ORIGIN}/{name}/oauth2/v2.0/token"
        keys = await visitor.http.get(f"/{name}/discovery/v2.0/keys")
        (key,) = keys.json()["keys"]
        assert key.keys() == {"kty", "use", "kid", "n", "e"}
    for path in ("v2.0/.well-known/openid-configuration", "discovery/v2.0/keys"):
        unknown = await visitor.http.get(f"/fabrikam.test/{path}")
        assert (unknown.status_code, unknown.json()["error"]) == (400, "invalid_tenant")
        assert number(unknown) == 90002
    for endpoint in ("https://[x/common", f"{ORIGIN}/fabrikam.test/oauth2/v2.0/authorize"):
        told = {"authorization_endpoint": endpoint}
        assert number(await visitor.http.get("/common/discovery/instance", params=told)) == 90002


async def test_every_refusal_has_its_number(world: World, visitor: Visitor) -> None:
    application, secret = await registered(world)
    tenant, id_ = world.store.tenant_id, application.id
    told = {"client_id": str(id_), "client_secret": secret}
    public = await world.application(name="A public one", is_public=True)
    for fields, status, error, expected in (
        ({**told, "client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_id": id_}, 401, "invalid_client", 7000218),
        ({"client_secret": secret}, 400, "invalid_request", 900144),
        ({**told, "client_id": tenant}, 400, "unauthorized_client", 700016),
        ({**told, "grant_type": "magic"}, 400, "unsupported_grant_type", 70003),
        ({**told, "grant_type": ""}, 400, "invalid_request", 900144),
        ({**told, "scope": ""}, 400, "invalid_request", 900144),
        ({**told, "scope": "User.Read"}, 400, "invalid_scope", 1002012),
        ({**told, "scope": "api://none/.default"}, 400, "invalid_resource", 500011),
        ({**told, "scope": "a/.default b/.default"}, 400, "invalid_scope", 70011),
        ({"client_id": public.id}, 400, "unauthorized_client", 700016),
        ({**told, "client_id": public.id}, 401, "invalid_client", 700025),
    ):
        answer = await asks(visitor, tenant, **fields)
        assert (answer.status_code, answer.json()["error"]) == (status, error), fields
        assert number(answer) == expected
    assert number(await asks(visitor, "fabrikam.test", **told)) == 90002
    headers = {"authorization": "Basic !", "client-request-id": tenant.upper()}
    answer = await asks_with(headers, visitor, tenant)
    assert (number(answer), answer.json()["correlation_id"]) == (7000218, tenant)
    twice = await visitor.http.post(
        f"/{tenant}/oauth2/v2.0/token",
        content=b"grant_type=a&grant_type=b",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert number(twice) == 9000410
    assert number(await visitor.http.post(f"/{tenant}/oauth2/v2.0/token", json={})) == 9000410
    assert number(await visitor.http.get(f"/{tenant}/oauth2/v2.0/token")) == 900561


async def test_OI9_a_guessed_secret_is_counted_and_recorded(world: World, visitor: Visitor) -> None:
    application, secret = await registered(world)
    tenant, told = world.store.tenant_id, {"client_id": str(application.id)}
    for _ in range(20):
        assert number(await asks(visitor, tenant, client_secret="guess", **told)) == 7000215
    blocked = await asks(visitor, tenant, client_secret=secret, **told)
    assert (blocked.status_code, blocked.headers["retry-after"]) == (429, "60")
    world.later(seconds=61)
    assert (await asks(visitor, tenant, client_secret=secret, **told)).status_code == 200
    (row, *_) = await world.store.engine.rows(
        "SELECT text FROM audit_log WHERE text LIKE '%clientRefused%'"
    )
    assert "wrongSecret" in row[0]
    assert "guess" not in row[0]


async def test_two_secrets_are_good_at_once_and_a_removed_one_ends_tokens(
    world: World, visitor: Visitor
) -> None:
    application, first = await registered(world)
    tenant, acts = world.store.tenant_id, world.administration
    world.later(days=1)
    made = await world.carry_out(add_secret(acts, world.host, application, at=world.now))
    application, second = made.application, made.secret.reveal()
    stored = await world.store.applications.by_id(application.id)
    assert stored
    for secret in (first, second):
        answer = await asks(visitor, tenant, client_id=application.id, client_secret=secret)
        assert answer.status_code == 200
    old = stored.secrets[0].id
    await world.carry_out(remove_credential(world.host, stored, old, at=world.now))
    gone = await asks(visitor, tenant, client_id=application.id, client_secret=first)
    assert number(gone) == 7000215
    world.later(days=180)
    late = await asks(visitor, tenant, client_id=application.id, client_secret=second)
    assert number(late) == 7000222
    stored = await world.store.applications.by_id(application.id)
    assert stored
    await world.carry_out(change_application(world.host, stored, enabled=False, at=world.now))
    off = await asks(visitor, tenant, client_id=application.id, client_secret=second)
    assert number(off) == 7000112
