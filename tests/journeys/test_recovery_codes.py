"""A lost phone, and a piece of paper in a drawer."""

import re

import pytest

from journeys.steps import PHONE, by_text, is_signed_in, to_challenge, told
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio
CODE = re.compile(r"<dd dir=\"ltr\">([0-9A-Z-]{19})</dd>")
ADDRESS = "/security-info/recovery-codes"


async def made(visitor: Visitor, world: World) -> list[str]:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    page = await visitor.open("/security-info")
    assert "Recovery codes None. They let you in when your phone is gone." in page.text
    await visitor.open(ADDRESS)
    page = await visitor.send(ADDRESS)
    assert page.headers["cache-control"] == "no-store"
    return CODE.findall(page.html)


@pytest.mark.both_engines
async def test_CMP_04_who_lost_the_phone_gets_in_by_a_code_and_sets_up_another(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    codes = await made(visitor, world)
    assert len(set(codes)) == 10
    page = await visitor.open("/security-info")
    assert "10 codes are unused" in page.text
    world.later(seconds=31)
    await to_challenge(another_visitor)
    page = await another_visitor.open("/signin/options")
    assert "Use a recovery code" in page.text
    await another_visitor.open("/signin/recovery")
    page = await another_visitor.send("/signin/recovery", code=codes[0].lower())
    assert is_signed_in(page)
    page = await another_visitor.open("/security-info")
    assert "9 codes are unused" in page.text
    page = await another_visitor.open("/security-info/phone")
    assert page.status == 200


async def test_SE3_codes_are_shown_once(world: World, visitor: Visitor) -> None:
    codes = await made(visitor, world)
    for path in (ADDRESS, "/security-info"):
        page = await visitor.open(path)
        assert not [code for code in codes if code in page.html]


async def test_a_wrong_code_is_told_with_what_is_left(world: World, visitor: Visitor) -> None:
    await made(visitor, world)
    await visitor.send("/signout")
    await to_challenge(visitor)
    await visitor.open("/signin/recovery")
    page = await visitor.send("/signin/recovery", code="0000-0000-0000-0000")
    told(page, "That is none of your unused codes.", number="500121")
    assert "4 tries left" in page.text


async def test_who_has_no_codes_is_offered_none(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await to_challenge(visitor)
    page = await visitor.open("/signin/options")
    assert "recovery code" not in page.text
    page = await visitor.open("/signin/recovery")
    assert page.path == "/signin/challenge"


async def test_who_has_no_method_is_offered_none(world: World, visitor: Visitor) -> None:
    await world.person()
    await to_challenge(visitor)
    page = await visitor.open("/security-info")
    assert "recovery" not in page.text.lower()
    await visitor.open(ADDRESS)
    page = await visitor.send(ADDRESS)
    assert page.path == "/security-info"


@pytest.mark.parametrize("path", ["/signin/recovery"])
async def test_TX2_the_page_is_of_a_sign_in_that_asks_for_it(
    world: World, visitor: Visitor, path: str
) -> None:
    assert (await visitor.open(path)).path == "/signin"
    codes = await made(visitor, world)
    page = await visitor.open(path)
    assert page.path != path
    assert codes
