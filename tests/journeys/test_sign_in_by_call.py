"""Signing in by a call: answered, ended in every way, reported as fraud, and polled."""

from datetime import timedelta

import pytest

from journeys.steps import (
    PHONE,
    everything,
    is_signed_in,
    to_challenge,
    told,
)
from proofup.config.settings import Calls
from proofup.directory.users import Person
from proofup.methods.phone import ALTERNATE_MOBILE, OFFICE
from proofup.methods.protocol import CallStatus
from proofup.methods.registered_methods import AddMethod
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.messages import Call
from proofup.values.secret import Secret
from proofup.values.ways import Way
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio

CALLER = "+44 20 7946 0018"
STOPPED = "This sign-in was stopped on the phone"
DELIVERY = "/signin/challenge/delivery"


@pytest.fixture
def calls() -> Calls:
    """Return a carrier for calls; it serves two countries."""
    return Calls(
        webhook="https://voice.contoso.test/calls",
        secret=Secret("a-secret-of-32-letters-or-more-y"),
        caller=CALLER,
        countries=frozenset({"GB", "US"}),
    )


async def with_all_phones(world: World) -> Person:
    robin = await world.person(phone=PHONE, apps=1)
    alternate = world.phone(robin.user.id, "+1 425 555 0167", ALTERNATE_MOBILE)
    office = world.phone(robin.user.id, "+1 425 555 0112", OFFICE, extension="12")
    await world.store.commit(AddMethod(method=alternate), AddMethod(method=office))
    return robin


async def called(world: World, visitor: Visitor) -> Page:
    """Go as far as the page of the call to the authentication phone."""
    await world.person(phone=PHONE, default=Way("voiceMobile"))
    return await to_challenge(visitor)


async def go_on(visitor: Visitor) -> Page:
    """Press "I pressed #, go on"."""
    return await visitor.send("/signin/challenge")


@pytest.mark.both_engines
async def test_VOI_01_VOI_08_the_call_is_made_at_once_and_the_pound_key_signs_in(
    world: World, visitor: Visitor
) -> None:
    page = await called(world, visitor)
    assert "Answer our call and press #" in page.text
    assert "+XX XXXXXXXX 67" in page.text
    assert f"The call comes from {CALLER}" in page.text
    assert "7700900067" not in page.html.replace(" ", "")  # MSK-03
    (call,) = await world.sent()
    assert isinstance(call, Call)
    page = await go_on(visitor)
    assert page.path == "/signin/challenge"
    await world.hears(digits="#")
    assert is_signed_in(await go_on(visitor))


async def test_CMP_07_the_page_tells_how_far_the_call_has_come(
    world: World, visitor: Visitor
) -> None:
    await called(world, visitor)
    assert "We are dialling" in (await visitor.open(DELIVERY)).text
    await world.sent()
    assert "It should ring any moment" in (await visitor.open(DELIVERY)).text
    world.later(seconds=21)
    assert "Your phone does not ring yet" in (await visitor.open(DELIVERY)).text
    for heard, words in (
        (CallStatus.RINGING, "Ringing now"),
        (CallStatus.ANSWERED, "Answered: press #"),
        (CallStatus.ANOTHER_KEY, "That was another key: press #"),
    ):
        await world.hears(heard)
        page = await visitor.open(DELIVERY)
        assert words in page.text
        assert "hx-get" in page.html
    await world.hears(digits="#")
    page = await visitor.open(DELIVERY)
    assert "You pressed #" in page.text
    assert 'data-go-on="go-on"' in page.html


async def test_looking_at_a_call_counts_and_writes_nothing(world: World, visitor: Visitor) -> None:
    await called(world, visitor)
    await world.sent()
    before = await everything(world)
    for _ in range(20):
        await visitor.open(DELIVERY)
        await visitor.open("/signin/challenge")
        await go_on(visitor)
    assert await everything(world) == before


@pytest.mark.parametrize(
    ("heard", "number", "words"),
    [
        (CallStatus.DENIED, "500121 UserDeclined", "The call was denied"),
        (CallStatus.BUSY, "500121 PhoneBusy", "Your phone was busy"),
        (CallStatus.NO_ANSWER, "500121 PhoneNoAnswer", "Nobody answered our call"),
        (CallStatus.HUNG_UP, "500121 PhoneHungUp", "The call ended before # was pressed"),
        (CallStatus.VOICEMAIL, "500121 WentToVoicemail", "Our call went to voicemail"),
        (CallStatus.FAILED, "500121 PhoneUnreachable", "We couldn't reach your phone"),
    ],
)
async def test_VOI_06_each_end_of_a_call_has_its_own_reason(
    world: World, visitor: Visitor, heard: CallStatus, number: str, words: str
) -> None:
    await called(world, visitor)
    await world.sent()
    await world.hears(heard)
    assert 'data-go-on="go-on"' in (await visitor.open(DELIVERY)).html
    told(await visitor.open("/signin/challenge"), words, number=number)
    assert visitor.page.title.startswith(f"Error: {words}")
    world.later(seconds=31)
    page = await visitor.send("/signin/challenge/send")
    assert "Answer our call and press #" in page.text
    await world.hears(digits="#")
    assert is_signed_in(await go_on(visitor))


