"""A forgotten password is reset by what was registered; strangers learn nothing of who has what."""

import re
from datetime import timedelta

import pytest
from msgspec.structs import replace

from journeys.administrators import administrator
from journeys.conftest import NewVisitor
from journeys.steps import (
    PHONE,
    ROBIN,
    by_text,
    events,
    everything,
    is_signed_in,
    other_than,
    press,
    to_challenge,
    to_password,
)
from journeys.test_email_for_reset import OWN, added, code_of, mailed
from proofup.audit.events.accounts import PasswordResetByOwner
from proofup.directory.users import HoldChanges, Person, RaiseEpoch, SetEnabled, UserType
from proofup.policy.rule_choices import Resets
from proofup.policy.rules import Policy, SetPolicy
from proofup.storage.statements import touched
from proofup.values.messages import Mail, Text
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio
ADDRESS = "/forgot-password"
PROOF, CODE, NEW = f"{ADDRESS}/proof", f"{ADDRESS}/code", f"{ADDRESS}/new"
NEW_PASSWORD = "seven grey geese fly south"
OPEN = Policy(password_reset=Resets.EVERYONE)


async def person(world: World, policy: Policy = OPEN, *, phone: str | None = PHONE) -> Person:
    """Add somebody with a phone and an address, both registered long ago."""
    await world.store.commit(SetPolicy(policy=policy))
    robin = await world.person(phone=phone)
    await added(world, robin)
    world.later(hours=25)
    return robin


async def begun(visitor: Visitor, name: str = ROBIN) -> Page:
    await visitor.open(ADDRESS)
    return await visitor.send(ADDRESS, username=name)


async def asked(visitor: Visitor, way: str = "email", name: str = ROBIN) -> Page:
    await begun(visitor, name)
    return await visitor.send(PROOF, button=("option", way))


async def proven(visitor: Visitor, world: World) -> Page:
    """Go as far as the page of the new password, by mail."""
    await asked(visitor)
    return await visitor.send(CODE, code=code_of(await mailed(world)))


async def typed(visitor: Visitor, new: str = NEW_PASSWORD, again: str | None = None) -> Page:
    return await visitor.send(NEW, new=new, again=new if again is None else again)


