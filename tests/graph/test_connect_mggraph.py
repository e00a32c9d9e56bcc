"""``Connect-MgGraph`` and the cmdlets behind it, as the module sends their requests.

The requests are those of section 5 of ``clients.md`` and of ``cmdlets.md``.
"""

from html import unescape
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from starlette.types import ASGIApp

from graph.caller import Caller
from graph.conftest import Calls
from graph.test_powershell import MOBILE, NUMBER, PASSWORD, SENT
from journeys.steps import PHONE
from journeys.test_assertions import TYPE, certificate, encoded, signed
from journeys.test_code_flow import CHALLENGE, VERIFIER, asked, claims, signs_in
from proofup.administration.applications.certificates import add_certificate
from proofup.administration.applications.credentials import add_secret
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole
from proofup.tokens.application import Application
from proofup.tokens.first_party import GRAPH_POWERSHELL
from visitor import ORIGIN, Visitor
from world import World

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]
KIM = "kim.larsen@contoso.test"
SCOPE = "User.ReadWrite.All UserAuthenticationMethod.ReadWrite.All openid profile offline_access"


@pytest.fixture
def visitor(app: ASGIApp) -> Visitor:
    return Visitor(app)


@pytest.fixture
async def kim(world: World, visitor: Visitor) -> None:
    """Sign an administrator in at their browser."""
    person = await world.person(KIM, phone=PHONE)
    await world.store.commit(AssignRole(user_id=person.user.id, role=GLOBAL_ADMINISTRATOR))
    await world.person()
    await visitor.open("/signin")
    await signs_in(world, visitor, KIM)


async def asks(visitor: Visitor, path: str, **told: str) -> dict[str, Any]:
    headers = {"client-request-id": SENT["client-request-id"], "x-client-sku": "MSAL.CoreCLR"}
    answer = await visitor.http.post(f"/{path}", data=told, headers=headers)
    found: dict[str, Any] = answer.json()
    return found


async def works(caller: Caller, version: str) -> None:
    """Send the requests of the cmdlets for phones, passwords and sessions."""
    user = f"/{version}/users/{quote('robin.ashby@contoso.test', safe='')}"
    phones = f"{user}/authentication/phoneMethods"
    assert (await caller.call("GET", phones, headers=SENT)).items == []
    made = await caller.call("POST", phones, NUMBER, headers=SENT)
    assert (made.status, made.body["id"]) == (201, MOBILE)
    assert (await caller.call("PATCH", f"{phones}/{MOBILE}", NUMBER, headers=SENT)).status == 204
    assert (await caller.call("DELETE", f"{phones}/{MOBILE}", headers=SENT)).status == 204
    reset = f"{user}/authentication/methods/{PASSWORD}/resetPassword"
    told = {"newPassword": "a heron on the weir"}
    assert (await caller.call("POST", reset, told, headers=SENT)).status == 202
    revoked = await caller.call("POST", f"{user}/revokeSignInSessions", headers=SENT)
    assert revoked.body["value"] is True


@pytest.mark.usefixtures("kim")
async def test_connect_mggraph_by_device_code(visitor: Visitor, calls: Calls) -> None:
    # Connect-MgGraph -Environment Proofup -TenantId common -Scopes … -UseDeviceCode
    endpoint = "common/oauth2/v2.0"
    begun = await asks(visitor, f"{endpoint}/devicecode", client_id=GRAPH_POWERSHELL, scope=SCOPE)
    assert begun["interval"] <= 5  # it gives up after two minutes
    polls = {
        "client_id": GRAPH_POWERSHELL,
        "scope": SCOPE,
        "grant_type": "device_code",
        "device_code": begun["device_code"],
        "client_info": "1",
    }
    assert (await asks(visitor, f"{endpoint}/token", **polls))["error"] == "authorization_pending"
    await visitor.open("/devicelogin")
    await visitor.send("/devicelogin", otc=begun["user_code"])
    await visitor.send("/devicelogin/answer", button=("answer", "allow"))
    told = await asks(visitor, f"{endpoint}/token", **polls)
    # Get-MgContext shows these.
    assert claims(told["access_token"]).keys() >= {"appid", "tid", "scp", "upn", "app_displayname"}
    await works(calls(told["access_token"]), "v1.0")
    refreshed = await asks(
        visitor,
        f"{endpoint}/token",
        client_id=GRAPH_POWERSHELL,
        grant_type="refresh_token",
        refresh_token=told["refresh_token"],
        scope=SCOPE,
        client_info="1",
    )
    me = await calls(refreshed["access_token"]).call("GET", "/v1.0/me", headers=SENT)
    assert me.body["userPrincipalName"] == KIM  # Invoke-MgGraphRequest -Uri /v1.0/me


