"""Every kind of method that Graph has: listed with its type, counted, found and deleted."""

import pytest
from msgspec.structs import replace

from graph.conftest import Calls, administrator
from methods.test_contract import held_by
from proofup.directory.roles import GLOBAL_ADMINISTRATOR
from proofup.graph.methods.found import resources_of
from proofup.methods.registered_methods import AddMethod
from proofup.values.ids import MethodId, random_id
from world import World

pytestmark = pytest.mark.anyio
KINDS = (
    *("phone", "softwareOath", "email", "temporaryAccessPass", "fido2"),
    *("microsoftAuthenticator", "hardwareOath"),
)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_method_of_each_kind_is_listed_found_and_deleted(
    world: World, calls: Calls, kind: str
) -> None:
    robin = await world.person()
    method = next(one for one in world.catalogue if one.kind == kind)
    slot = method.declaration.slots[0].name
    held = held_by(method, user_id=robin.user.id, slot=slot)
    if held.pepper_id is not None:
        held = replace(held, pepper_id=None)
    await world.store.commit(AddMethod(method=replace(held, id=MethodId(random_id(world.entropy)))))
    kim = await administrator(world, GLOBAL_ADMINISTRATOR)
    caller = calls(await world.user_token(kim, "UserAuthenticationMethod.ReadWrite.All"))
    resource = resources_of([method.kind])[method.kind]
    path = f"/beta/users/{robin.user.id}/authentication"
    (one,) = (await caller.get(f"{path}/{resource.segment}")).items
    assert one["@odata.type"] == f"#microsoft.graph.{resource.type}"
    assert (await caller.get(f"{path}/{resource.segment}/$count")).text == "1"
    types = [found["@odata.type"] for found in (await caller.get(f"{path}/methods")).items]
    assert one["@odata.type"] in types
    found = await caller.get(f"{path}/{resource.segment}/{one['id']}")
    assert found.body["id"] == one["id"]
    in_v1 = await caller.get(f"{path.replace('beta', 'v1.0')}/methods")
    told = one["@odata.type"] in [item["@odata.type"] for item in in_v1.items]
    assert told is ("v1.0" in resource.versions)
    deleted = await caller.delete(f"{path}/{resource.segment}/{one['id']}")
    assert deleted.status == 204, deleted.text
    assert (await caller.get(f"{path}/{resource.segment}")).items == []


def test_a_kind_without_a_resource_is_not_in_graph(world: World) -> None:
    kinds = [one.kind for one in world.catalogue]
    assert set(resources_of(kinds)) == set(KINDS)
    assert set(kinds) - set(KINDS) == {"recoveryCodes"}
