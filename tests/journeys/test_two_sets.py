"""What colleagues see of a person, and what a person proves themselves with, are two sets."""

import pytest

from journeys.steps import PHONE, by_app, is_signed_in, to_challenge, to_password, told
from proofup.config.settings import Calls
from proofup.directory.users import MfaState, SetMfaState
from proofup.policy import figures
from proofup.policy.limits import Charge
from proofup.values.messages import Mail
from proofup.values.secret import Secret
from visitor import Visitor
from world import PASSWORD, World

pytestmark = pytest.mark.anyio
OFFICE = "+44 20 7946 0018"


@pytest.fixture
def calls() -> Calls:
    """Return a carrier for calls."""
    return Calls(
        webhook="https://voice.contoso.test/calls",
        secret=Secret("a-secret-of-32-letters-or-more-y"),
    )


async def test_VOC_02_a_number_of_the_profile_is_no_way_to_sign_in(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(apps=1, business_phones=(OFFICE,))
    page = await to_challenge(visitor)
    assert "Enter the code your app shows" in page.text
    assert "Use a different verification option" not in page.text
    page = await visitor.open("/signin/options")
    assert "number ending in 18" not in page.text
    await visitor.open("/signin/challenge")
    token = visitor.page.form("/signin/challenge/send").fields
    page = await visitor.post("/signin/challenge/send", {**token, "option": "voiceOffice"})
    assert "Enter the code your app shows" in page.text
    assert await world.sent() == []
    code = await world.app_code(robin.user.id)
    assert is_signed_in(await visitor.send("/signin/challenge", code=code))


async def test_VOC_02_whoever_has_a_number_in_the_profile_alone_has_no_second_proof(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(business_phones=(OFFICE,))
    await world.store.commit(SetMfaState(user_id=robin.user.id, state=MfaState.ENABLED))
    assert (await to_challenge(visitor)).path == "/proofup"
    assert await world.sent() == []


async def test_VOC_06_what_is_set_up_on_the_way_in_is_kept_on_a_page(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person()
    await world.store.commit(SetMfaState(user_id=robin.user.id, state=MfaState.ENABLED))
    assert (await to_challenge(visitor)).path == "/proofup"
    await visitor.open("/security-info/phone")
    page = await visitor.send("/security-info/phone", number=PHONE, country="GB", way="sms")
    await visitor.send(page.path, code=await world.texted_code())
    assert is_signed_in(await visitor.send("/signin/continue"))
    page = await visitor.open("/security-info")
    assert "+44 7700 900067 , text or call" in page.text
    page = await visitor.open("/security-info/phone")
    assert "Change your phone" in page.text


@pytest.mark.both_engines
async def test_NUM_04_two_people_share_a_number_and_each_has_codes_of_their_own(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await world.person("sam@contoso.test", phone=PHONE)
    await to_challenge(visitor)
    first = await world.texted_code()
    world.later(seconds=31)
    await to_challenge(another_visitor, name="sam@contoso.test")
    second = await world.texted_code()
    if first != second:
        page = await another_visitor.send("/signin/challenge", code=first)
        told(page, "That code didn't match", number="500121")
    assert is_signed_in(await another_visitor.send("/signin/challenge", code=second))
    assert is_signed_in(await visitor.send("/signin/challenge", code=first))


async def test_TEL_06_what_is_sent_to_confirm_a_number_counts_with_sign_ins(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    robin = await world.person(apps=1)
    limit = figures.TEXTS_OF_ACCOUNT
    key = world.room.counter_key(limit.name, robin.user.id)
    earlier = Charge(key=key, limit=limit, weight=limit.most - 1)
    await world.store.counters.charge(earlier, at=world.now)
    await by_app(visitor, world, robin)
    await visitor.open("/security-info/phone")
    page = await visitor.send("/security-info/phone", number=PHONE, country="GB", way="sms")
    code = await world.texted_code()
    await visitor.open(page.path)
    await visitor.send(page.path, code=code)
    world.later(seconds=31)
    await to_challenge(another_visitor)
    await another_visitor.open("/signin/options")
    page = await another_visitor.send("/signin/challenge/send", button=("option", "sms"))
    told(
        page,
        "We've sent as many texts as we may",
        number="50088 AuthenticationMethodLimitReached",
        status=429,
    )


async def test_NOT_02_a_notice_goes_to_an_address_that_nobody_changes_here(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(apps=1, mail="robin@fabrikam.test")
    await by_app(visitor, world, robin)
    for path in ("/profile", "/account", "/security-info", "/security-info/classic"):
        page = await visitor.open(path)
        assert not [form for form in page.forms if {"mail", "email"} & form.names]
    await visitor.open("/security-info/phone")
    page = await visitor.send("/security-info/phone", number=PHONE, country="GB", way="sms")
    await visitor.send(page.path, code=await world.texted_code())
    (mail,) = [one for one in await world.sent() if isinstance(one, Mail)]
    assert mail.to == "robin@fabrikam.test"


async def test_CH_13_whoever_can_use_nothing_is_told_whom_to_call_with_which_reference(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    page = await to_challenge(visitor)
    assert 'href="/signin/options?lost=sms"' in page.html
    page = await visitor.open("/signin/options?lost=sms")
    assert "I can't use any of these now" in page.text
    assert "Call the Contoso help desk" in page.text
    assert "+44 20 7946 0018" in page.text
    (entry, *_) = await world.store.audit.of_user(robin.user.id, most=1)
    letters = entry.correlation_id.replace("-", "")[:8].upper()
    assert f"Give them the reference {letters[:4]}-{letters[4:]}." in page.text


async def test_ENT_07_no_method_is_shown_before_the_second_proof(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await to_password(visitor)
    await visitor.send("/signin/password", password=PASSWORD)
    for path in ("/security-info", "/security-info/classic", "/mfasetup", "/profile"):
        page = await visitor.open(path)
        assert page.path.startswith("/signin"), path
        assert "900067" not in page.html
