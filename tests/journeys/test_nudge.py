"""An app is proposed to who proves by phone; what Entra calls a registration campaign."""

import re

import pytest
from msgspec.structs import replace

from journeys.steps import PHONE, by_text, is_signed_in, to_challenge
from journeys.test_proving_up import stored, with_app, written
from proofup.administration.groups import create_group
from proofup.audit.events.methods import RegistrationSkipped
from proofup.directory.groups import AddToGroup
from proofup.directory.users import MfaState, Person, SetMfaState, UserType
from proofup.policy.rule_choices import Nudge
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.ways import Way
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio
NUDGE = Policy(nudge=Nudge.ONLY_PHONES)
PROPOSED = "Answer in an app instead"


async def asked(world: World, policy: Policy = NUDGE) -> Person:
    person = await world.person(phone=PHONE)
    await world.store.commit(SetPolicy(policy=policy))
    return person


async def tomorrow(world: World, visitor: Visitor) -> Page:
    """Sign in again a day later."""
    await visitor.send("/signout")
    world.later(days=1)
    return await by_text(visitor, world)


async def test_NUD_01_an_app_is_proposed_after_a_text(world: World, visitor: Visitor) -> None:
    person = await asked(world)
    assert PROPOSED not in (await to_challenge(visitor)).text
    page = await visitor.send("/signin/challenge", code=await world.texted_code())
    assert page.path == "/proofup"
    assert PROPOSED in page.text
    page = await with_app(visitor, world)
    assert "You're all set" in page.text
    assert is_signed_in(await visitor.send("/signin/continue"))
    assert len(await world.store.methods.of_user(person.user.id)) == 2


async def test_NUD_01_who_has_an_app_beside_the_phone_is_asked_nothing(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE, apps=1, default=Way("sms"))
    await world.store.commit(SetPolicy(policy=NUDGE))
    assert is_signed_in(await by_text(visitor, world))


async def test_it_is_off_at_first(world: World, visitor: Visitor) -> None:
    await asked(world, Policy())
    assert is_signed_in(await by_text(visitor, world))


@pytest.mark.both_engines
async def test_NUD_02_a_proposal_rests_for_the_days_of_the_rule(
    world: World, visitor: Visitor
) -> None:
    person = await asked(world, replace(NUDGE, snooze_days=2))
    assert (await by_text(visitor, world)).path == "/proofup"
    assert is_signed_in(await visitor.send("/signin/later"))
    assert (RegistrationSkipped, True) in await written(world, person)
    assert (await stored(world, person)).grace_ends_at is None
    assert is_signed_in(await tomorrow(world, visitor))
    assert (await tomorrow(world, visitor)).path == "/proofup"


async def test_NUD_02_with_no_days_it_comes_at_every_sign_in(
    world: World, visitor: Visitor
) -> None:
    await asked(world, replace(NUDGE, snooze_days=0))
    for _ in range(2):
        assert (await by_text(visitor, world)).path == "/proofup"
        await visitor.send("/signin/later")
        await visitor.send("/signout")
        world.later(seconds=31)


async def test_NUD_03_after_three_an_app_is_a_must(world: World, visitor: Visitor) -> None:
    await asked(world)
    page = await by_text(visitor, world)
    for left in ("3 more times", "2 more times", "1 more time"):
        assert "Skip for now" in page.text
        assert f"You can skip this {left}." in page.text
        await visitor.send("/signin/later")
        page = await tomorrow(world, visitor)
    assert PROPOSED in page.text
    assert "Skip for now" not in page.text
    assert "You're all set" in (await with_app(visitor, world)).text


async def test_NUD_03_without_a_limit_it_can_always_be_put_off(
    world: World, visitor: Visitor
) -> None:
    await asked(world, replace(NUDGE, snoozes=0))
    page = await by_text(visitor, world)
    for _ in range(5):
        assert "Skip for now" in page.text
        assert is_signed_in(await visitor.send("/signin/later"))
        page = await tomorrow(world, visitor)


async def test_who_has_set_it_up_may_postpone_the_next_campaign_as_often(
    world: World, visitor: Visitor
) -> None:
    person = await asked(world)
    await by_text(visitor, world)
    await with_app(visitor, world)
    account = await stored(world, person)
    assert (account.nudges, account.nudged_at) == (0, None)


