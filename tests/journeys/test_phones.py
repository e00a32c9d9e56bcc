"""All phones of a person: mobile, alternate and office, by text or call."""

import pytest

from journeys.steps import PHONE, by_app, by_text, events, mails, texts, to_challenge
from known_methods import METHODS
from proofup.audit.events.methods import MethodAdded
from proofup.config.settings import Calls
from proofup.directory.users import MfaState, Person, SetMfaState
from proofup.methods.phone import ALTERNATE_MOBILE, MOBILE, OFFICE, number_of
from proofup.methods.protocol import CallStatus
from proofup.methods.registered_methods import AddMethod
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.messages import Call
from proofup.values.secret import Secret
from proofup.values.ways import Way
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio

PAGE = "/security-info/phone"
ALTERNATE_PAGE = "/security-info/phone/alternate"
OFFICE_PAGE = "/security-info/phone/office"


@pytest.fixture
def calls() -> Calls:
    """Return a carrier for calls."""
    return Calls(
        webhook="https://voice.contoso.test/calls",
        secret=Secret("a-secret-of-32-letters-or-more-y"),
    )


async def numbers(world: World, person: Person) -> dict[str, str]:
    """Return the numbers a person has, by what they are used for."""
    held = await world.store.methods.of_user(person.user.id)
    return {one.slot: str(number_of(one)) for one in held if one.kind == "phone"}


async def go_on(visitor: Visitor) -> Page:
    """Press "I pressed #, go on" on the page of a change."""
    return await visitor.send(visitor.page.path)


async def offered(visitor: Visitor) -> list[str]:
    """Return the methods that can be added, by the values of the page's form."""
    page = await visitor.open("/security-info/add")
    values = ("softwareOath", "phone", "alternatePhone", "officePhone")
    return [value for value in values if f'name="kind" value="{value}"' in page.html]


