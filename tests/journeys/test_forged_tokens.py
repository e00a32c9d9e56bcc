"""Tokens that are forged, foreign or of the wrong kind let nobody in, wherever they are shown."""

from collections.abc import Sequence

import httpx2
import pytest

from journeys.forging import forged
from journeys.test_code_flow import SCOPE, code_of, exchanged, number, signed_in, site, token
from proofup.administration.applications.credentials import add_secret
from proofup.directory.users import RaiseEpoch
from proofup.tokens.application import Application, ChangeApplication, ExposedScope
from vectors import read
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio
VECTORS = read("access_tokens")
NAMES = [one["what"] for one in VECTORS]
OBO = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# A claim that is true but for who or when is told apart; anything else is just no assertion.
NO_ASSERTION = {500133, 50173, 50057, 900144}


def bearer(value: str) -> dict[bytes, bytes]:
    return {b"authorization": f"Bearer {value}".encode()}


async def api(world: World) -> tuple[Application, str]:
    """Register an API with a secret, which may read the profile of whoever calls it."""
    new = await world.application(
        name="Phone API",
        identifier_uris=("api://phones",),
        exposed_scopes=(ExposedScope(id="s-1", value="Phones.Read", name="Read phones"),),
        consented=frozenset({"User.Read"}),
    )
    made = await world.carry_out(add_secret(world.administration, world.host, new, at=world.now))
    return new, made.secret.reveal()


async def acts(
    world: World, visitor: Visitor, client: tuple[Application, str], assertion: str
) -> httpx2.Response:
    """Ask for Graph on behalf of whoever ``assertion`` is of."""
    told = {
        "grant_type": OBO,
        "requested_token_use": "on_behalf_of",
        "client_id": str(client[0].id),
        "client_secret": client[1],
        "assertion": assertion,
        "scope": "https://graph.microsoft.com/User.Read",
    }
    return await visitor.http.post(f"/{world.store.tenant_id}/oauth2/v2.0/token", data=told)


async def test_OI5_OI6_no_vector_is_taken_for_an_access_token(
    world: World, visitor: Visitor
) -> None:
    """One test for all: each needs the same person, API and tokens."""
    robin, client = await signed_in(world, visitor), await api(world)
    page = await site(world, consented=frozenset({f"{client[0].id}/Phones.Read"}))
    for_graph = await world.user_token(robin, "User.Read")
    code = await code_of(world, visitor, page, scope="api://phones/Phones.Read")
    for_api = (await exchanged(world, visitor, page, code)).json()["access_token"]
    key = await world.granting.keys.signing(world.now)

    async def statuses(shown: str) -> Sequence[int]:
        header = bearer(shown)
        told = [
            await visitor.http.get(one, headers=header) for one in ("/v1.0/me", "/oidc/userinfo")
        ]
        return [one.status_code for one in told]

    assert await statuses(for_graph) == [200, 200]
    assert (await acts(world, visitor, client, for_api)).status_code == 200
    for vector in VECTORS:
        what, shown = vector["what"], forged(for_graph, key, vector, world.now)
        header = bearer(shown)
        graph = await visitor.http.get("/v1.0/me", headers=header)
        assert (graph.status_code, graph.json()["error"]["code"]) == (
            401,
            "InvalidAuthenticationToken",
        ), what
        assert "robin" not in graph.text
        userinfo = await visitor.http.get("/oidc/userinfo", headers=header)
        assert (userinfo.status_code, number(userinfo)) == (401, 50027), what
        assert 'error="invalid_token"' in userinfo.headers["www-authenticate"]
        told = await acts(world, visitor, client, forged(for_api, key, vector, world.now))
        assert told.status_code == 400, what
        assert number(told) in NO_ASSERTION, what
    # Each of them changed nothing: the true ones are still good.
    assert await statuses(for_graph) == [200, 200]


async def test_OI5_a_forged_hint_signs_nobody_out(world: World, visitor: Visitor) -> None:
    await signed_in(world, visitor)
    application = await site(world)
    code = await code_of(world, visitor, application)
    true = (await exchanged(world, visitor, application, code)).json()["id_token"]
    key, tenant = await world.granting.keys.signing(world.now), world.store.tenant_id
    for vector in VECTORS:
        if vector["sign"] == "RS256" and "typ" not in vector.get("header", {}):
            continue  # for an ID token most of these claims mean nothing
        if vector.get("header", {}).get("typ") == "JWT":
            continue  # this one is true
        hint = forged(true, key, vector, world.now)
        page = await visitor.http.get(
            f"/{tenant}/oauth2/v2.0/logout", params={"id_token_hint": hint}
        )
        assert page.status_code in {200, 400}, vector["what"]
        assert "set-cookie" not in page.headers or "Max-Age=0" not in page.headers["set-cookie"]
        assert (await visitor.http.get("/security-info")).status_code == 200, vector["what"]