async def test_only_what_the_campaign_is_for_is_offered(world: World, visitor: Visitor) -> None:
    await asked(world, replace(NUDGE, nudge_ways=frozenset({Way("push"), Way("fido2")})))
    page = await by_text(visitor, world)
    assert PROPOSED in page.text
    assert set(re.findall(r'name="kind" value="(\w+)"', page.html)) == {
        "fido2",
        "microsoftAuthenticator",
    }


async def test_who_has_codes_alone_is_asked_for_push_where_everybody_is(
    world: World, visitor: Visitor
) -> None:
    policy = Policy(nudge=Nudge.EVERYBODY, nudge_ways=frozenset({Way("push")}))
    await world.person(phone=PHONE, apps=1, default=Way("sms"))
    await world.store.commit(SetPolicy(policy=policy))
    page = await by_text(visitor, world)
    assert PROPOSED in page.text


async def test_NUD_04_who_closes_the_page_has_put_it_off(world: World, visitor: Visitor) -> None:
    person = await asked(world)
    assert (await by_text(visitor, world)).path == "/proofup"
    assert (await stored(world, person)).nudges == 1
    visitor.http.cookies.clear()
    world.later(minutes=20)
    assert is_signed_in(await by_text(visitor, world))


async def test_NUD_06_who_has_just_registered_something_is_proposed_nothing(
    world: World, visitor: Visitor
) -> None:
    person = await world.person()
    await world.store.commit(
        SetPolicy(policy=NUDGE), SetMfaState(user_id=person.user.id, state=MfaState.ENABLED)
    )
    await to_challenge(visitor)
    await visitor.open("/security-info/add")
    await visitor.send("/security-info/add", kind="phone")
    page = await visitor.send("/security-info/phone", number=PHONE, country="GB")
    page = await visitor.send(page.path, code=await world.texted_code())
    assert "You're all set" in page.text
    assert is_signed_in(await visitor.send("/signin/continue"))


async def test_NUD_07_where_no_app_is_allowed_none_is_proposed(
    world: World, visitor: Visitor
) -> None:
    await asked(world, replace(NUDGE, ways=frozenset({Way("sms"), Way("voiceMobile")})))
    assert is_signed_in(await by_text(visitor, world))


async def test_a_proof_for_a_change_is_followed_by_no_proposal(
    world: World, visitor: Visitor
) -> None:
    await asked(world, replace(NUDGE, snooze_days=0))
    await by_text(visitor, world)
    await visitor.send("/signin/later")
    world.later(minutes=11)
    await visitor.open("/security-info/verify?to=/security-info/phone")
    await visitor.send("/security-info/verify")
    page = await visitor.send("/signin/challenge", code=await world.texted_code())
    assert page.path == "/security-info/phone"


async def test_a_guest_is_proposed_one_too(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE, user_type=UserType.GUEST)
    await world.store.commit(SetPolicy(policy=NUDGE))
    assert (await by_text(visitor, world)).path == "/proofup"


@pytest.mark.parametrize("by_group", [True, False])
async def test_NUD_05_whoever_is_excluded_is_asked_nothing(
    world: World, visitor: Visitor, *, by_group: bool
) -> None:
    person = await asked(world)
    group = await world.carry_out(
        create_group(world.administration, world.host, "Lorries", at=world.now)
    )
    await world.store.commit(AddToGroup(group_id=group.id, user_id=person.user.id))
    other = "0b1d3b7e-6d6f-4a9a-8f51-0f6f3c1c9a11"
    excluded = f"{other}, {group.id if by_group else person.user.id}"
    await world.store.commit(SetPolicy(policy=replace(NUDGE, nudge_excluded=excluded)))
    assert is_signed_in(await by_text(visitor, world))
    await world.store.commit(SetPolicy(policy=replace(NUDGE, nudge_excluded=other)))
    assert (await tomorrow(world, visitor)).path == "/proofup"


async def test_NUD_05_whoever_is_excluded_is_told_when_all_of_their_methods_end(
    world: World, visitor: Visitor
) -> None:
    person = await asked(world)
    ends = replace(
        NUDGE,
        nudge_excluded=person.user.id,
        ending_ways=frozenset({Way("sms"), Way("voiceMobile")}),
        ways_end_on="2027-01-31",
    )
    await world.store.commit(SetPolicy(policy=ends))
    page = await by_text(visitor, world)
    assert "From 31 January 2027 on" in page.text