@pytest.mark.usefixtures("kim")
async def test_connect_mggraph_in_the_browser_as_adfs(
    world: World, visitor: Visitor, calls: Calls
) -> None:
    world.later(minutes=1)
    # Connect-MgGraph -TenantId adfs: MSAL.NET asks who is trusted, and for the metadata.
    rel = quote("http://schemas.microsoft.com/rel/trusted-realm", safe="")
    who = f"/.well-known/webfinger?rel={rel}&resource={quote(ORIGIN, safe='')}"
    assert (await visitor.http.get(who)).json()["links"][0]["href"] == ORIGIN
    metadata = (await visitor.http.get("/adfs/.well-known/openid-configuration")).json()
    query = {
        "client_id": GRAPH_POWERSHELL,
        "response_type": "code",
        "redirect_uri": "http://localhost:53682",
        "scope": SCOPE,
        "prompt": "select_account",
        "state": "s",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "client_info": "1",
    }
    address = metadata["authorization_endpoint"].removeprefix(ORIGIN)
    await visitor.open(f"{address}?{urlencode(query)}")
    await visitor.send(asked(visitor.page).action, button=("answer", "this"))
    back = unescape(visitor.page.html.split('content="0;url=')[1].split('"')[0])
    told = await asks(
        visitor,
        metadata["token_endpoint"].removeprefix(f"{ORIGIN}/"),
        client_id=GRAPH_POWERSHELL,
        grant_type="authorization_code",
        code=parse_qs(urlsplit(back).query)["code"][0],
        redirect_uri=query["redirect_uri"],
        code_verifier=VERIFIER,
        scope=SCOPE,
        client_info="1",
    )
    await works(calls(told["access_token"]), "beta")


@pytest.mark.parametrize("way", ["secret", "certificate"])
async def test_connect_mggraph_as_an_application(
    world: World, visitor: Visitor, calls: Calls, way: str
) -> None:
    # Connect-MgGraph -ClientSecretCredential, and -CertificateThumbprint
    await world.person()
    application: Application = await world.application(
        "User.ReadWrite.All", "UserAuthenticationMethod.ReadWrite.All"
    )
    if way == "secret":
        act = add_secret(world.administration, world.host, application, at=world.now)
        proof = {"client_secret": (await world.carry_out(act)).secret.reveal()}
    else:
        found = certificate(world)
        adding = add_certificate(
            world.administration,
            world.host,
            application,
            found.public_bytes(Encoding.DER),
            at=world.now,
        )
        await world.carry_out(adding)
        header = {"alg": "PS256", "x5t#S256": encoded(found.fingerprint(hashes.SHA256()))}
        assertion = signed(world, application, header)
        proof = {"client_assertion_type": TYPE, "client_assertion": assertion}
    told = await asks(
        visitor,
        f"{world.store.tenant_id}/oauth2/v2.0/token",
        client_id=str(application.id),
        scope=f"{ORIGIN}/.default",
        grant_type="client_credentials",
        **proof,
    )
    assert set(claims(told["access_token"])["roles"]) == application.permissions
    caller = calls(told["access_token"])
    phones = "/v1.0/users/robin.ashby%40contoso.test/authentication/phoneMethods"
    assert (await caller.call("POST", phones, NUMBER, headers=SENT)).status == 201
    assert (await caller.call("DELETE", f"{phones}/{MOBILE}", headers=SENT)).status == 204
    # An application sets no password without a role that may.
    reset = phones.replace("phoneMethods", f"methods/{PASSWORD}/resetPassword")
    assert (await caller.call("POST", reset, {}, headers=SENT)).status == 403
