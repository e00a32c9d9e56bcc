"""Ways that end on a day: people are told before it, and set up another method from it on."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from journeys.administrators import administrator, to_admin
from journeys.steps import PHONE, by_text, is_signed_in, to_challenge
from journeys.test_proving_up import with_app
from journeys.test_the_rules import CHANGE, look, policy_of, save
from proofup.policy.roles import AUTHENTICATION_POLICY_ADMINISTRATOR
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.ways import Way
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio
TEXTS_AND_CALLS = frozenset({Way("sms"), Way("voiceMobile")})
ENDS = Policy(ending_ways=TEXTS_AND_CALLS, ways_end_on="2027-01-31")
TOLD = "Contoso takes none of the methods that you have"
LAST = datetime(2027, 1, 30, 23, 59, tzinfo=UTC)


@pytest.mark.both_engines
async def test_before_the_day_people_are_told_and_may_wait(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await world.store.commit(SetPolicy(policy=ENDS))
    page = await by_text(visitor, world)
    assert page.path == "/proofup"
    assert "From 31 January 2027 on, " + TOLD in page.text
    assert is_signed_in(await visitor.send("/signin/later"))
    page = await visitor.open("/security-info")
    assert TOLD in page.text
    await visitor.open("/security-info/add")
    page = await with_app(visitor, world)
    assert TOLD not in (await visitor.open("/security-info")).text
    await visitor.send("/signout")


async def test_from_the_day_on_another_method_is_set_up_on_the_way_in(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    await world.store.commit(SetPolicy(policy=ENDS))
    world.now = LAST
    assert is_signed_in(await skipped(world, visitor)), "the last minute of the last day"
    await visitor.send("/signout")
    world.later(minutes=1)
    page = await by_text(visitor, world)
    assert page.path == "/proofup"
    assert "Skip for now" not in page.text
    assert "You're all set" in (await with_app(visitor, world)).text
    assert is_signed_in(await visitor.send("/signin/continue"))
    await visitor.send("/signout")
    world.later(minutes=1)
    page = await to_challenge(visitor)
    assert "texted you" not in page.text
    assert "Text" not in (await visitor.open("/signin/options")).text
    assert len(await world.store.methods.of_user(robin.user.id)) == 2, "no method is deleted"


async def skipped(world: World, visitor: Visitor) -> Page:
    await by_text(visitor, world)
    return await visitor.send("/signin/later")


async def test_whoever_can_register_nothing_then_sees_whom_to_ask(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    policy = replace(ENDS, ways=TEXTS_AND_CALLS | {Way("temporaryAccessPass")})
    await world.store.commit(SetPolicy(policy=policy))
    world.now = LAST
    world.later(minutes=1)
    page = await by_text(visitor, world)
    assert not is_signed_in(page)
    assert "+44 20 7946 0018" in page.text, "the help desk"


async def test_the_rules_count_people_as_of_the_day_and_refuse_to_end_everything(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    kim = await administrator(world, role=AUTHENTICATION_POLICY_ADMINISTRATOR)
    await to_admin(visitor, world, kim)
    await visitor.open(f"{CHANGE}?of=organisation")
    ticked = {f"word.endingWays.{way}": "on" for way in TEXTS_AND_CALLS}
    form = visitor.page.form(CHANGE)
    fields = {**form.fields, **ticked, "rule.endingWays": "", "step": "look"}
    page = await visitor.post(CHANGE, {**fields, "rule.waysEndOn": "2027-02-30"})
    assert page.status == 400
    page = await visitor.post(CHANGE, {**fields, "rule.waysEndOn": "2027-01-31"})
    assert "Whom it affects at the first sign-in from 31 January 2027 on" in page.text
    assert "1 person must register a method" in page.text
    page = await save(visitor)
    assert await policy_of(world) == ENDS
    assert "2027-01-31" in page.text
    await visitor.open(f"{CHANGE}?of=organisation")
    page = await look(visitor, ways="sms, voiceMobile")
    assert page.status == 400
    assert await policy_of(world) == ENDS