@pytest.mark.both_engines
async def test_RC4_EML_02_PSR_10_a_reset_ends_at_the_sign_in_which_asks_for_the_second_proof(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    robin = await person(world)
    assert is_signed_in(await by_text(another_visitor, world))
    world.later(seconds=31)
    await world.sent()
    page = await to_password(visitor)
    assert 'href="/forgot-password"' in page.html
    page = await visitor.open(ADDRESS)
    assert f'value="{ROBIN}"' in page.html
    page = await visitor.send(ADDRESS, username=ROBIN)
    assert page.path == PROOF
    page = await visitor.send(PROOF, button=("option", "email"))
    assert page.path == CODE
    mail = await mailed(world)
    assert (mail.to, mail.template) == (OWN, "code-for-reset")
    page = await visitor.send(CODE, code=code_of(mail))
    assert page.path == NEW
    page = await typed(visitor)
    assert page.path == "/signin?password=reset"
    assert "Your password is changed" in page.text
    assert (await visitor.open("/security-info")).path.startswith("/signin"), "nobody is signed in"
    assert (await another_visitor.open("/security-info")).path.startswith("/signin")
    assert (await events(world, robin))[0] is PasswordResetByOwner
    sent = await world.sent()
    told = {one.to: one.template for one in sent if isinstance(one, Mail)}
    assert told == {"robin@fabrikam.test": "password-reset", OWN: "password-reset"}
    (text,) = [one for one in sent if isinstance(one, Text)]
    assert "was reset. Not you?" in text.body.reveal()
    assert len((await world.target(robin.user.id)).held) == 2, "no method is removed"
    await to_password(visitor)
    page = await visitor.send("/signin/password", password=NEW_PASSWORD)
    assert page.path == "/signin/challenge"
    page = await visitor.send("/signin/challenge", code=await world.texted_code())
    assert is_signed_in(page)


async def test_RC10_every_session_and_every_remembered_browser_dies(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    robin = await person(world, replace(OPEN, remember_days=30))
    await to_challenge(another_visitor)
    answer = {"code": await world.texted_code(), "remember": "on"}
    assert is_signed_in(await press(another_visitor, "/signin/challenge", answer))
    assert len(await world.store.devices.of_user(robin.user.id)) == 1
    await world.sent()
    await proven(visitor, world)
    await typed(visitor)
    assert (await another_visitor.open("/security-info")).path.startswith("/signin")
    assert await world.store.devices.of_user(robin.user.id) == []
    await to_password(another_visitor)
    page = await another_visitor.send("/signin/password", password=NEW_PASSWORD)
    assert page.path.startswith("/signin/challenge"), "the browser is not remembered any more"


async def test_PSR_04_by_text_and_by_an_app(world: World, visitor: Visitor) -> None:
    await world.store.commit(SetPolicy(policy=OPEN))
    robin = await world.person(phone=PHONE, apps=1)
    world.later(hours=25)
    await asked(visitor, "sms")
    page = await visitor.send(CODE, code=await world.texted_code())
    assert page.path == NEW
    await asked(visitor, "oath")
    page = await visitor.send(CODE, code=await world.app_code(robin.user.id))
    assert page.path == NEW
    assert (await typed(visitor)).path.startswith("/signin")


async def test_RC8_PSR_03_two_proofs_are_of_two_kinds_and_the_second_shows_what_there_is(
    world: World, visitor: Visitor
) -> None:
    await person(world, replace(OPEN, reset_proofs=2))
    await begun(visitor)
    assert "example.org" not in visitor.page.text
    await visitor.send(PROOF, button=("option", "email"))
    page = await visitor.send(CODE, code=code_of(await mailed(world)))
    assert page.path == PROOF
    assert "One more proof is needed" in page.text
    assert "+XX XXXXXXXX" in page.text, "and now it is shown, masked"
    assert "r***@example.org" not in page.text, "the same kind counts once"
    assert (await visitor.open(NEW)).path == PROOF
    await visitor.send(PROOF, button=("option", "sms"))
    page = await visitor.send(CODE, code=await world.texted_code())
    assert page.path == NEW
    assert (await typed(visitor)).path.startswith("/signin")


async def test_PSR_06_administrators_always_give_two(world: World, visitor: Visitor) -> None:
    await world.store.commit(SetPolicy(policy=OPEN))
    kim = await administrator(world)
    await added(world, kim)
    world.later(hours=25)
    await asked(visitor, "oath", kim.user.user_principal_name)
    page = await visitor.send(CODE, code=await world.app_code(kim.user.id))
    assert "One more proof is needed" in page.text
    await world.store.commit(SetPolicy(policy=replace(OPEN, reset_administrators=False)))
    assert (await visitor.open(PROOF)).path == ADDRESS


async def test_PSR_02_too_few_methods_are_told_after_the_first_proof_alone(
    world: World, visitor: Visitor
) -> None:
    await person(world, replace(OPEN, reset_proofs=2), phone=None)
    await asked(visitor)
    page = await visitor.send(CODE, code=code_of(await mailed(world)))
    assert page.status == 403
    assert "This password can't be reset here" in page.text
    assert (await visitor.open(NEW)).status == 403


REFUSED = {
    "unknown": None,
    "unusable name": None,
    "disabled": SetEnabled,
    "held": HoldChanges,
    "guest": None,
    "no method": None,
    "new method": None,
}


@pytest.mark.parametrize("who", REFUSED)
async def test_GU1_every_name_is_answered_alike(
    world: World, visitor: Visitor, new_visitor: NewVisitor, who: str
) -> None:
    policy = replace(OPEN, password_reset=Resets.MEMBERS)
    await person(world, policy)
    name = "other@contoso.test"
    if who == "unusable name":
        name = "no name at all"
    elif who != "unknown":
        kind = UserType.GUEST if who == "guest" else UserType.MEMBER
        other = await world.person(name, user_type=kind, phone="+44 7700 900068", mail=None)
        if who == "no method":
            await world.store.engine.write(
                lambda: touched(
                    "DELETE FROM authentication_methods WHERE user_id = ?", other.user.id
                )
            )
        if who != "new method":
            world.later(hours=25)
        if who == "disabled":
            await world.store.commit(SetEnabled(user_id=other.user.id, enabled=False))
        if who == "held":
            await world.store.commit(HoldChanges(user_id=other.user.id, since=world.now))
    pages = []
    for browser, typed_name in ((visitor, ROBIN), (new_visitor(), name)):
        seen = [await begun(browser, typed_name)]
        seen.append(await browser.send(PROOF, button=("option", "sms")))
        seen.append(await browser.send(CODE, code="000001"))
        seen.append(await browser.open(NEW))
        seen.append(await browser.open(PROOF))
        pages.append([(one.status, one.path, plain(one, typed_name)) for one in seen])
    assert pages[0] == pages[1]
    sent = [one for one in await world.sent() if isinstance(one, Text)]
    assert len(sent) == 1, "to Robin alone"


def plain(page: Page, name: str) -> str:
    """Return the text of a page without what differs from name to name and request to request."""
    text = page.text.replace(name, "NAME")
    text = re.sub(r"\b\w{1,2} Resetting", "Resetting", text)  # the initials
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9A-F]{4}-[0-9A-F]{4}\b", "…", text)


async def test_GU6_PSR_07_wrong_codes_are_counted_for_every_name_and_a_day(
    world: World, visitor: Visitor, new_visitor: NewVisitor
) -> None:
    await person(world)
    for name in (ROBIN, "nobody@contoso.test"):
        browser = new_visitor()
        await asked(browser, "email", name)
        for left in (4, 3, 2, 1):
            page = await browser.send(CODE, code="000001")
            assert f"{left} tr" in page.text, name
        page = await browser.send(CODE, code="000001")
        assert "no try left today" in page.text
        await asked(browser, "sms", name)
        page = await browser.send(CODE, code="000001")
        assert "Too many codes didn't match" in page.text
    await world.sent()
    page = await to_challenge(visitor)
    page = await visitor.send("/signin/challenge", code=await world.texted_code())
    assert is_signed_in(page), "a sign-in is not kept out by it"


async def test_GU6_codes_are_limited_for_every_name_and_leave_those_of_a_sign_in_alone(
    world: World, visitor: Visitor, new_visitor: NewVisitor
) -> None:
    await person(world)
    for name in (ROBIN, "nobody@contoso.test"):
        browser = new_visitor()
        await asked(browser, "sms", name)
        await browser.open(PROOF)
        page = await browser.send(PROOF, button=("option", "sms"))
        assert page.status == 429
        assert "No more codes for now" in page.text
        for _ in range(2):
            world.later(seconds=31)
            await browser.open(PROOF)
            page = await browser.send(PROOF, button=("option", "sms"))
            assert page.path == CODE
        world.later(seconds=31)
        await browser.open(PROOF)
        assert (await browser.send(PROOF, button=("option", "sms"))).status == 429
    await world.sent()
    assert (await to_challenge(visitor)).path == "/signin/challenge"
    assert len(await world.sent()) == 1, "the owner's text goes out at once"


async def test_EN6_a_method_that_was_just_added_resets_nothing(
    world: World, visitor: Visitor
) -> None:
    await world.store.commit(SetPolicy(policy=OPEN))
    robin = await world.person(phone=PHONE)
    await added(world, robin)
    world.later(hours=23)
    await asked(visitor)
    assert await world.sent() == []
    world.later(hours=1)
    await asked(visitor)
    assert await mailed(world)


@pytest.mark.parametrize("policy", [Policy(), replace(OPEN, password_reset=Resets.NOBODY)])
async def test_AD15_switched_off_every_page_of_it_refuses(
    world: World, visitor: Visitor, another_visitor: Visitor, policy: Policy
) -> None:
    await person(world)
    await proven(another_visitor, world)
    form = another_visitor.page
    await world.store.commit(SetPolicy(policy=policy))
    page = await visitor.open(ADDRESS)
    assert "through its help desk" in page.text
    for path in (PROOF, CODE, NEW):
        assert (await visitor.open(path)).path == ADDRESS
    before = await everything(world)
    another_visitor.page = form
    assert (await typed(another_visitor)).path == ADDRESS
    assert (await everything(world))["credentials"] == before["credentials"]


async def test_RC8_a_step_is_judged_anew_at_each_request(world: World, visitor: Visitor) -> None:
    robin = await person(world)
    await proven(visitor, world)
    assert visitor.page.path == NEW
    form = visitor.page
    await world.store.commit(RaiseEpoch(user_id=robin.user.id))
    assert (await visitor.open(NEW)).path == ADDRESS
    visitor.page = form
    assert (await typed(visitor)).path == ADDRESS


async def test_a_reset_is_over_after_half_an_hour(world: World, visitor: Visitor) -> None:
    await person(world)
    await proven(visitor, world)
    world.now += timedelta(minutes=30)
    assert (await visitor.open(NEW)).path == ADDRESS


async def test_steps_cannot_be_skipped_and_other_ways_are_not_taken(
    world: World, visitor: Visitor
) -> None:
    await person(world)
    for path in (PROOF, CODE, NEW):
        assert (await visitor.open(path)).path == ADDRESS
    await begun(visitor)
    for path in (CODE, NEW):
        assert (await visitor.open(path)).path == PROOF
    form = visitor.page.form(PROOF)
    for way in ("voiceMobile", "recoveryCode", "temporaryAccessPass", "nonsense", ""):
        page = await visitor.post(PROOF, {**form.fields, "option": way})
        assert page.path == PROOF, way
    assert await world.sent() == []


async def test_RC7_the_new_password_keeps_the_rules_of_all_new_ones(
    world: World, visitor: Visitor
) -> None:
    await person(world)
    await proven(visitor, world)
    for new, again, words in (
        ("short", "short", "At least 12 characters"),
        ("1qaz2wsx3edc4rfv", "1qaz2wsx3edc4rfv", "everybody tries first"),
        (NEW_PASSWORD, "another", "The two are not the same"),
    ):
        page = await typed(visitor, new, again)
        assert page.status == 400
        assert words in page.text
    assert (await typed(visitor)).path.startswith("/signin")
    assert (await visitor.open(NEW)).path == ADDRESS, "it is used up"


async def test_a_wrong_code_of_the_second_proof_says_why(world: World, visitor: Visitor) -> None:
    await person(world, replace(OPEN, reset_proofs=2))
    await asked(visitor)
    await visitor.send(CODE, code=code_of(await mailed(world)))
    await visitor.send(PROOF, button=("option", "sms"))
    code = await world.texted_code()
    page = await visitor.send(CODE, code=other_than(code))
    assert page.status == 400
    page = await visitor.send(CODE, code=code)
    assert page.path == NEW
