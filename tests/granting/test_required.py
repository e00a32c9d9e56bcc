"""An application says which permissions it needs: ``.default`` asks people for them."""

import pytest

from proofup.granting.scopes import Scopes, scopes_for
from proofup.policy.permission_ids import role_id, scope_id
from proofup.tokens.application import GRAPH, Application, ExposedScope, RequiredAccess
from proofup.values.ids import ApplicationId
from world import World

pytestmark = pytest.mark.anyio
FILES = ExposedScope(id="s-1", value="Files.Read", name="Read files")
PURGE = ExposedScope(id="s-2", value="Files.Purge", name="Purge files", needs_admin=True)


def needs(resource: ApplicationId, *ids: str, is_role: bool = False) -> tuple[RequiredAccess, ...]:
    return tuple(RequiredAccess(resource=resource, id=id_, is_role=is_role) for id_ in ids)


async def default(world: World, application: Application, resource: str = "") -> Scopes:
    robin = await world.person()
    scope = f"{resource}/.default" if resource else ".default"
    return await scopes_for(world.granting, application, robin.user.id, scope)


async def test_the_default_of_graph_asks_for_what_is_needed_there(world: World) -> None:
    required = (
        *needs(GRAPH, scope_id("User.Read"), scope_id("User.Read.All"), "unknown"),
        *needs(GRAPH, role_id("User.ReadWrite.All"), is_role=True),
        *needs(ApplicationId("another"), scope_id("Mail.Read")),
    )
    found = await default(world, await world.application(required=required))
    assert found.missing == ("user.read",)
    assert found.for_admin == ("user.read.all",)


async def test_the_default_of_an_api_asks_for_what_is_needed_of_it(world: World) -> None:
    api = await world.application(exposed_scopes=(FILES, PURGE))
    client = await world.application(required=needs(api.id, "s-1", "s-2"))
    found = await default(world, client, f"api://{api.id}")
    assert found.missing == (f"{api.id}/files.read",)
    assert found.for_admin == (f"{api.id}/files.purge",)  # a person cannot allow it


async def test_the_default_asks_for_nothing_else(world: World) -> None:
    api = await world.application(exposed_scopes=(FILES,))
    client = await world.application(required=needs(GRAPH, scope_id("User.Read")))
    found = await default(world, client, f"api://{api.id}")
    assert (found.missing, found.names) == ((), ())
