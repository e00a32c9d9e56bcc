"""Whoever must have a second proof and has none sets it up on the way in."""

import base64
from datetime import timedelta

import pytest

from journeys.steps import PHONE, ROBIN, SECRET, is_signed_in, to_challenge
from proofup.directory.users import BlockProofs, MfaState, Person, SetMfaState
from proofup.methods.software_oath import hotp
from proofup.policy.rules import Demand, Policy, SetPolicy
from proofup.values.ways import Way
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio
EVERYONE = Policy(demand=Demand.EVERYONE)


async def asked(
    world: World, policy: Policy = EVERYONE, state: MfaState = MfaState.DISABLED
) -> Person:
    person = await world.person()
    await world.store.commit(
        SetPolicy(policy=policy), SetMfaState(user_id=person.user.id, state=state)
    )
    return person


async def with_phone(visitor: Visitor, world: World) -> Page:
    await visitor.open("/security-info/add")
    await visitor.send("/security-info/add", kind="phone")
    page = await visitor.send("/security-info/phone", number=PHONE, country="GB")
    return await visitor.send(page.path, code=await world.texted_code())


async def test_PU_a_phone_is_set_up_and_the_sign_in_goes_on_to_where_it_was_going(
    world: World, visitor: Visitor
) -> None:
    person = await asked(world, state=MfaState.ENABLED)
    page = await to_challenge(visitor, start="/signin?return=/profile")
    assert page.path == "/proofup"
    assert "Add a second proof to your account" in page.text
    assert "Skip for now" not in page.text
    assert (await visitor.open("/myapps")).path == "/signin?return=%2Fmyapps"
    page = await with_phone(visitor, world)
    assert page.path == "/proofup"
    assert "You're all set" in page.text
    page = await visitor.send("/signin/continue")
    assert page.path == "/profile"
    assert "Robin Ashby" in page.text
    kept = await world.store.people.by_id(person.user.id)
    assert kept
    assert kept.account.mfa_state is MfaState.ENFORCED
    await visitor.send("/signout")
    world.later(seconds=31)
    assert (await to_challenge(visitor)).path == "/signin/challenge"


async def test_PU_an_app_is_set_up_on_the_way_too(world: World, visitor: Visitor) -> None:
    await asked(world)
    await to_challenge(visitor)
    await visitor.open("/security-info/add")
    page = await visitor.send("/security-info/add", kind="softwareOath", displayName="Blue")
    assert "Sign me out everywhere else" not in page.text
    assert "My Apps" not in page.text
    shown = SECRET.search(page.html)
    assert shown
    key = base64.b32decode(shown[1].replace(" ", ""))
    code = hotp(key, int(world.now.timestamp()) // 30)
    page = await visitor.send(page.path, code="000000" if code != "000000" else "111111")
    assert page.status == 400
    page = await visitor.send(page.path, code=code)
    assert "You're all set" in page.text


async def test_PU_two_are_asked_for_where_the_rules_want_two(
    world: World, visitor: Visitor
) -> None:
    await asked(world, Policy(demand=Demand.EVERYONE, least_methods=2))
    await to_challenge(visitor)
    page = await with_phone(visitor, world)
    assert page.path == "/proofup"
    assert "asks for 1 more that it accepts" in page.text


async def test_PU_it_is_put_off_where_the_rules_allow_it(world: World, visitor: Visitor) -> None:
    await asked(world, Policy(demand=Demand.EVERYONE, grace_days=14))
    page = await to_challenge(visitor)
    assert "Skip for now" in page.text
    page = await visitor.send("/signin/later")
    assert is_signed_in(page)
    await visitor.send("/signout")
    page = await to_challenge(visitor)
    assert "You can skip this until" in page.text


async def test_PU_a_forbidden_default_is_chosen_anew(world: World, visitor: Visitor) -> None:
    person = await world.person(phone=PHONE, apps=1, default=Way.SMS)
    await world.store.commit(SetPolicy(policy=Policy(ways=frozenset({Way.OATH}))))
    await to_challenge(visitor)
    page = await visitor.send("/signin/challenge", code=await world.app_code(person.user.id))
    assert "Choose what we ask for first" in page.text
    await visitor.open("/security-info/default")
    page = await visitor.send("/security-info/default", option="oath")
    assert "You're all set" in page.text


async def test_PU_the_page_of_a_sign_in_at_another_step_sends_there(
    world: World, visitor: Visitor
) -> None:
    assert (await visitor.open("/proofup")).path == "/signin"
    await world.person(phone=PHONE)
    await to_challenge(visitor)
    assert (await visitor.open("/proofup")).path == "/signin/challenge"
    page = await visitor.open("/security-info/add")
    assert page.path.startswith("/signin?return=")


async def test_PU_nobody_sets_up_anything_before_the_password(
    world: World, visitor: Visitor
) -> None:
    await asked(world)
    await visitor.open("/signin")
    await visitor.send("/signin", username=ROBIN)
    assert (await visitor.open("/proofup")).path == "/signin"
    page = await visitor.open("/security-info/add")
    assert page.path.startswith("/signin?return=")


@pytest.mark.parametrize("demand", list(Demand))
async def test_FRD_03_whoever_is_blocked_registers_no_second_proof_to_get_in_by(
    world: World, visitor: Visitor, demand: Demand
) -> None:
    person = await asked(world, Policy(demand=demand))
    await to_challenge(visitor)
    await visitor.open("/security-info/phone")
    page = await visitor.send("/security-info/phone", number=PHONE, country="GB")
    code = await world.texted_code()
    until = world.now + timedelta(days=90)
    await world.store.commit(BlockProofs(user_id=person.user.id, until=until))
    page = await visitor.send(page.path, code=code)
    assert (page.status, "Your second proof is blocked" in page.text) == (403, True)
    await visitor.open("/security-info/phone")
    page = await visitor.send("/security-info/phone", number=PHONE, country="GB")
    assert page.status == 403
    assert await world.sent() == []
    assert await world.store.methods.of_user(person.user.id) == []
