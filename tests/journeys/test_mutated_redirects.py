"""Redirect addresses that are almost a registered one: a page says so, and nobody is sent there."""

from typing import Any

import pytest

from journeys.test_code_flow import asks, brought, opens, signed_in, site
from proofup.tokens.application import Redirect, RedirectKind
from vectors import read
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("vector", read("redirects"), ids=lambda one: str(one["registered"]))
async def test_OI2_a_mutated_address_is_refused_on_a_page(
    world: World, visitor: Visitor, vector: dict[str, Any]
) -> None:
    await signed_in(world, visitor)
    registered = Redirect(vector["registered"], RedirectKind(vector["kind"]))
    application = await site(world, redirects=(registered,))
    true = await opens(visitor, asks(world, application, redirect_uri=registered.uri))
    assert "code" in brought(true)
    for asked in vector["asked"]:
        for silent in (None, "none"):
            address = asks(world, application, redirect_uri=asked, prompt=silent)
            told = await visitor.http.get(address)
            assert told.status_code == 400, asked
            assert "50011" in told.text, asked
            assert "location" not in told.headers
