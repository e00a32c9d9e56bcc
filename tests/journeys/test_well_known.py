"""Addresses that programs know without asking."""

import pytest

from journeys.steps import PHONE, by_text
from visitor import Visitor
from world import World

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]


async def test_password_managers_find_the_page_that_changes_the_password(
    world: World, visitor: Visitor
) -> None:
    answer = await visitor.http.get("/.well-known/change-password")
    assert (answer.status_code, answer.headers["location"]) == (303, "/security-info/password")
    await world.person(phone=PHONE)
    page = await by_text(visitor, world, start="/.well-known/change-password")
    assert page.path == "/security-info/password"
    # By this one they tell whether answers can be trusted (W3C).
    unknown = "resource-that-should-not-exist-whose-status-code-should-not-be-200"
    assert (await visitor.open(f"/.well-known/{unknown}")).status == 404
