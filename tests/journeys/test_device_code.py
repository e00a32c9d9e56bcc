"""A program on another machine is let in by a code that its person types."""

import httpx2
import pytest

from journeys.test_code_flow import claims, number, shown, signed_in
from proofup.tokens.application import Application
from proofup.tokens.first_party import AZURE_CLI, GRAPH_POWERSHELL
from visitor import ORIGIN, Visitor
from world import World

pytestmark = pytest.mark.anyio
LONG = "urn:ietf:params:oauth:grant-type:device_code"
SCOPE = f"{ORIGIN}//.default offline_access openid profile"


async def begins(
    visitor: Visitor, client_id: str = AZURE_CLI, scope: str = SCOPE
) -> dict[str, str]:
    answer = await visitor.http.post(
        "/organizations/oauth2/v2.0/devicecode", data={"client_id": client_id, "scope": scope}
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, str] = answer.json()
    return found


async def polls(
    visitor: Visitor, code: str, client_id: str = AZURE_CLI, grant_type: str = LONG
) -> httpx2.Response:
    told = {"grant_type": grant_type, "client_id": client_id, "code": code, "device_code": code}
    return await visitor.http.post(
        "/organizations/oauth2/v2.0/token", data={**told, "client_info": "1"}
    )


async def types(visitor: Visitor, code: str, answer: str = "allow") -> None:
    await visitor.open("/devicelogin")
    await visitor.send("/devicelogin", otc=code.lower())
    await visitor.send("/devicelogin/answer", button=("answer", answer))


@pytest.mark.both_engines
@pytest.mark.parametrize("grant_type", [LONG, "device_code"])
async def test_a_person_lets_the_azure_command_line_in(
    world: World, visitor: Visitor, new_visitor: object, grant_type: str
) -> None:
    begun = await begins(visitor)
    assert begun["verification_uri"] == f"{ORIGIN}/devicelogin"
    assert begun["user_code"] in begun["message"]
    assert number(await polls(visitor, begun["device_code"], grant_type=grant_type)) == 70016
    robin = await signed_in(world, visitor)
    await types(visitor, begun["user_code"])
    assert "You are signed in" in visitor.page.text
    body = (await polls(visitor, begun["device_code"], grant_type=grant_type)).json()
    assert claims(body["access_token"])["amr"] == ["pwd", "mfa"]
    found = await shown(world, body["access_token"])
    assert found.person
    assert found.person.user.id == robin.user.id
    assert "directory.accessasuser.all" in found.scopes
    assert body.keys() >= {"refresh_token", "id_token", "client_info"}
    assert f"{ORIGIN}//.default" in body["scope"].split()
    assert number(await polls(visitor, begun["device_code"])) == 70000


async def test_a_code_that_is_denied_wrong_or_old_lets_nobody_in(
    world: World, visitor: Visitor
) -> None:
    await visitor.open("/devicelogin")
    assert visitor.page.path.startswith("/signin?")
    await signed_in(world, visitor)
    denied = await begins(visitor)
    await types(visitor, denied["user_code"], "deny")
    assert "Nothing was opened" in visitor.page.text
    assert number(await polls(visitor, denied["device_code"])) == 70018
    assert number(await polls(visitor, "unknown")) == 70000
    assert number(await polls(visitor, denied["device_code"], GRAPH_POWERSHELL)) == 70000
    old = await begins(visitor)
    await visitor.open("/devicelogin")
    await visitor.send("/devicelogin", otc=old["user_code"])
    world.later(minutes=15)
    page = await visitor.send("/devicelogin/answer", button=("answer", "allow"))
    assert page.status == 400
    assert number(await polls(visitor, old["device_code"])) == 70019
    await visitor.open("/devicelogin")
    for _ in range(10):
        page = await visitor.send("/devicelogin", otc="WRONGCODE")
        assert "That code didn't work" in page.text.replace("\u2019", "'")
    assert (await visitor.send("/devicelogin", otc="WRONGCODE")).status == 429


async def test_only_a_public_client_takes_a_device_code(world: World, visitor: Visitor) -> None:
    application: Application = await world.application(is_public=True)
    begun = await begins(visitor, application.id, "User.Read openid")
    await signed_in(world, visitor)
    await types(visitor, begun["user_code"])
    body = (await polls(visitor, begun["device_code"], application.id)).json()
    assert claims(body["access_token"])["scp"] == "User.Read openid"
    answer = await visitor.http.post(
        "/common/oauth2/v2.0/devicecode", data={"client_id": application.id, "scope": ""}
    )
    assert number(answer) == 900144
    admin = await begins(visitor, application.id, "User.ReadWrite.All")
    await visitor.open("/devicelogin")
    page = await visitor.send("/devicelogin", otc=admin["user_code"])
    assert "90094" in page.text
