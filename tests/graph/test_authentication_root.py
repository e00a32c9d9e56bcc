"""A person's ``authentication`` itself, and the devices that Graph has behind some methods."""

import pytest
from msgspec.structs import replace

from graph.conftest import Calls, administrator
from methods.test_contract import held_by
from proofup.directory.roles import GLOBAL_ADMINISTRATOR
from proofup.graph.authentication.absent import operations
from proofup.methods.registered_methods import AddMethod
from proofup.policy.roles import GLOBAL_READER
from proofup.values.ids import MethodId, random_id
from world import World

pytestmark = pytest.mark.anyio
OAUTH = "#microsoft.graph.softwareOathAuthenticationMethod"


async def test_authentication_tells_whose_it_is_and_expands_to_methods(
    world: World, calls: Calls
) -> None:
    robin = await world.person(phone="+44 7700 900067", apps=1)
    kim = await administrator(world, GLOBAL_ADMINISTRATOR)
    caller = calls(await world.user_token(kim, "UserAuthenticationMethod.Read.All"))
    path = f"users/{robin.user.id}/authentication"
    plain = await caller.get(f"/v1.0/{path}")
    assert {name for name in plain.body if "@" not in name} == {"id"}
    assert plain.body["id"] == robin.user.id
    in_beta = (await caller.get(f"/beta/{path}")).body
    assert in_beta["requirements"] == {"perUserMfaState": "disabled"}
    assert in_beta["signInPreferences"]["userPreferredMethodForSecondaryAuthentication"]
    narrow = (await caller.get(f"/beta/{path}?$select=requirements")).body
    assert {name for name in narrow if "@" not in name} == {"id", "requirements"}
    names = "methods,phoneMethods,softwareOathMethods,passwordMethods,platformCredentialMethods"
    wide = (await caller.get(f"/v1.0/{path}?$select=id&$expand={names},operations")).body
    assert len(wide["methods"]) == 3
    assert [len(wide[name]) for name in (*names.split(",")[1:], "operations")] == [1, 1, 1, 0, 0]
    assert wide["phoneMethods"][0]["phoneNumber"] == "+44 7700900067"
    assert wide["softwareOathMethods"][0]["@odata.type"] == OAUTH
    assert (await caller.get(f"/v1.0/{path}?$expand=hardwareOathMethods")).status == 400
    assert (await caller.get(f"/beta/{path}?$expand=hardwareOathMethods")).status == 200
    own = calls(await world.user_token(robin, "UserAuthenticationMethod.Read"))
    assert (await own.get("/v1.0/me/authentication")).body["id"] == robin.user.id
    assert (await own.get("/beta/me/authentication?$expand=methods")).status == 200
    assert (await own.get(f"/v1.0/users/{kim.user.id}/authentication")).status == 403
    phones = calls(await world.user_token(kim, "UserAuthMethod-Phone.Read.All"))
    assert (await phones.get(f"/v1.0/{path}")).status == 403


async def test_no_device_of_the_directory_is_behind_an_app(world: World, calls: Calls) -> None:
    robin = await world.person(phone="+44 7700 900067")
    method = next(one for one in world.catalogue if one.kind == "microsoftAuthenticator")
    held = held_by(method, user_id=robin.user.id, slot=method.declaration.slots[0].name)
    held = replace(held, id=MethodId(random_id(world.entropy)))
    await world.store.commit(AddMethod(method=held))
    kim = await administrator(world, GLOBAL_READER)
    caller = calls(await world.user_token(kim, "UserAuthenticationMethod.Read.All"))
    for version in ("v1.0", "beta"):
        path = f"/{version}/users/{robin.user.id}/authentication"
        apps = f"{path}/microsoftAuthenticatorMethods"
        told = await caller.get(f"{apps}/{held.id}/device")
        assert (told.status, told.body["@odata.null"]) == (200, True)
        phone = (await caller.get(f"{path}/phoneMethods")).items[0]["id"]
        assert (await caller.get(f"{apps}/{phone}/device")).code == "resourceNotFound"
        for kind in ("platformCredentialMethods", "windowsHelloForBusinessMethods"):
            assert (await caller.get(f"{path}/{kind}/x/device")).code == "resourceNotFound"


def test_a_kind_that_is_not_in_the_catalogue_has_its_devices_too() -> None:
    paths = [one.path for one in operations([]) if one.path.endswith("/device")]
    assert len(paths) == 2 * 3
