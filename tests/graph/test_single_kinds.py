"""Permissions for one kind of method, and app passwords: what each lets an application do."""

import pytest

from graph.conftest import Calls, administrator
from proofup.directory.app_passwords import AddAppPassword, AppPassword, drawn_app_password
from proofup.directory.roles import GLOBAL_ADMINISTRATOR
from proofup.directory.users import Person
from proofup.graph.authentication.absent import KNOWN
from proofup.policy.scopes import graph_permission
from proofup.values.ids import AppPasswordId, random_id
from world import World

pytestmark = pytest.mark.anyio
ROBIN = "/v1.0/users/robin.ashby@contoso.test/authentication"
BETA = ROBIN.replace("v1.0", "beta")
MOBILE = "3179e48a-750b-4051-897c-87b9720928f7"
NUMBER = {"phoneNumber": "+44 7700900068"}


@pytest.fixture
async def robin(world: World) -> Person:
    return await world.person(phone="+44 7700 900067", apps=1)


async def test_a_permission_for_phones_reaches_phones_and_nothing_else(
    world: World, calls: Calls, robin: Person
) -> None:
    app = next(
        one for one in await world.store.methods.of_user(robin.user.id) if one.kind != "phone"
    )
    caller = calls(await world.app_token("UserAuthMethod-Phone.ReadWrite.All"))
    assert (await caller.get(f"{ROBIN}/phoneMethods")).status == 200
    assert (await caller.patch(f"{ROBIN}/phoneMethods/{MOBILE}", NUMBER)).status == 204
    for path in ("methods", "softwareOathMethods", "emailMethods", "fido2Methods"):
        assert (await caller.get(f"{ROBIN}/{path}")).status == 403, path
    assert (await caller.delete(f"{ROBIN}/softwareOathMethods/{app.id}")).status == 403
    assert (await caller.post(f"{ROBIN}/temporaryAccessPassMethods")).status == 403
    assert (await caller.post(f"{BETA}/requireReregistration")).status == 403
    assert (await caller.post(f"{BETA}/deleteAppPasswords")).status == 403
    assert len(await world.store.methods.of_user(robin.user.id)) == 2
    # Two narrow names together are no wider than each.
    both = ("UserAuthMethod-Phone.ReadWrite.All", "UserAuthMethod-SoftwareOATH.Read.All")
    caller = calls(await world.app_token(*both))
    assert (await caller.get(f"{ROBIN}/softwareOathMethods")).status == 200
    assert (await caller.delete(f"{ROBIN}/softwareOathMethods/{app.id}")).status == 403
    assert (await caller.delete(f"{ROBIN}/phoneMethods/{MOBILE}")).status in {204, 400}


async def test_a_permission_to_read_phones_changes_none(
    world: World, calls: Calls, robin: Person
) -> None:
    caller = calls(await world.app_token("UserAuthMethod-Phone.Read.All"))
    assert len((await caller.get(f"{ROBIN}/phoneMethods")).items) == 1
    assert (await caller.patch(f"{ROBIN}/phoneMethods/{MOBILE}", NUMBER)).status == 403
    assert (await caller.delete(f"{ROBIN}/phoneMethods/{MOBILE}")).status == 403
    own = calls(await world.user_token(robin, "UserAuthMethod-Phone.Read"))
    assert len((await own.get("/v1.0/me/authentication/phoneMethods")).items) == 1
    assert (await own.get("/v1.0/me/authentication/softwareOathMethods")).status == 403
    assert (await own.delete(f"/v1.0/me/authentication/phoneMethods/{MOBILE}")).status == 403


@pytest.mark.parametrize(
    "scope", sorted({one.scope for one in KNOWN} | {"Phone", "TAP", "Password"})
)
def test_every_kind_that_a_route_names_has_its_permissions(scope: str) -> None:
    for end in ("Read", "ReadWrite", "Read.All", "ReadWrite.All"):
        found = graph_permission(f"UserAuthMethod-{scope}.{end}")
        assert found
        assert found.application is end.endswith(".All")


async def test_app_passwords_are_listed_and_deleted(
    world: World, calls: Calls, robin: Person
) -> None:
    user_id, letters = robin.user.id, drawn_app_password(world.entropy)
    new = AppPassword(
        id=AppPasswordId(random_id(world.entropy)),
        user_id=user_id,
        name="mail",
        digest=world.sign_in.app_password_digests(user_id, letters)[0],
        created_at=world.now,
    )
    await world.store.commit(AddAppPassword(new=new))
    kim = await administrator(world, GLOBAL_ADMINISTRATOR)
    caller = calls(await world.user_token(kim, "UserAuthenticationMethod.ReadWrite.All"))
    listed = await caller.get(f"{BETA}/appPasswords")
    (one,) = listed.items
    assert (one["id"], one["displayName"], one["lastUsedDateTime"]) == (new.id, "mail", None)
    assert letters.reveal() not in listed.text
    (own,) = (
        await calls(await world.user_token(robin, "UserAuthenticationMethod.Read")).get(
            "/beta/me/authentication/appPasswords"
        )
    ).items
    assert own["id"] == new.id
    reader = calls(await world.user_token(kim, "UserAuthenticationMethod.Read.All"))
    assert (await reader.post(f"{BETA}/deleteAppPasswords")).status == 403
    done = await caller.post(f"{BETA}/deleteAppPasswords", {"reason": "ticket 4711"})
    assert done.body["cleared"] == ["app password mail"]
    assert (await caller.get(f"{BETA}/appPasswords")).items == []
    assert (await caller.post(f"{BETA}/deleteAppPasswords")).body["cleared"] == []


async def test_an_external_method_is_refused_for_its_configuration(
    world: World, calls: Calls, robin: Person
) -> None:
    kim = await administrator(world, GLOBAL_ADMINISTRATOR)
    caller = calls(await world.user_token(kim, "UserAuthMethod-External.ReadWrite.All"))
    path, body = f"{ROBIN}/externalAuthenticationMethods", {"displayName": "Other"}
    refused = await caller.post(path, {**body, "configurationId": kim.user.id})
    assert (refused.status, refused.code) == (400, "badRequest")
    assert "no such configuration" in refused.message
    assert "configurationId" in (await caller.post(path, body)).message
    own = "/v1.0/me/authentication/externalAuthenticationMethods"
    assert (await caller.post(own, body)).status == 403
    reader = calls(await world.user_token(kim, "UserAuthMethod-External.Read.All"))
    assert (await reader.post(path, body)).status == 403
