"""The classic page where calls are served: every preferred option, and every contact."""

import pytest

from journeys.steps import PHONE, by_text, is_signed_in, to_challenge
from proofup.config.settings import Calls
from proofup.directory.users import Person
from proofup.methods.phone import ALTERNATE_MOBILE, OFFICE, number_of
from proofup.methods.registered_methods import AddMethod
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.messages import Call, Text
from proofup.values.secret import Secret
from proofup.values.ways import Way
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio
CLASSIC = "/security-info/classic"
LANDLINE = "+44 20 7946 0018"


@pytest.fixture
def calls() -> Calls:
    """Return a carrier for calls."""
    return Calls(
        webhook="https://voice.contoso.test/calls",
        secret=Secret("a-secret-of-32-letters-or-more-y"),
    )


async def with_everything(world: World) -> Person:
    robin = await world.person(phone=PHONE, apps=1, default=Way("sms"))
    office = world.phone(robin.user.id, LANDLINE, OFFICE, extension="12")
    alternate = world.phone(robin.user.id, "+1 425 555 0130", ALTERNATE_MOBILE)
    await world.store.commit(AddMethod(method=office), AddMethod(method=alternate))
    return robin


async def opened(world: World, visitor: Visitor) -> Page:
    await by_text(visitor, world)
    return await visitor.open(CLASSIC)


async def default_of(world: World, person: Person) -> Way | None:
    found = await world.store.people.by_id(person.user.id)
    assert found
    return found.account.default_way


async def numbers(world: World, person: Person) -> dict[str, str]:
    held = await world.store.methods.of_user(person.user.id)
    return {one.slot: str(number_of(one)) for one in held if one.kind == "phone"}


@pytest.mark.parametrize(
    ("way", "to"),
    [
        (Way("voiceMobile"), "+447700900067"),
        (Way("voiceOffice"), "+442079460018"),
        (Way("oath"), None),
    ],
)
async def test_OPT_01_OPT_03_OPT_05_each_option_is_asked_first_once_it_is_preferred(
    world: World, visitor: Visitor, way: Way, to: str | None
) -> None:
    robin = await with_everything(world)
    await opened(world, visitor)
    page = await visitor.send(CLASSIC, option=way)
    assert "Saved" in page.text
    assert page.form(CLASSIC).fields["option"] == way
    await visitor.send("/signout")
    await world.sent()
    world.later(minutes=1)
    await to_challenge(visitor)
    calls = [one for one in await world.sent() if isinstance(one, Call)]
    assert [one.to.e164 for one in calls] == ([to] if to else [])
    assert await default_of(world, robin) == way


async def test_OPT_02_a_phone_that_takes_no_texts_cannot_be_preferred_for_them(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE, apps=1, default=Way("sms"))
    await opened(world, visitor)
    page = await visitor.send(CLASSIC, phone_number="020 7946 0018", phone_country="GB")
    assert page.status == 400
    assert "This is a landline, which takes no texts" in page.text
    assert [one for one in await world.sent() if isinstance(one, Text)] == []
    page = await visitor.send(
        CLASSIC, phone_number="020 7946 0018", phone_country="GB", option="voiceMobile"
    )
    await world.hears(digits="#")
    await visitor.send(page.path)
    assert (await numbers(world, robin))["phone.mobile"] == "+44 2079460018"
    assert await default_of(world, robin) == Way("voiceMobile")


async def test_OPT_06_RSP_04_the_alternate_phone_has_a_box_and_is_no_preferred_option(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE, default=Way("sms"))
    page = await opened(world, visitor)
    assert "alternate" not in page.form(CLASSIC).fields, "not ticked yet"
    options = page.html[page.html.index('id="option"') : page.html.index("</select>")]
    assert 'value="voiceOffice"' in options
    assert "lternate" not in options
    page = await visitor.send(
        CLASSIC, alternate="on", alternate_country="GB", alternate_number="07700 900142"
    )
    assert "Answer our call and press #" in page.text
    assert ALTERNATE_MOBILE not in await numbers(world, robin)
    await world.hears(digits="#")
    await visitor.send(page.path)
    assert (await numbers(world, robin))[ALTERNATE_MOBILE] == "+44 7700900142"
    await visitor.send("/signout")
    world.later(minutes=1)
    await to_challenge(visitor)
    await visitor.open("/signin/options")
    await visitor.send("/signin/challenge/send", button=("option", "voiceAlternateMobile"))
    await world.hears(digits="#")
    assert is_signed_in(await visitor.send("/signin/challenge")), "when the first is not at hand"


async def test_RSP_02_an_office_phone_is_offered_from_the_directory(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(
        phone=PHONE, default=Way("sms"), business_phones=("+44 20 7946 0018 x12",)
    )
    page = await opened(world, visitor)
    fields = page.form(CLASSIC).fields
    assert (fields["office_number"], fields["office_extension"]) == ("2079460018", "12")
    assert fields["office_country"] == "GB"
    assert "office" not in fields, "an offer, until its owner ticks it"
    assert "It counts once we have called it." in page.text
    assert "Nothing was changed" in (await visitor.send(CLASSIC)).text
    page = await visitor.send(CLASSIC, office="on")
    assert OFFICE not in await numbers(world, robin)
    await world.hears(digits="#")
    await visitor.send(page.path)
    assert (await numbers(world, robin))[OFFICE] == "+44 2079460018X12"


async def test_RSP_06_apps_stand_below_their_button_each_with_delete(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE, apps=2, default=Way("sms"))
    page = await opened(world, visitor)
    assert '<a class="button" href="/security-info/add">Set up Authenticator app</a>' in page.html
    held = await world.store.methods.of_user(robin.user.id)
    apps = [one.id for one in held if one.kind == "softwareOath"]
    assert len(apps) == 2
    for app in apps:
        assert f'href="/security-info/methods/{app}/delete"' in page.html


@pytest.mark.both_engines
async def test_VOP_04_VOP_06_both_pages_and_the_sign_in_go_by_one_policy(
    world: World, visitor: Visitor
) -> None:
    await with_everything(world)
    await opened(world, visitor)
    await world.store.commit(SetPolicy(policy=Policy(ways=frozenset({Way("sms"), Way("oath")}))))
    page = await visitor.open(CLASSIC)
    assert "Call my authentication phone (switched off)" in page.text
    assert "Text code to my authentication phone (switched off)" not in page.text
    page = await visitor.open("/security-info/default")
    assert "Call my" not in page.text
    assert "Text code to my authentication phone" in page.text
    await visitor.open("/security-info")
    await visitor.send("/signout")
    world.later(minutes=1)
    await to_challenge(visitor)
    page = await visitor.open("/signin/options")
    assert "Call" not in page.text.replace("Call the Contoso help desk", "")
    assert "Text +XX" in page.text
