"""Whoever has to wait is told until when, and what still works meanwhile."""

from datetime import timedelta

import pytest

from journeys.conftest import NewVisitor
from journeys.steps import (
    PHONE,
    by_text,
    fail_texts,
    is_signed_in,
    other_than,
    texts,
    to_challenge,
    told,
)
from proofup.config.settings import Calls
from proofup.policy import figures
from proofup.policy.limits import Limit
from proofup.values.secret import Secret
from proofup.values.ways import Way
from visitor import Visitor
from world import PASSWORD, World

pytestmark = pytest.mark.anyio
CHALLENGE, OPTIONS = "/signin/challenge", "/signin/options"
SENT = "Enter the code we texted you"


@pytest.fixture
def calls() -> Calls:
    """Give a carrier for calls."""
    return Calls(
        webhook="https://calls.contoso.test/calls", secret=Secret("a-secret-of-32-letters-x" * 2)
    )


@pytest.mark.both_engines
async def test_a_sign_in_begun_anew_takes_the_code_that_was_sent_already(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await to_challenge(visitor)
    code = await world.texted_code()
    for seconds in (24, 18):
        world.later(seconds=6)
        page = await to_challenge(visitor)
        assert (page.status, page.path) == (200, CHALLENGE)
        assert SENT in page.text
        assert f"New code in {seconds} s" in page.text
    assert await texts(world) == []
    page = await visitor.send(CHALLENGE, code=other_than(code))
    told(page, "4 tries left", number="500121")
    assert is_signed_in(await visitor.send(CHALLENGE, code=code))


async def test_a_code_that_was_used_lets_nobody_in_again(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    await visitor.send("/signout")
    page = await to_challenge(visitor)
    if page.status == 429:
        assert "It can be again in 30 seconds" in page.text
        assert "New code in 30 s" in page.text
        assert SENT not in page.text
        world.later(seconds=31)
        page = await visitor.send("/signin/challenge/send")
    assert (page.status, page.path) == (200, CHALLENGE)
    assert is_signed_in(await visitor.send(CHALLENGE, code=await world.texted_code()))


async def test_TX2_a_code_counts_in_no_other_browser_and_for_no_other_account(
    world: World, new_visitor: NewVisitor
) -> None:
    for name, number in (("robin.ashby", PHONE), ("kim.larsen", "+44 7700 900068")):
        await world.person(f"{name}@contoso.test", phone=number)
    here, there = new_visitor(), new_visitor()
    await to_challenge(here)
    page = await to_challenge(there)
    told(page, "It can be again in 30 seconds", number="50088", status=429)
    assert SENT not in page.text
    await to_challenge(here, name="kim.larsen@contoso.test")
    page = await to_challenge(here)
    assert SENT not in page.text, "the sign-in before was of another account"


async def test_a_wait_is_told_until_tomorrow_and_stays_told(
    world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.person(phone=PHONE, apps=1, default=Way("sms"))
    monkeypatch.setattr(figures, "TEXT_AGAIN", Limit(name="a", most=9, within=figures.HOUR))
    monkeypatch.setattr(figures, "TEXTS_PER_HOUR", Limit(name="b", most=9, within=figures.HOUR))
    monkeypatch.setattr(figures, "TEXTS_PER_DAY", Limit(name="c", most=1, within=figures.DAY))
    await to_challenge(visitor)
    world.later(minutes=5)
    page = await to_challenge(visitor)
    told(page, "Ask again after 14:30 UTC tomorrow", number="50088", status=429)
    assert "Send a new code" not in page.text, "it could not work"
    page = await visitor.open(page.path)
    assert "after 14:30 UTC tomorrow" in page.text


@pytest.mark.parametrize("query", ["limit", "limit&until=x", "limit&until=99999999999", "other"])
async def test_an_address_says_nothing_that_is_not_so(
    world: World, visitor: Visitor, query: str
) -> None:
    await world.person(phone=PHONE)
    await to_challenge(visitor)
    page = await visitor.open(f"{CHALLENGE}?trouble={query}")
    assert page.status == 200
    assert SENT in page.text


async def test_a_limit_of_the_whole_service_says_when_it_ends(
    world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = Limit(name="signInsNetwork", most=1, within=timedelta(hours=12))
    monkeypatch.setattr(figures, "SIGN_INS_OF_NETWORK", limit)
    await visitor.open("/signin")
    form = visitor.page.form("/signin").fields
    await visitor.post("/signin", {**form, "username": "robin"})
    page = await visitor.post("/signin", {**form, "username": "robin"})
    told(page, "Try again after 02:30 UTC tomorrow", number="429", status=429)


async def test_who_guessed_everywhere_hears_when_it_ends(
    world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.person(phone=PHONE)
    limit = Limit(name="passwordInARow", most=1, within=timedelta(days=30))
    monkeypatch.setattr(figures, "PASSWORD_IN_A_ROW", limit)
    await visitor.open("/signin")
    await visitor.send("/signin", username="robin.ashby@contoso.test")
    await visitor.send("/signin/password", password="wrong one")
    page = await visitor.send("/signin/password", password=PASSWORD)
    told(page, "try again after 14:30 UTC on 21 December", number="50053", status=429)


async def test_who_resends_after_a_failed_text_is_offered_a_call(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    page = await to_challenge(visitor)
    assert "Call me instead" not in page.text
    await fail_texts(world)
    page = await visitor.open(CHALLENGE)
    assert "Your text could not be delivered" in page.text
    assert "Call me instead" in page.text
    world.later(seconds=31)
    page = await visitor.send("/signin/challenge/send")
    assert "Your last text could not be delivered" in page.text
    page = await visitor.open("/signin/challenge/delivery")
    assert "Call me instead" in page.text
    world.later(seconds=31)
    await visitor.open(CHALLENGE)
    page = await visitor.send(CHALLENGE, code="", button=("then", "again-voiceMobile"))
    assert "Answer our call and press #" in page.text


async def test_who_lost_the_phone_is_shown_the_other_ways(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE, apps=1, default=Way("sms"))
    page = await to_challenge(visitor)
    assert f'href="{OPTIONS}?lost=sms"' in page.html
    page = await visitor.open(f"{OPTIONS}?lost=sms")
    assert "Use a verification code from app or hardware token" in page.text
    assert "number ending in 67" not in page.text, "neither a text nor a call reaches the person"
    assert '<details class="more" open>' in page.html
    page = await visitor.open(f"{OPTIONS}?lost=oath")
    assert "verification code from app" not in page.text
    assert page.text.count("number ending in 67") == 2


async def test_a_call_that_is_refused_has_its_own_page(
    world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    robin = await world.person(phone=PHONE, apps=1, default=Way("oath"))
    monkeypatch.setattr(figures, "TEXTS_PER_HOUR", Limit(name="b", most=0, within=figures.HOUR))
    page = await to_challenge(visitor)
    assert "Enter the code your app shows" in page.text
    await visitor.open(OPTIONS)
    page = await visitor.send("/signin/challenge/send", button=("option", "voiceMobile"))
    told(page, "No call was made", number="50088", status=429)
    assert "Enter the code your app shows" not in page.text
    page = await visitor.open(CHALLENGE)
    code = await world.app_code(robin.user.id)
    assert is_signed_in(await visitor.send(CHALLENGE, code=code)), "the app was asked all the while"


async def test_a_dead_code_is_not_said_to_work(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    page = await to_challenge(visitor)
    assert "The code works until" in page.text
    wrong = other_than(await world.texted_code())
    for number in range(figures.ANSWERS_PER_CHALLENGE.most):
        assert ("The code works until" in visitor.page.text) is True, number
        page = await visitor.send(CHALLENGE, code=wrong)
    for shown in (page, await visitor.open(CHALLENGE)):
        assert "The code works until" not in shown.text
        assert "The code of this text works no more" in shown.text
