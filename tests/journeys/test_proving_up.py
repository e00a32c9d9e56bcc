"""Whoever must have a second proof and has none sets it up on the way in."""

import base64
import re
from datetime import timedelta

import pytest

from journeys.steps import (
    PHONE,
    ROBIN,
    by_text,
    is_signed_in,
    press,
    secret_of,
    to_challenge,
    to_new_app,
)
from proofup.administration.reset_methods import reset_methods
from proofup.audit.events.accounts import MfaStateChanged
from proofup.audit.events.challenges import ChallengeSent
from proofup.audit.events.event import Event
from proofup.audit.events.methods import (
    MethodAdded,
    RegistrationCompleted,
    RegistrationSkipped,
    RegistrationStarted,
)
from proofup.directory.users import Account, BlockProofs, MfaState, Person, SetMfaState
from proofup.methods.registered_methods import RemoveMethod
from proofup.methods.time_based_code import hotp
from proofup.policy.rule_choices import Demand
from proofup.policy.rules import Policy, SetPolicy
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


@pytest.mark.both_engines
async def test_INT_01_ST_02_ST_03_WIZ_01_WIZ_05_WIZ_09_MIN_01_TR_03_a_phone_is_set_up_on_the_way(
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
    assert "Default: Text code to my authentication phone" in page.text
    page = await visitor.send("/signin/continue")
    assert page.path == "/profile"
    assert "Robin Ashby" in page.text
    assert (await stored(world, person)).mfa_state is MfaState.ENFORCED
    await visitor.send("/signout")
    world.later(seconds=31)
    assert (await to_challenge(visitor)).path == "/signin/challenge"


async def test_INT_02_MIN_06_WIZ_08_an_app_is_set_up_on_the_way_too(
    world: World, visitor: Visitor
) -> None:
    await asked(world)
    await to_challenge(visitor)
    page = await to_new_app(visitor, name="Blue")
    assert "Sign me out everywhere else" not in page.text
    assert "My Apps" not in page.text
    code = hotp(base64.b32decode(secret_of(page)), int(world.now.timestamp()) // 30)
    page = await visitor.send(page.path, code="000000" if code != "000000" else "111111")
    assert page.status == 400
    page = await visitor.send(page.path, code=code)
    assert "You're all set" in page.text
    assert "Blue" in page.text
    assert "Default: Use verification code from app or token" in page.text


async def test_WIZ_06_a_phone_may_be_added_after_the_app(world: World, visitor: Visitor) -> None:
    person = await asked(world)
    await to_challenge(visitor, start="/signin?return=/profile")
    page = await with_app(visitor, world)
    assert "Add a phone too" in page.text
    page = await press(visitor, "/signin/continue", {"then": "phone"})
    assert page.path == "/security-info/phone"
    page = await visitor.send("/security-info/phone", number=PHONE, country="GB")
    page = await visitor.send(page.path, code=await world.texted_code())
    assert is_signed_in(page)
    assert (await stored(world, person)).default_way == Way("oath")


async def test_WIZ_06_who_has_a_phone_is_proposed_none(world: World, visitor: Visitor) -> None:
    await asked(world)
    await to_challenge(visitor)
    assert "Add a phone too" not in (await with_phone(visitor, world)).text


async def test_WIZ_03_the_strongest_is_proposed_first(world: World, visitor: Visitor) -> None:
    await asked(world)
    await to_challenge(visitor)
    page = await visitor.open("/security-info/add")
    assert page.text.index("Authenticator app with notifications Recommended") < page.text.index(
        "Phone A text"
    )
    assert page.form("/security-info/add").fields["kind"] == "microsoftAuthenticator"


async def test_WIZ_02_MIN_05_two_are_asked_for_where_the_rules_want_two(
    world: World, visitor: Visitor
) -> None:
    await asked(world, Policy(demand=Demand.EVERYONE, least_methods=2))
    page = await to_challenge(visitor)
    steps = "1 Choose 2 Proof 1 3 Proof 2 4 Done"
    assert steps in page.text
    assert re.search('<li aria-current="step">.*>Choose<', page.html)
    page = await visitor.open("/security-info/phone")
    assert "Choose , done 2 Proof 1 3 Proof 2 4 Done" in page.text
    assert re.search('<li aria-current="step">.*>Proof 1<', page.html)
    assert "robin.ashby@contoso.test" in page.text
    page = await with_phone(visitor, world)
    assert page.path == "/proofup"
    assert "asks for 1 more that it accepts" in page.text
    assert "Choose , done Proof 1 , done 3 Proof 2 4 Done" in page.text


async def test_WIZ_02_the_first_page_offers_what_can_be_set_up(
    world: World, visitor: Visitor
) -> None:
    await asked(world, Policy(demand=Demand.EVERYONE))
    page = await to_challenge(visitor)
    assert page.path == "/proofup"
    page = await visitor.send("/security-info/add", kind="softwareOath", displayName="Blue phone")
    assert page.path.startswith("/security-info/changes/"), "no page in between"
    assert "Choose , done 2 Your proof 3 Done" in page.text
    await visitor.open("/proofup")
    page = await visitor.send("/security-info/add", kind="softwareOath", displayName="x" * 65)
    assert page.status == 400
    assert "Use at most 64 letters" in page.text


async def test_INT_04_SKP_02_it_is_put_off_where_the_rules_allow_it(
    world: World, visitor: Visitor
) -> None:
    await asked(world, Policy(demand=Demand.EVERYONE, grace_days=14))
    page = await to_challenge(visitor)
    assert "Skip for now" in page.text
    page = await visitor.send("/signin/later")
    assert is_signed_in(page)
    await visitor.send("/signout")
    page = await to_challenge(visitor)
    assert "You can skip this for 14 more days." in page.text
    world.later(seconds=13 * 86_400)
    page = await visitor.open("/signin")
    page = await to_challenge(visitor)
    assert "You can skip this for 1 more day." in page.text


async def test_INT_07_OPT_07_a_forbidden_default_is_chosen_anew(
    world: World, visitor: Visitor
) -> None:
    person = await world.person(phone=PHONE, apps=1, default=Way("sms"))
    await world.store.commit(SetPolicy(policy=Policy(ways=frozenset({Way("oath")}))))
    await to_challenge(visitor)
    page = await visitor.send("/signin/challenge", code=await world.app_code(person.user.id))
    assert "Choose what we ask for first" in page.text
    await visitor.open("/security-info/default")
    page = await visitor.send("/security-info/default", option="oath")
    assert "You're all set" in page.text


async def test_PU_the_page_of_a_sign_in_at_another_step_sends_there(
    world: World, visitor: Visitor
) -> None:
    assert (await visitor.open("/proofup")).path == "/signin?return=%2Fsecurity-info"
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
    assert (await visitor.open("/proofup")).path == "/signin?return=%2Fsecurity-info"
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


async def written(world: World, person: Person) -> list[tuple[type[Event], bool]]:
    """Return what the audit log says of a person, oldest first."""
    entries = await world.store.audit.of_user(person.user.id, most=50)
    return [(type(entry.event), entry.succeeded) for entry in reversed(entries)]


async def with_app(visitor: Visitor, world: World) -> Page:
    page = await to_new_app(visitor, name="Blue")
    code = hotp(base64.b32decode(secret_of(page)), int(world.now.timestamp()) // 30)
    return await visitor.send(page.path, code=code)


async def stored(world: World, person: Person) -> Account:
    kept = await world.store.people.by_id(person.user.id)
    assert kept
    return kept.account


async def test_AUD_01_AUD_03_AUD_14_TR_03_what_is_registered_on_the_way_is_written_down(
    world: World, visitor: Visitor
) -> None:
    person = await asked(world, state=MfaState.ENABLED)
    await to_challenge(visitor)
    await with_phone(visitor, world)
    found = await written(world, person)
    assert all(succeeded for _, succeeded in found)
    events = [event for event, _ in found if event is not ChallengeSent]
    assert events == [
        RegistrationStarted,
        MethodAdded,
        RegistrationCompleted,
        MfaStateChanged,
    ]


async def test_AUD_01_putting_it_off_is_written_down(world: World, visitor: Visitor) -> None:
    person = await asked(world, Policy(demand=Demand.EVERYONE, grace_days=14))
    await to_challenge(visitor)
    await visitor.send("/signin/later")
    assert (RegistrationSkipped, True) in await written(world, person)


async def test_WIZ_10_AUD_03_cancel_ends_the_sign_in_and_keeps_what_was_confirmed(
    world: World, visitor: Visitor
) -> None:
    person = await asked(world, Policy(demand=Demand.EVERYONE, least_methods=2))
    await to_challenge(visitor)
    await with_phone(visitor, world)
    page = await visitor.send("/signin/cancel")
    assert page.path == "/signin"
    assert (RegistrationCompleted, False) in await written(world, person)
    assert [one.slot for one in await world.store.methods.of_user(person.user.id)] == [
        "phone.mobile"
    ]
    assert (await visitor.open("/proofup")).path == "/signin?return=%2Fsecurity-info"
    assert (await visitor.open("/myapps")).path == "/signin?return=%2Fmyapps"


async def test_TR_03_enabled_becomes_enforced_with_the_last_method_not_the_first(
    world: World, visitor: Visitor
) -> None:
    person = await asked(world, Policy(least_methods=2), state=MfaState.ENABLED)
    await to_challenge(visitor)
    await with_phone(visitor, world)
    assert (await stored(world, person)).mfa_state is MfaState.ENABLED
    assert (RegistrationCompleted, True) not in await written(world, person)


async def test_TR_07_whoever_had_all_already_stays_enabled_with_a_change(
    world: World, visitor: Visitor
) -> None:
    person = await world.person(phone=PHONE)
    await world.store.commit(SetMfaState(user_id=person.user.id, state=MfaState.ENABLED))
    await by_text(visitor, world)
    await with_app(visitor, world)
    assert len(await world.store.methods.of_user(person.user.id)) == 2
    assert (await stored(world, person)).mfa_state is MfaState.ENABLED


async def test_MIN_08_E_50079_who_can_register_nothing_is_told_so_and_whom_to_call(
    world: World, visitor: Visitor
) -> None:
    await asked(world, Policy(demand=Demand.EVERYONE, ways=frozenset({Way("voiceOffice")})))
    page = await to_challenge(visitor)
    assert (page.path, page.status) == ("/proofup", 403)
    assert "There is nothing you could set up here" in page.text
    assert "Contoso help desk: +44 20 7946 0018" in page.text
    assert "50079" in page.text


async def test_MX_05_an_alternate_phone_is_not_added_on_the_way_in(
    world: World, visitor: Visitor
) -> None:
    await asked(world)
    await to_challenge(visitor)
    page = await visitor.open("/security-info/phone/alternate")
    assert page.path == "/security-info/add"
    assert "Alternate phone" not in page.text
    assert "Office phone" not in page.text


async def test_OPT_07_a_new_method_takes_the_place_of_a_default_that_is_forbidden(
    world: World, visitor: Visitor
) -> None:
    person = await world.person(phone=PHONE, default=Way("sms"))
    await world.store.commit(SetPolicy(policy=Policy(ways=frozenset({Way("oath")}))))
    await to_challenge(visitor)
    page = await visitor.send("/signin/challenge", code=await world.texted_code())
    assert "asks for 1 more that it accepts" in page.text
    page = await with_app(visitor, world)
    assert "You're all set" in page.text
    assert (await stored(world, person)).default_way == Way("oath")


async def test_TR_08_a_rule_for_everyone_changes_nobodys_state(
    world: World, visitor: Visitor
) -> None:
    person = await asked(world)
    await to_challenge(visitor)
    await with_phone(visitor, world)
    assert (await stored(world, person)).mfa_state is MfaState.DISABLED


async def test_TR_09_whose_methods_were_cleared_registers_again_and_stays_enforced(
    world: World, visitor: Visitor
) -> None:
    person = await world.person(phone=PHONE)
    (phone,) = await world.store.methods.of_user(person.user.id)
    await world.store.commit(
        SetMfaState(user_id=person.user.id, state=MfaState.ENFORCED),
        RemoveMethod(user_id=person.user.id, method_id=phone.id),
    )
    assert (await to_challenge(visitor)).path == "/proofup"
    await with_phone(visitor, world)
    assert is_signed_in(await visitor.send("/signin/continue"))
    assert (await stored(world, person)).mfa_state is MfaState.ENFORCED


@pytest.mark.parametrize("state", [MfaState.ENABLED, MfaState.ENFORCED])
async def test_ST_04_TR_04_TR_05_who_is_told_to_gives_a_second_proof_at_each_sign_in(
    world: World, visitor: Visitor, state: MfaState
) -> None:
    person = await world.person(phone=PHONE)
    await world.store.commit(SetMfaState(user_id=person.user.id, state=state))
    for _ in range(2):
        assert (await to_challenge(visitor)).path == "/signin/challenge"
        await visitor.send("/signin/challenge", code=await world.texted_code())
        await visitor.send("/signout")
        world.later(seconds=31)
    assert (await stored(world, person)).mfa_state is state


async def test_TR_06_who_is_disabled_again_keeps_the_methods(
    world: World, visitor: Visitor
) -> None:
    person = await world.person(phone=PHONE)
    for state in (MfaState.ENFORCED, MfaState.DISABLED):
        await world.store.commit(SetMfaState(user_id=person.user.id, state=state))
    assert len(await world.store.methods.of_user(person.user.id)) == 1
    await to_challenge(visitor)
    await visitor.send("/signin/challenge", code=await world.texted_code())
    assert (await stored(world, person)).mfa_state is MfaState.DISABLED


async def test_TR_01_a_new_person_is_disabled(world: World) -> None:
    person = await world.person()
    assert (await stored(world, person)).mfa_state is MfaState.DISABLED


async def test_INT_08_whoever_was_reset_sets_up_a_new_phone_and_the_old_one_is_worth_nothing(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    person = await world.person(phone=PHONE)
    await world.store.commit(SetMfaState(user_id=person.user.id, state=MfaState.ENFORCED))
    await by_text(another_visitor, world)
    target = await world.target(person.user.id)
    await world.carry_out(
        reset_methods(world.administration, world.host, target, "Lost", at=world.now)
    )
    assert not is_signed_in(await another_visitor.open("/security-info"))
    await world.sent()
    world.later(seconds=31)
    page = await to_challenge(visitor)
    assert page.path == "/proofup"
    assert "900067" not in page.html
    assert await world.sent() == []
    await visitor.open("/security-info/phone")
    await visitor.send("/security-info/phone", number="07700 900142", country="GB")
    await visitor.send(visitor.page.path, code=await world.texted_code())
    assert is_signed_in(await visitor.send("/signin/continue"))
    assert (await stored(world, person)).mfa_state is MfaState.ENFORCED
