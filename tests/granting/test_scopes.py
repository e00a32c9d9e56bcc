"""Which scopes an application may have for a person."""

from typing import Any

import pytest

from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.granting.scopes import scopes_for
from proofup.tokens.application import Application, ExposedScope
from world import World

pytestmark = pytest.mark.anyio
READ = ExposedScope(id="s-1", value="Phones.Read", name="Read phones")
OLD = ExposedScope(id="s-2", value="Phones.Fax", name="Fax", enabled=False)


async def api(world: World, **properties: Any) -> Application:
    return await world.application(
        identifier_uris=("api://phones",), exposed_scopes=(READ, OLD), **properties
    )


@pytest.mark.parametrize(
    ("scope", "reason"),
    [
        ("api://phones/Phones.Read api://faxes/Fax.Read", Refused.INVALID_SCOPE),
        ("api://faxes/Fax.Read", Refused.UNKNOWN_RESOURCE),
        ("api://phones/Phones.Fax", Refused.UNKNOWN_SCOPE),
        ("api://phones/Phones.Write", Refused.UNKNOWN_SCOPE),
    ],
)
async def test_what_no_resource_offers_is_refused(
    world: World, scope: str, reason: Refused
) -> None:
    await api(world)
    robin, client = await world.person(), await world.application()
    with pytest.raises(GrantRefusedError) as refused:
        await scopes_for(world.granting, client, robin.user.id, scope)
    assert refused.value.reason is reason


async def test_a_disabled_resource_offers_nothing(world: World) -> None:
    await api(world, enabled=False)
    robin, client = await world.person(), await world.application()
    with pytest.raises(GrantRefusedError) as refused:
        await scopes_for(world.granting, client, robin.user.id, "api://phones/Phones.Read")
    assert refused.value.reason is Refused.UNKNOWN_RESOURCE


async def test_the_default_of_a_resource_is_what_was_allowed_of_it_and_of_no_other(
    world: World,
) -> None:
    phones = await api(world)
    robin = await world.person()
    client = await world.application(
        consented=frozenset({"User.Read", f"{phones.id}/Phones.Read", "another/Phones.Read"})
    )
    found = await scopes_for(world.granting, client, robin.user.id, "api://phones/.default")
    assert (found.resource, found.names, found.missing) == (phones, ("Phones.Read",), ())
