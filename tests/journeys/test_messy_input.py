"""What people paste and what keyboards add, at the pages."""

import pytest

from journeys.steps import PHONE, ROBIN, is_signed_in, to_challenge
from visitor import Visitor
from world import PASSWORD, World

pytestmark = pytest.mark.anyio
TO_PERSIAN = {ord("0") + digit: chr(0x6F0 + digit) for digit in range(10)}


@pytest.mark.parametrize(
    "pasted", ["\t{0}\u00a0{1}", "Your code is {0} {1}.", "\u2068{0}\u2011{1}\u2069", "{0}-{1} \t"]
)
async def test_a_pasted_code_signs_in(world: World, visitor: Visitor, pasted: str) -> None:
    await world.person(phone=PHONE)
    await to_challenge(visitor)
    code = (await world.texted_code()).translate(TO_PERSIAN)
    page = await visitor.send("/signin/challenge", code=pasted.format(code[:3], code[3:]))
    assert is_signed_in(page)


async def test_a_user_name_with_a_tab_or_an_invisible_mark_at_its_ends_is_read(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    for typed in (f"{ROBIN}\t", f"\u202a{ROBIN}\u202c", f"{ROBIN}\u200b", f"\ufeff {ROBIN}"):
        await visitor.open("/signin")
        await visitor.send("/signin", username=typed)
        page = await visitor.send("/signin/password", password=PASSWORD)
        assert page.path == "/signin/challenge", typed
        world.later(minutes=1)
