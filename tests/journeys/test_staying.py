"""Staying signed in: asked after the last proof, where the rules allow it."""

import base64

import pytest

from journeys.conftest import NewVisitor
from journeys.steps import (
    PHONE,
    ROBIN,
    by_text,
    cookie,
    is_signed_in,
    keep_cookie,
    press,
    secret_of,
    texts,
    to_challenge,
    to_new_app,
)
from proofup.audit.events.sign_ins import SignedIn
from proofup.authentication.dispatcher import Standing, Step
from proofup.authentication.staying import answer_stay
from proofup.directory.users import MfaState, Person, SetMfaState
from proofup.methods.time_based_code import hotp
from proofup.policy.rules import Policy, SetPolicy
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio
HOME = "/security-info"
STAY = "/signin/stay"


@pytest.fixture
async def robin(world: World) -> Person:
    person = await world.person(phone=PHONE)
    await world.store.commit(SetPolicy(policy=Policy(stay_signed_in=True)))
    return person


async def answered(visitor: Visitor, world: World, stay: str) -> list[str]:
    """Sign in, answer the question, and return the lines that set the session's cookie."""
    page = await by_text(visitor, world)
    assert (page.path, page.status) == (STAY, 200)
    return await answer_with(visitor, stay)


async def answer_with(visitor: Visitor, stay: str) -> list[str]:
    """Answer the question, and return the lines that set the session's cookie."""
    fields = {**visitor.page.form(STAY).fields, "stay": stay}
    answer = await visitor.http.post(STAY, data=fields, headers={"sec-fetch-site": "same-origin"})
    return [line for line in answer.headers.get_list("set-cookie") if "__Host-pu_s=" in line]


async def test_CH_14_nobody_is_asked_at_first(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    assert is_signed_in(await by_text(visitor, world))


@pytest.mark.both_engines
async def test_CH_14_E_50140_who_says_yes_stays_signed_in_for_a_day(
    world: World, visitor: Visitor, robin: Person
) -> None:
    page = await by_text(visitor, world)
    assert "Stay signed in?" in page.text
    assert "even if you close it" in page.text
    assert "Error" not in page.text
    assert cookie(visitor, "pu_s") is None  # it is opened with the answer, not before
    (line,) = await answer_with(visitor, "yes")
    assert line.endswith("; HttpOnly; SameSite=Lax; Secure; Max-Age=86400")
    world.later(hours=23)
    assert (await visitor.open("/myapps")).status == 200
    world.later(hours=1)
    assert (await visitor.open("/myapps")).path.startswith("/signin?")
    (entry,) = [
        one
        for one in await world.store.audit.of_user(robin.user.id, most=9)
        if isinstance(one.event, SignedIn)
    ]
    assert entry.event == SignedIn(level="multiFactor", way="sms", stays="yes")


async def test_CH_14_SE2_who_says_no_is_out_with_the_browser_or_after_an_hour(
    world: World, visitor: Visitor, robin: Person
) -> None:
    (line,) = await answered(visitor, world, "no")
    assert "Max-Age" not in line
    assert is_signed_in(await visitor.open(HOME))
    world.later(minutes=60)
    assert (await visitor.open(HOME)).path.startswith("/signin?")


async def test_an_answer_that_is_none_is_asked_for_again(
    world: World, visitor: Visitor, robin: Person
) -> None:
    await by_text(visitor, world)
    page = await press(visitor, STAY, {"stay": "perhaps"})
    assert (page.path, page.status) == (STAY, 200)
    assert cookie(visitor, "pu_s") is None


async def test_CH_14_a_new_proof_within_it_asks_nothing_and_keeps_it(
    world: World, visitor: Visitor, robin: Person
) -> None:
    await answered(visitor, world, "yes")
    world.later(hours=5)
    await visitor.open(f"{HOME}/verify?to=/security-info")
    await visitor.send(f"{HOME}/verify", button=("option", "sms"))
    page = await visitor.send("/signin/challenge", code=await world.texted_code())
    assert is_signed_in(page)
    world.later(hours=5)
    assert (await visitor.open("/myapps")).status == 200


async def test_REM_11_where_a_remembered_browser_stood_for_the_proof_nobody_is_asked(
    world: World, visitor: Visitor, robin: Person
) -> None:
    await world.store.commit(SetPolicy(policy=Policy(stay_signed_in=True, remember_days=30)))
    await to_challenge(visitor)
    code = await world.texted_code()
    await press(visitor, "/signin/challenge", {"code": code, "remember": "on"})
    await press(visitor, STAY, {"stay": "yes"})
    await visitor.send("/signout")
    world.later(minutes=5)
    assert (await to_challenge(visitor)).path == "/myapps"
    assert await texts(world) == []
    world.later(minutes=60)
    assert (await visitor.open("/myapps")).path.startswith("/signin?")


async def test_TX2_the_question_opens_nothing_before_all_is_proven(
    world: World, visitor: Visitor, robin: Person
) -> None:
    await visitor.open(STAY)
    assert visitor.page.path == "/signin"
    page = await to_challenge(visitor)
    assert page.path == "/signin/challenge"
    assert (await visitor.open(STAY)).path == "/signin/challenge"
    world.later(minutes=1)
    _, here = await world.challenged(ROBIN)
    for standing in (here, Standing(step=Step.STAY)):
        assert await answer_stay(world.sign_in, standing, stay=True, at=world.now) is standing


async def test_SE4_a_session_that_stays_is_listed_and_ended_like_all_others(
    world: World, new_visitor: NewVisitor, robin: Person
) -> None:
    staying, here = new_visitor(), new_visitor()
    await answered(staying, world, "yes")
    kept = cookie(staying, "pu_s")
    assert kept
    world.later(hours=3)
    await answered(here, world, "no")
    page = await here.open(HOME)
    ((theirs,),) = await world.store.engine.rows("SELECT id FROM sessions WHERE stays = 1")
    await here.send(f"{HOME}/sessions/{theirs}/end")
    assert page.status == 200
    keep_cookie(staying, "pu_s", kept)
    assert (await staying.open("/myapps")).path.startswith("/signin?")


async def test_who_has_just_set_up_a_method_is_asked_and_then_goes_where_they_wished(
    world: World, visitor: Visitor
) -> None:
    person = await world.person()
    user_id = person.user.id
    await world.store.commit(
        SetPolicy(policy=Policy(stay_signed_in=True)),
        SetMfaState(user_id=user_id, state=MfaState.ENFORCED),
    )
    assert (await to_challenge(visitor)).path == "/proofup"
    await confirmed_app(visitor, world)
    page = await press(visitor, "/signin/continue", {"then": "phone"})
    assert page.path == f"{STAY}?then=phone"
    page = await press(visitor, STAY, {"stay": "no"})
    assert page.path == f"{HOME}/phone"


async def confirmed_app(visitor: Visitor, world: World) -> None:
    """Add an app on the way in, with the code it shows."""
    page = await to_new_app(visitor)
    code = hotp(base64.b32decode(secret_of(page)), int(world.now.timestamp()) // 30)
    await visitor.send(page.path, code=code)