async def test_ACT_01_VOP_01_VOP_08_what_may_be_added_is_offered_and_nothing_else(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    assert await offered(visitor) == ["softwareOath", "alternatePhone", "officePhone"]
    no_office = METHODS.ways - {Way("voiceOffice")}
    await world.store.commit(SetPolicy(policy=Policy(ways=no_office)))
    assert await offered(visitor) == ["softwareOath", "alternatePhone"]
    page = await visitor.open(OFFICE_PAGE)
    assert page.path == "/security-info/add"  # also by its address


@pytest.mark.both_engines
async def test_ACT_02_a_phone_is_added_by_a_call(world: World, visitor: Visitor) -> None:
    robin = await world.person()
    await to_challenge(visitor)
    await visitor.open("/security-info/add")
    page = await visitor.send("/security-info/add", kind="phone")
    assert "Text me a code" in page.text
    assert "Call me" in page.text
    page = await visitor.send(PAGE, number="07700 900142", country="GB", way="voiceMobile")
    assert "Answer our call and press #" in page.text
    assert "+44 7700 900142" in page.text
    (call,) = await world.sent()
    assert isinstance(call, Call)
    assert "Answer our call and press #" in (await go_on(visitor)).text
    assert await numbers(world, robin) == {}
    await world.hears(digits="#")
    page = await go_on(visitor)
    assert "Your phone is +44 7700 900142" in page.text
    assert "text or call" in page.text
    assert await numbers(world, robin) == {MOBILE: "+44 7700900142"}
    person = await world.store.people.by_id(robin.user.id)
    assert person
    assert person.account.default_way == Way("voiceMobile")


async def test_the_page_of_a_change_follows_its_call(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    await visitor.open(ALTERNATE_PAGE)
    page = await visitor.send(ALTERNATE_PAGE, number="07700 900142", country="GB")
    path = page.path
    await world.hears(CallStatus.RINGING)
    assert "Ringing now" in (await visitor.open(f"{path}/delivery")).text
    await world.hears(digits="#")
    assert 'data-go-on="go-on"' in (await visitor.open(f"{path}/delivery")).html


async def test_CMP_12_SI_05_an_alternate_phone_is_called_and_never_texted(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    await by_text(visitor, world)
    await visitor.open("/security-info/add")
    page = await visitor.send("/security-info/add", kind="alternatePhone")
    assert page.path == ALTERNATE_PAGE
    assert "Calls only" in page.text
    await visitor.send(ALTERNATE_PAGE, number="07700 900142", country="GB")
    await world.hears(digits="#")
    page = await go_on(visitor)
    assert "Your alternate phone is +44 7700 900142" in page.text
    assert "From now on we can call it" in page.text
    assert "Alternate phone Just added +44 7700 900142 , calls only" in page.text
    assert await numbers(world, robin) == {
        MOBILE: "+44 7700900067",
        ALTERNATE_MOBILE: "+44 7700900142",
    }
    assert (await events(world, robin))[0] is MethodAdded


@pytest.mark.parametrize("heard", [CallStatus.BUSY, CallStatus.DENIED, CallStatus.HUNG_UP])
async def test_VER_04_a_call_that_fails_leaves_everything_as_it_was(
    world: World, visitor: Visitor, heard: CallStatus
) -> None:
    robin = await world.person(phone=PHONE)
    await by_text(visitor, world)
    await visitor.open(PAGE)
    page = await visitor.send(PAGE, number="07700 900142", country="GB", way="voiceMobile")
    path = page.path
    await world.hears(heard)
    page = await go_on(visitor)
    assert page.status == 400
    assert "Works until you confirm" in page.text
    assert await numbers(world, robin) == {MOBILE: "+44 7700900067"}
    world.later(seconds=31)
    await visitor.send(f"{path}/send")
    await world.hears(digits="#")
    assert "Your phone is now +44 7700 900142" in (await go_on(visitor)).text


async def test_VER_03_an_alternate_phone_is_verified_before_it_is_changed(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    alternate = world.phone(robin.user.id, "+1 425 555 0130", ALTERNATE_MOBILE)
    await world.store.commit(AddMethod(method=alternate))
    await by_text(visitor, world)
    assert "Now: +1 425-555-0130" in (await visitor.open(ALTERNATE_PAGE)).text
    await visitor.send(ALTERNATE_PAGE, number="07700 900142", country="GB")
    assert (await numbers(world, robin))[ALTERNATE_MOBILE] == "+1 4255550130"
    await world.hears(digits="#")
    assert "Your alternate phone is now +44 7700 900142" in (await go_on(visitor)).text
    assert (await numbers(world, robin))[ALTERNATE_MOBILE] == "+44 7700900142"


async def test_RSP_05_the_alternate_number_has_to_be_another_one(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    await visitor.open(ALTERNATE_PAGE)
    page = await visitor.send(ALTERNATE_PAGE, number="07700 900067", country="GB")
    assert page.status == 400
    assert "You have this number already" in page.text


async def test_RSP_03_an_office_phone_has_an_extension(world: World, visitor: Visitor) -> None:
    robin = await world.person(phone=PHONE)
    await by_text(visitor, world)
    await visitor.open(OFFICE_PAGE)
    page = await visitor.send(OFFICE_PAGE, number="020 7946 0018", country="GB", extension="a1")
    assert page.status == 400
    assert "An extension has at most seven digits" in page.text
    page = await visitor.send(OFFICE_PAGE, number="020 7946 0018", country="GB", extension="4711")
    assert "+44 20 7946 0018 , extension 4711" in page.text
    assert "puts us through to your extension" in page.text
    await world.hears(digits="#")
    page = await go_on(visitor)
    assert "Your office phone is +44 20 7946 0018 , extension 4711" in page.text
    assert (await numbers(world, robin))[OFFICE] == "+44 2079460018X4711"


async def test_MX_06_RSP_02_an_office_number_of_the_directory_is_offered_and_counts_when_called(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE, business_phones=("+44 20 7946 0018 x12",))
    await by_text(visitor, world)
    page = await visitor.open(OFFICE_PAGE)
    assert "It counts once we have called it" in page.text
    fields = page.form(OFFICE_PAGE).fields
    assert (fields["number"], fields["extension"]) == ("2079460018", "12")
    await visitor.send(OFFICE_PAGE)
    assert OFFICE not in await numbers(world, robin)  # VOC-02
    await world.hears(digits="#")
    await go_on(visitor)
    assert (await numbers(world, robin))[OFFICE] == "+44 2079460018X12"


async def test_an_office_number_that_is_none_is_not_offered(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE, business_phones=("ask reception",))
    await by_text(visitor, world)
    assert "ask reception" not in (await visitor.open(OFFICE_PAGE)).html


async def test_NUM_05_a_landline_that_was_to_be_texted_is_offered_a_call(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    await by_text(visitor, world)
    await visitor.open(PAGE)
    page = await visitor.send(PAGE, number="020 7946 0018", country="GB", way="sms")
    assert "This number takes calls but no texts. We can call it" in page.text
    assert page.form(PAGE).fields["way"] == "voiceMobile"
    await visitor.send(PAGE)
    await world.hears(digits="#")
    page = await go_on(visitor)
    assert "Phone Just changed +44 20 7946 0018 , calls only" in page.text
    assert await numbers(world, robin) == {MOBILE: "+44 2079460018"}


async def test_a_number_that_no_allowed_way_reaches_is_told(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    await visitor.open(PAGE)
    await world.store.commit(SetPolicy(policy=Policy(ways=frozenset({Way("sms"), Way("oath")}))))
    page = await visitor.send(PAGE, number="020 7946 0018", country="GB", way="voiceMobile")
    assert page.status == 400
    assert "in a way that your organisation allows" in page.text


async def test_ACT_07_and_08_the_default_is_a_way_of_a_phone_and_never_the_alternate(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    alternate = world.phone(robin.user.id, "+1 425 555 0130", ALTERNATE_MOBILE)
    await world.store.commit(AddMethod(method=alternate))
    await by_text(visitor, world)
    page = await visitor.open("/security-info/default")
    assert "Text code to my authentication phone" in page.text
    assert "Call my authentication phone" in page.text
    assert "alternate" not in page.text.lower()
    page = await visitor.send("/security-info/default", option="voiceMobile")
    assert "Default: Call my authentication phone" in page.text
    (mail,) = await mails(world)
    assert mail.facts["now"] == "voiceMobile"


async def test_ACT_04_deleting_the_default_names_the_next_one_and_moves_it(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE, default=Way("voiceOffice"))
    office = world.phone(robin.user.id, "+44 20 7946 0018", OFFICE, extension="12")
    await world.store.commit(AddMethod(method=office))
    await to_challenge(visitor)
    await world.hears(digits="#")
    await visitor.send("/signin/challenge")
    path = f"/security-info/methods/{office.id}/delete"
    page = await visitor.open(path)
    assert "Delete your office phone?" in page.text
    assert "From then on we ask for this first: Text code" in page.text
    page = await visitor.send(path)
    assert "Default: Text code to my authentication phone" in page.text
    assert await texts(world) == []  # an office line reads none


@pytest.mark.parametrize("is_demanded", [False, True])
async def test_ACT_06_the_last_method_warns_of_what_comes_next(
    world: World, visitor: Visitor, *, is_demanded: bool
) -> None:
    robin = await world.person(phone=PHONE)
    if is_demanded:
        await world.store.commit(SetMfaState(user_id=robin.user.id, state=MfaState.ENFORCED))
    await by_text(visitor, world)
    (phone,) = await world.store.methods.of_user(robin.user.id)
    page = await visitor.open(f"/security-info/methods/{phone.id}/delete")
    assert ("you have to set up another before you can go on" in page.text) is is_demanded
    assert ("only your password protects" in page.text) is not is_demanded


@pytest.mark.parametrize("kind", ["phone", "app"])
@pytest.mark.parametrize("path", ["/security-info", "/security-info/classic"])
async def test_RSP_10_one_contact_alone_is_too_few(
    world: World, visitor: Visitor, kind: str, path: str
) -> None:
    if kind == "phone":
        robin = await world.person(phone=PHONE)
        await by_text(visitor, world)
    else:
        robin = await world.person(apps=1)
        await by_app(visitor, world, robin)
    page = await visitor.open(path)
    assert f"Only one {kind} can let you in" in page.text
    assert "Add a second way, best on another device, or make recovery codes." in page.text
    alternate = world.phone(robin.user.id, "+1 425 555 0130", ALTERNATE_MOBILE)
    await world.store.commit(AddMethod(method=alternate))
    assert f"Only one {kind}" not in (await visitor.open(path)).text


async def test_RSP_10_a_phone_and_its_app_may_be_one_device(world: World, visitor: Visitor) -> None:
    robin = await world.person(phone=PHONE, apps=1, default=Way("sms"))
    page = await by_text(visitor, world, start="/security-info")
    assert "All of it may be on one device" in page.text
    alternate = world.phone(robin.user.id, "+1 425 555 0130", ALTERNATE_MOBILE)
    await world.store.commit(AddMethod(method=alternate))
    page = await visitor.open("/security-info")
    assert "Ready for a lost device" in page.text
    assert "you could still sign in with: Alternate phone" in page.text


async def test_a_change_that_was_reported_on_the_phone_ends_the_session(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    await by_text(visitor, world)
    await visitor.open(ALTERNATE_PAGE)
    await visitor.send(ALTERNATE_PAGE, number="07700 900142", country="GB")
    await world.hears(digits="0#")
    page = await go_on(visitor)
    assert page.path.startswith("/signin")
    assert "You were signed out" in page.text
    assert "somebody said on the phone that it was not them" in page.text
    assert await numbers(world, robin) == {MOBILE: "+44 7700900067"}


async def test_two_tabs_add_one_office_phone_and_the_second_is_told(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    await by_text(visitor, world)
    await visitor.open(OFFICE_PAGE)
    office = world.phone(robin.user.id, "+44 20 7946 0018", OFFICE)
    await world.store.commit(AddMethod(method=office))
    page = await visitor.send(OFFICE_PAGE, number="020 7946 0099", country="GB", extension="7")
    assert page.status == 409
    form = page.form(OFFICE_PAGE)
    assert (form.fields["extension"], form.fields["replaces"]) == ("7", office.id)
    await visitor.send(OFFICE_PAGE)
    await world.hears(digits="#")
    await go_on(visitor)
    assert (await numbers(world, robin))[OFFICE] == "+44 2079460099X7"


async def test_WIZ_11_MX_06_on_the_way_in_phone_office_or_app_and_how_are_chosen(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(business_phones=("+44 20 7946 0018 x4711",))
    await world.store.commit(SetMfaState(user_id=robin.user.id, state=MfaState.ENABLED))
    assert (await to_challenge(visitor)).path == "/proofup"
    assert await offered(visitor) == ["softwareOath", "phone", "officePhone"]
    page = await visitor.send("/security-info/add", kind="officePhone")
    fields = page.form(OFFICE_PAGE).fields
    assert fields["extension"] == "4711"
    await visitor.send(OFFICE_PAGE)
    await world.hears(CallStatus.ANSWERED)
    await world.hears(digits="#")
    page = await go_on(visitor)
    assert "You're all set" in page.text
    assert "Default: Call my office phone" in page.text


async def test_ACT_07_an_alternate_phone_that_is_the_first_method_is_no_default(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person()
    await to_challenge(visitor)
    await visitor.open(ALTERNATE_PAGE)
    await visitor.send(ALTERNATE_PAGE, number="07700 900142", country="GB")
    await world.hears(digits="#")
    await go_on(visitor)
    assert [*await numbers(world, robin)] == [ALTERNATE_MOBILE]
    kept = await world.store.people.by_id(robin.user.id)
    assert kept
    assert kept.account.default_way is None
