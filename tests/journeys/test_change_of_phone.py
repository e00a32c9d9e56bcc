"""The first trip through the house, page by page, as a person takes it."""

import pytest

from journeys.steps import to_challenge
from visitor import Visitor
from world import PASSWORD, World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"


async def sign_in(visitor: Visitor, world: World, *, to: str = "/") -> None:
    """Sign in by name, password and text."""
    await visitor.open(to)
    await visitor.send("/signin", username=ROBIN)
    await visitor.send("/signin/password", password=PASSWORD)
    await visitor.send("/signin/challenge", code=await world.texted_code())


@pytest.mark.both_engines
async def test_a_phone_is_changed(world: World, visitor: Visitor) -> None:
    await world.person(phone="+44 7700 900067")
    await sign_in(visitor, world)
    await visitor.open("/security-info")
    assert visitor.page.path == "/security-info"
    assert "+44 7700 900067" in visitor.page.text

    world.later(minutes=1)
    await visitor.open("/security-info/phone")
    await visitor.send("/security-info/phone", number="07700 900 142", country="GB")
    assert visitor.page.path.startswith("/security-info/changes/")
    assert "+44 7700 900142" in visitor.page.text
    change = visitor.page.path
    await visitor.send(change, code=await world.texted_code())
    assert visitor.page.status == 200
    assert visitor.query()["done"] == "phone-changed"
    assert "Your phone is now +44 7700 900142" in visitor.page.text
    assert "The old number no longer works" in visitor.page.text

    await visitor.send("/signout")
    assert visitor.page.path == "/signed-out"
    world.later(minutes=1)
    await world.sent()
    await visitor.open("/security-info")
    await visitor.send("/signin", username=ROBIN)
    await visitor.send("/signin/password", password=PASSWORD)
    assert "number ending in 42" in visitor.page.text
    await visitor.send("/signin/challenge", code=await world.texted_code())
    assert visitor.page.path == "/security-info"


async def test_what_was_typed_survives_the_proof_that_is_asked_for(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone="+44 7700 900067")
    await sign_in(visitor, world)
    world.later(minutes=20)
    await visitor.open("/security-info/phone")
    await visitor.send("/security-info/phone", number="07700 900142", country="GB")
    assert visitor.page.path.startswith("/security-info/verify")
    assert "+44 7700 900142" in visitor.page.text
    await visitor.send("/security-info/verify", button=("option", "sms"))
    assert visitor.page.path == "/signin/challenge"
    assert "number ending in 67" in visitor.page.text
    await visitor.send("/signin/challenge", code=await world.texted_code())
    change = visitor.page.path
    assert change.startswith("/security-info/changes/")
    assert "+44 7700 900142" in visitor.page.text
    await visitor.send(f"{change}/send")
    await visitor.send(change, code=await world.texted_code())
    assert visitor.query()["done"] == "phone-changed"


async def test_ENT_08_a_person_without_any_method_adds_a_phone_first(
    world: World, visitor: Visitor
) -> None:
    await world.person()
    await visitor.open("/security-info")
    await visitor.send("/signin", username=ROBIN)
    await visitor.send("/signin/password", password=PASSWORD)
    assert visitor.page.path == "/security-info"
    await visitor.open("/security-info/add")
    await visitor.send("/security-info/add", kind="phone")
    assert visitor.page.path == "/security-info/phone"
    await visitor.send("/security-info/phone", number="07700 900142", country="GB")
    await visitor.send(visitor.page.path, code=await world.texted_code())
    assert visitor.query()["done"] == "phone-added"


async def test_two_tabs_change_one_phone_and_the_second_is_told(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone="+44 7700 900067")
    await sign_in(visitor, world)
    world.later(minutes=1)
    await visitor.open("/security-info/phone")
    second_tab = visitor.page
    await visitor.send("/security-info/phone", number="07700 900142", country="GB")
    await visitor.send(visitor.page.path, code=await world.texted_code())
    visitor.page = second_tab
    await visitor.send("/security-info/phone", number="07700 900215", country="GB")
    assert visitor.page.status == 409
    assert "changed elsewhere" in visitor.page.text
    assert "07700 900215" in visitor.page.html
    await visitor.send("/security-info/phone")
    assert visitor.page.path.startswith("/security-info/changes/")


async def test_it_was_not_me(world: World, visitor: Visitor, another_visitor: Visitor) -> None:
    await world.person(phone="+44 7700 900067")
    await sign_in(visitor, world)
    world.later(minutes=1)
    await visitor.open("/security-info/phone")
    await visitor.send("/security-info/phone", number="07700 900142", country="GB")
    await visitor.send(visitor.page.path, code=await world.texted_code())
    (mail,) = [one for one in await world.sent() if hasattr(one, "facts")]
    link = mail.facts["not_me_url"].removeprefix("https://id.contoso.test")
    page = await another_visitor.open(link)
    assert "Take away what was added +XX XXXXXXXX42" in page.text
    assert "Bring back what was there before +XX XXXXXXXX67" in page.text
    assert (await visitor.open("/security-info")).path == "/security-info"
    await another_visitor.send(link)
    assert another_visitor.page.path == "/not-me/done"
    assert (await visitor.open("/security-info")).path.startswith("/signin")
    page = await another_visitor.open(link)
    assert page.status == 410
    assert "for 10 days" in page.text
    assert (await to_challenge(another_visitor)).text.count("ending in 67") == 1


async def test_SM6_a_number_is_shown_whole_only_after_a_fresh_proof(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone="+44 7700 900067")
    await sign_in(visitor, world)
    await visitor.open("/security-info")
    assert "+44 7700 900067" in visitor.page.text
    world.later(minutes=20)
    for path in ("/security-info", "/security-info/phone"):
        page = await visitor.open(path)
        assert page.status == 200
        assert "900067" not in page.html.replace(" ", "")
        assert "number ending in 67" in page.text
