"""The app roles of a person: in the tokens of the application that has them, and in no other."""

from typing import Any

import pytest

from journeys.test_code_flow import (
    asks,
    brought,
    claims,
    code_of,
    exchanged,
    opens,
    signed_in,
    site,
)
from journeys.test_code_flow import token as token_of
from proofup.administration.applications.assigning import Principal, assign_application
from proofup.tokens.application import Application, AppRole, ExposedScope
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio


def role(value: str, *members: str, enabled: bool = True) -> AppRole:
    return AppRole(
        id=f"role-{value}", value=value, name=value, members=frozenset(members), enabled=enabled
    )


ROLES = (
    role("Writer", "User"),
    role("Approver", "User", "Application"),
    role("Robot", "Application"),
    role("Gone", "User", enabled=False),
)


async def assigned(world: World, application: Application, user_id: Any, *values: str) -> None:
    for value in values:
        act = assign_application(
            world.administration,
            world.host,
            application,
            Principal(user_id=user_id),
            app_role=f"role-{value}",
            at=world.now,
        )
        await world.carry_out(act)


@pytest.mark.both_engines
async def test_an_id_token_has_the_roles_in_its_application(world: World, visitor: Visitor) -> None:
    robin, application = await signed_in(world, visitor), await site(world, app_roles=ROLES)
    without = await exchanged(
        world, visitor, application, await code_of(world, visitor, application)
    )
    assert "roles" not in claims(without.json()["id_token"])
    await assigned(world, application, robin.user.id, "Writer", "Approver")
    body = (
        await exchanged(world, visitor, application, await code_of(world, visitor, application))
    ).json()
    assert claims(body["id_token"])["roles"] == ["Approver", "Writer"]
    assert "roles" not in claims(body["access_token"])  # it is for Graph
    fresh = await token_of(
        world,
        visitor,
        application,
        grant_type="refresh_token",
        refresh_token=body["refresh_token"],
        scope="openid",
    )
    assert claims(fresh.json()["id_token"])["roles"] == ["Approver", "Writer"]
    other = await site(world)
    elsewhere = await exchanged(world, visitor, other, await code_of(world, visitor, other))
    assert "roles" not in claims(elsewhere.json()["id_token"])


async def test_an_id_token_of_the_authorize_endpoint_has_them_too(
    world: World, visitor: Visitor
) -> None:
    robin = await signed_in(world, visitor)
    application = await site(world, app_roles=ROLES, may_get_id_tokens=True)
    await assigned(world, application, robin.user.id, "Writer")
    answer = brought(await opens(visitor, asks(world, application, response_type="id_token")))
    assert claims(answer["id_token"])["roles"] == ["Writer"]


async def test_an_access_token_has_the_roles_in_its_resource(
    world: World, visitor: Visitor
) -> None:
    robin = await signed_in(world, visitor)
    api = await world.application(
        name="Orders",
        identifier_uris=("api://orders",),
        exposed_scopes=(ExposedScope(id="s-1", value="Orders.Read", name="Read orders"),),
        app_roles=ROLES,
    )
    page = await site(world, consented=frozenset({f"{api.id}/Orders.Read", "openid"}))
    await assigned(world, api, robin.user.id, "Approver")
    code = await code_of(world, visitor, page, scope="api://orders/Orders.Read openid")
    body = (await exchanged(world, visitor, page, code)).json()
    access = claims(body["access_token"])
    assert (access["aud"], access["scp"], access["roles"]) == (
        api.id,
        "Orders.Read openid",
        ["Approver"],
    )
    assert "roles" not in claims(body["id_token"])