@pytest.mark.both_engines
async def test_OI6_no_kind_of_token_stands_for_another(world: World, visitor: Visitor) -> None:
    """Each kind is shown in the place of each other kind; only in its own is it taken."""
    robin, client = await signed_in(world, visitor), await api(world)
    page = await site(
        world, consented=frozenset({"User.Read", "openid", f"{client[0].id}/Phones.Read"})
    )
    scope = f"{SCOPE} offline_access"
    first = await exchanged(world, visitor, page, await code_of(world, visitor, page, scope=scope))
    of_api = await code_of(world, visitor, page, scope="api://phones/Phones.Read")
    for_api = (await exchanged(world, visitor, page, of_api)).json()["access_token"]
    tokens = {
        "graph": first.json()["access_token"],
        "api": for_api,
        "id": first.json()["id_token"],
        "refresh": first.json()["refresh_token"],
        "app": await world.app_token("User.Read.All"),
        "code": await code_of(world, visitor, page),
        "session": next(one.value or "" for one in visitor.http.cookies.jar if "_s" in one.name),
    }

    async def graph(shown: str) -> int:
        return (await visitor.http.get("/v1.0/me", headers=bearer(shown))).status_code

    async def userinfo(shown: str) -> int:
        return (await visitor.http.get("/oidc/userinfo", headers=bearer(shown))).status_code

    async def on_behalf(shown: str) -> int:
        return (await acts(world, visitor, client, shown)).status_code

    async def refreshed(shown: str) -> int:
        fields = {"grant_type": "refresh_token", "refresh_token": shown}
        return (await token(world, visitor, page, **fields)).status_code

    async def redeemed(shown: str) -> int:
        return (await exchanged(world, visitor, page, shown)).status_code

    async def polled(shown: str) -> int:
        fields = {"grant_type": "device_code", "device_code": shown}
        return (await token(world, visitor, page, **fields)).status_code

    places = {
        graph: {"graph"},
        userinfo: {"graph"},
        on_behalf: {"api"},
        refreshed: {"refresh"},
        redeemed: {"code"},
        polled: set[str](),
    }
    for place, own in places.items():
        for kind, shown in tokens.items():
            taken = await place(shown) == 200
            assert taken is (kind in own), (place.__name__, kind)
    assert robin


@pytest.mark.both_engines
async def test_a_raised_epoch_ends_every_kind_of_token_at_the_next_request(
    world: World, visitor: Visitor
) -> None:
    robin, client = await signed_in(world, visitor), await api(world)
    page = await site(
        world, consented=frozenset({"User.Read", "openid", f"{client[0].id}/Phones.Read"})
    )
    first = await exchanged(world, visitor, page, await code_of(world, visitor, page))
    code = await code_of(world, visitor, page)
    of_api = await code_of(world, visitor, page, scope="api://phones/Phones.Read")
    for_api = (await exchanged(world, visitor, page, of_api)).json()["access_token"]
    begun = await visitor.http.post(
        f"/{world.store.tenant_id}/oauth2/v2.0/devicecode",
        data={"client_id": str(page.id), "scope": "openid User.Read"},
    )
    await visitor.open("/devicelogin")
    await visitor.send("/devicelogin", otc=begun.json()["user_code"])
    await visitor.send("/devicelogin/answer", button=("answer", "allow"))
    header = bearer(first.json()["access_token"])
    for address in ("/v1.0/me", "/oidc/userinfo", "/tenants"):
        assert (await visitor.http.get(address, headers=header)).status_code == 200

    await world.store.commit(RaiseEpoch(user_id=robin.user.id))

    for address in ("/v1.0/me", "/oidc/userinfo", "/tenants"):
        assert (await visitor.http.get(address, headers=header)).status_code == 401, address
    assert number(await acts(world, visitor, client, for_api)) == 50173
    again = {"grant_type": "refresh_token", "refresh_token": first.json()["refresh_token"]}
    assert number(await token(world, visitor, page, **again)) == 50173
    assert number(await exchanged(world, visitor, page, code)) == 50173
    polled = {"grant_type": "device_code", "device_code": begun.json()["device_code"]}
    assert number(await token(world, visitor, page, **polled)) == 50173
    assert (await visitor.open("/security-info")).path.startswith("/signin")


@pytest.mark.both_engines
async def test_a_raised_epoch_of_an_application_ends_its_tokens_at_the_next_request(
    world: World, visitor: Visitor
) -> None:
    await signed_in(world, visitor)
    page = await site(world)
    by_person = await exchanged(world, visitor, page, await code_of(world, visitor, page))
    script = await world.application("User.Read.All")
    by_itself = await world.token_of(script)
    addresses = {
        "/v1.0/me": by_person.json()["access_token"],
        "/v1.0/users": by_itself,
        "/oidc/userinfo": by_person.json()["access_token"],
    }
    for address, shown in addresses.items():
        assert (await visitor.http.get(address, headers=bearer(shown))).status_code == 200
    for one in (page, script):
        await world.store.commit(ChangeApplication(application=one.changed(epoch=one.epoch + 1)))
    for address, shown in addresses.items():
        told = await visitor.http.get(address, headers=bearer(shown))
        assert told.status_code == 401, address