async def test_VOI_06_a_call_that_no_carrier_takes_is_told(world: World, visitor: Visitor) -> None:
    await called(world, visitor)
    (claimed,) = await world.store.outbox.claim("call", 1, timedelta(minutes=1), world.now)
    await world.store.outbox.mark_failed(claimed.id, "refused", world.now, None)
    page = await go_on(visitor)
    told(page, "We couldn't reach your phone", number="500121 PhoneUnreachable")


async def test_VOI_05_a_call_without_an_answer_runs_out(world: World, visitor: Visitor) -> None:
    await called(world, visitor)
    world.later(minutes=3)
    page = await go_on(visitor)
    told(page, "We didn't get your answer in time", number="500121 InvalidSession")


async def test_VOI_04_another_key_twice_denies(world: World, visitor: Visitor) -> None:
    await called(world, visitor)
    await world.hears(digits="5")
    await world.hears(digits="6", turn=2)
    told(await go_on(visitor), "The call was denied", number="500121 UserDeclined")


@pytest.mark.parametrize("blocks", [False, True])
async def test_VOI_02_FRD_01_a_reported_call_stops_everything(
    world: World, visitor: Visitor, *, blocks: bool
) -> None:
    await world.store.commit(SetPolicy(policy=Policy(fraud_blocks=blocks)))
    await called(world, visitor)
    await world.hears(digits="0#")
    page = await go_on(visitor)
    told(
        page, "This sign-in was stopped on the phone", number="500121 FraudCodeEntered", status=403
    )
    page = await visitor.open("/signin/challenge")
    assert page.path == "/signin"  # the sign-in is gone


async def test_VOI_02_the_page_of_a_reported_call_goes_on_by_itself(
    world: World, visitor: Visitor
) -> None:
    await called(world, visitor)
    await world.hears(digits="0#")
    answer = await visitor.http.get("/signin/challenge/delivery")
    assert answer.status_code == 200
    assert 'data-go-on="go-on"' in answer.text


async def test_a_reported_call_is_told_whoever_looks_first(world: World, visitor: Visitor) -> None:
    await called(world, visitor)
    await world.hears(digits="0#")
    page = await visitor.open("/signin/challenge")
    told(
        page, "This sign-in was stopped on the phone", number="500121 FraudCodeEntered", status=403
    )


async def test_ALT_02_to_06_and_08_every_way_is_an_option_and_help_is_the_last(
    world: World, visitor: Visitor
) -> None:
    await with_all_phones(world)
    await to_challenge(visitor)
    page = await visitor.open("/signin/options")
    in_order = (
        "Use a verification code from app or hardware token",
        "Text +XX XXXXXXXX 67",
        "Call +XX XXXXXXXX 67",
        "Call office phone +X XXXXXXXX 12",
        "Call me at +X XXXXXXXX 67",
        "I can't use any of these now",
    )
    places = [page.text.index(words) for words in in_order]
    assert places == sorted(places)
    assert "Alternate phone" in page.text  # MSK-04: two that end alike


@pytest.mark.parametrize(
    ("way", "words"),
    [
        (Way("voiceMobile"), "your authentication phone"),
        (Way("voiceOffice"), "your office phone"),
        (Way("voiceAlternateMobile"), "your alternate phone"),
    ],
)
async def test_each_phone_can_be_called(
    world: World, visitor: Visitor, way: Way, words: str
) -> None:
    await with_all_phones(world)
    await to_challenge(visitor)
    await visitor.open("/signin/options")
    page = await visitor.send("/signin/challenge/send", button=("option", way))
    assert words in page.text
    await world.hears(digits="#")
    assert is_signed_in(await go_on(visitor))


async def test_CH_05_another_option_ends_the_call(world: World, visitor: Visitor) -> None:
    await called(world, visitor)
    world.later(seconds=31)
    await visitor.open("/signin/options")
    page = await visitor.send("/signin/challenge/send", button=("option", "sms"))
    assert "Enter the code we texted you" in page.text
    await world.hears(digits="#")
    assert "Enter the code we texted you" in (await visitor.open("/signin/challenge")).text


async def test_a_second_call_at_once_is_refused_with_its_time(
    world: World, visitor: Visitor
) -> None:
    await called(world, visitor)
    page = await visitor.send("/signin/challenge/send")
    assert page.status == 429
    assert "No new call was made" in page.text
    assert "Call again in 30 s" in page.text


async def test_TEL_02_a_country_that_is_not_called(world: World, visitor: Visitor) -> None:
    await world.person(phone="+33 6 12 34 56 78", default=Way("voiceMobile"))
    page = await to_challenge(visitor)
    told(page, "No call was made", number="500121 CountryNotServed")
    assert "We don't call the country of this number" in page.text


async def test_a_text_again_is_a_text_again_whatever_the_default(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE, apps=1, default=Way("oath"))
    await to_challenge(visitor)
    await visitor.open("/signin/options")
    await visitor.send("/signin/challenge/send", button=("option", "sms"))
    world.later(seconds=31)
    page = await visitor.send("/signin/challenge/send")
    assert "Enter the code we texted you" in page.text
