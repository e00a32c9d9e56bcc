"""Codes and refresh tokens that are spent, late or of others, and what their second use ends."""

from typing import Any

import pytest

from journeys.test_code_flow import (
    BACK,
    CHALLENGE,
    VERIFIER,
    code_of,
    number,
    signed_in,
    site,
    token,
)
from vectors import read
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio
VECTORS = read("grants")
CODE = "authorization_code"
FIELD = {CODE: "code", "refresh_token": "refresh_token"}
REDEEMS = {"grant_type": CODE, "code_verifier": VERIFIER, "redirect_uri": BACK}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: f"{one['grant']}, {one['what']}")
async def test_OI3_OI4_a_vector_gives_nothing_and_ends_what_it_must(
    world: World, visitor: Visitor, vector: dict[str, Any]
) -> None:
    await signed_in(world, visitor)
    application, other = await site(world), await site(world)
    code = await code_of(world, visitor, application)
    grant, given = vector["grant"], code
    newest: dict[str, Any] = {}
    if grant != CODE:
        newest = (await token(world, visitor, application, **REDEEMS, code=code)).json()
        given = newest["refresh_token"]
    latest = given
    for _ in range(vector.get("uses", 0)):
        fields = {**(REDEEMS if grant == CODE else {"grant_type": grant}), FIELD[grant]: latest}
        newest = (await token(world, visitor, application, **fields)).json()
        latest = newest["refresh_token"]
    world.later(seconds=vector.get("later", 0))
    if vector.get("case"):
        given = given.swapcase()
    fields = {
        **(REDEEMS if grant == CODE else {"grant_type": grant}),
        vector.get("as_field", FIELD[grant]): given,
        **({"code_verifier": CHALLENGE} if vector.get("challenge") else {}),
        **vector["fields"],
    }
    told = await token(world, visitor, other if vector.get("other") else application, **fields)
    assert (told.status_code, number(told)) == (
        401 if "secret" in told.text else 400,
        vector["number"],
    )
    assert not told.json().keys() & {"access_token", "refresh_token", "id_token"}
    if not newest or vector.get("later", 0) >= 3600:
        return  # nothing was given yet, or its access token is over by itself
    header = {"authorization": f"Bearer {newest['access_token']}"}
    shown = await visitor.http.get("/oidc/userinfo", headers=header)
    again = {"grant_type": "refresh_token", "refresh_token": newest["refresh_token"]}
    refreshed = await token(world, visitor, application, **again)
    if vector["ends_family"]:
        assert (shown.status_code, number(refreshed)) == (401, 70008)
    else:
        assert (shown.status_code, refreshed.status_code) == (200, 200)
