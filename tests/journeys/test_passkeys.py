"""From registering a passkey to signing in with it, with a name and without, and to its end."""

import html
import re
from datetime import timedelta

import pytest
from msgspec.structs import replace

from journeys.steps import (
    PHONE,
    ROBIN,
    by_text,
    events,
    is_signed_in,
    mails,
    to_challenge,
    to_password,
    told,
)
from methods.authenticator import AAGUID, Authenticator, Fault, flipped
from proofup.administration.delete_method import delete_method
from proofup.administration.reset_methods import reset_methods
from proofup.audit.events.challenges import ChallengeFailed
from proofup.audit.events.methods import MethodAdded
from proofup.audit.events.sign_ins import FirstMethodUsed, SignInFailed
from proofup.directory.users import BlockProofs, Person
from proofup.methods.registered_methods import AddMethod, MethodKind, RegisteredMethod
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.ids import MethodId
from proofup.values.ways import Way
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio
KIND = MethodKind("fido2")
FIRST = f"/signin/with/{KIND}"
UNNAMED = f"{FIRST}/unnamed"
OPTIONS = re.compile(r'data-options="([^"]*)"')
BUTTON = "Sign in with a passkey"


def options_of(page: Page) -> str:
    """Return what a page asks the browser for."""
    found = OPTIONS.search(page.html)
    assert found, page.text
    return html.unescape(found[1])


async def to_new_passkey(visitor: Visitor, name: str = "Blue key") -> Page:
    """Choose to add a passkey, as far as the page that makes it."""
    await visitor.open("/security-info/add")
    return await visitor.send("/security-info/add", kind=KIND, displayName=name)


async def make(visitor: Visitor, device: Authenticator, name: str = "Blue key") -> Page:
    """Register a passkey of ``device``."""
    page = await to_new_passkey(visitor, name)
    return await visitor.send(page.path, code=device.create(options_of(page)))


async def registered(
    world: World, visitor: Visitor, device: Authenticator | None = None
) -> tuple[Person, Authenticator]:
    """Return somebody with a phone and a passkey, who is signed out."""
    robin, made = await world.person(phone=PHONE), device or Authenticator()
    await by_text(visitor, world)
    page = await make(visitor, made)
    assert "Blue key is set up" in page.text
    await visitor.send("/signout")
    return robin, made


async def unnamed(visitor: Visitor, device: Authenticator, fault: Fault | None = None) -> Page:
    """Sign in without a name."""
    page = await visitor.open("/signin?return=/security-info")
    assert BUTTON in page.text
    return await visitor.send(UNNAMED, code=device.get(options_of(page), fault or Fault()))


async def held_by(world: World, person: Person) -> list[RegisteredMethod]:
    found = await world.store.methods.of_user(person.user.id)
    return [one for one in found if one.kind == KIND]


async def test_FID_01_a_passkey_signs_in_without_name_and_password(
    world: World, visitor: Visitor
) -> None:
    robin, device = await registered(world, visitor)
    world.later(minutes=1)
    page = await unnamed(visitor, device)
    assert page.path == "/security-info"
    assert "Blue key, on one device" in page.text
    assert "Signed in with a passkey" in page.text
    assert {MethodAdded, FirstMethodUsed} <= {*await events(world, robin)}
    (held,) = await held_by(world, robin)
    assert held.last_used_at == world.now
    assert "Passkey added" in page.text


async def test_FID_01_a_passkey_replaces_the_password_of_whoever_was_named(
    world: World, visitor: Visitor
) -> None:
    _, device = await registered(world, visitor)
    page = await to_password(visitor)
    assert "Use a passkey" in page.text
    page = await visitor.open(FIRST)
    assert is_signed_in(await visitor.send(FIRST, code=device.get(options_of(page))))


async def test_FI5_ALT_07_a_passkey_is_a_second_proof_after_the_password(
    world: World, visitor: Visitor
) -> None:
    _, device = await registered(world, visitor)
    await to_challenge(visitor)
    await visitor.open("/signin/options")
    page = await visitor.send("/signin/challenge/send", button=("option", KIND))
    assert "Use your passkey" in page.text
    assert '"allowCredentials": [{' in options_of(page)
    assert is_signed_in(await visitor.send("/signin/challenge", code=device.get(options_of(page))))


async def test_a_passkey_that_is_all_there_is_is_asked_for_after_the_password(
    world: World, visitor: Visitor
) -> None:
    robin, device = await registered(world, visitor)
    phone = next(
        one for one in await world.store.methods.of_user(robin.user.id) if one.kind != KIND
    )
    act = delete_method(
        world.administration, world.host, await world.target(robin.user.id), phone.id, at=world.now
    )
    await world.carry_out(act)
    page = await to_challenge(visitor)
    assert "Use your passkey" in page.text
    assert is_signed_in(await visitor.send("/signin/challenge", code=device.get(options_of(page))))


async def test_FI2_a_wrong_answer_needs_a_new_challenge(world: World, visitor: Visitor) -> None:
    _, device = await registered(world, visitor)
    await to_challenge(visitor)
    await visitor.open("/signin/options")
    page = await visitor.send("/signin/challenge/send", button=("option", KIND))
    asked = options_of(page)
    page = await visitor.send("/signin/challenge", code=device.get(asked, Fault(signature=flipped)))
    told(page, "did not prove that it is you", number="500121")
    assert not OPTIONS.search(page.html)
    page = await visitor.send("/signin/challenge/send")
    assert options_of(page) != asked
    assert is_signed_in(await visitor.send("/signin/challenge", code=device.get(options_of(page))))


async def test_FI2_the_question_of_a_page_is_answered_once_and_in_its_browser(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    _, device = await registered(world, visitor)
    page = await visitor.open("/signin")
    form, answer = page.form(UNNAMED), device.get(options_of(page))
    elsewhere = await another_visitor.open("/signin")
    stolen = {**elsewhere.form(UNNAMED).fields, "question": form.fields["question"]}
    page = await another_visitor.post(UNNAMED, {**stolen, "code": answer})
    told(page, "did not prove that it is you", number="500121")
    assert is_signed_in(await visitor.post(UNNAMED, {**form.fields, "code": answer}))
    await visitor.send("/signout")
    again = await visitor.open("/signin")
    replayed = {**again.form(UNNAMED).fields, "question": form.fields["question"], "code": answer}
    page = await visitor.post(UNNAMED, replayed)
    told(page, "We waited too long for this passkey", number="500121")


async def test_FI2_a_page_that_was_open_for_five_minutes_asks_anew(
    world: World, visitor: Visitor
) -> None:
    _, device = await registered(world, visitor)
    page = await visitor.open("/signin")
    world.later(minutes=5)
    page = await visitor.send(UNNAMED, code=device.get(options_of(page)))
    told(page, "We waited too long for this passkey", number="500121")
    assert is_signed_in(await visitor.send(UNNAMED, code=device.get(options_of(page))))


@pytest.mark.parametrize("question", ["", "nonsense", "x.12x", "x." + "9" * 18])
async def test_WE2_a_question_that_no_page_has_asked_is_refused(
    world: World, visitor: Visitor, question: str
) -> None:
    _, device = await registered(world, visitor)
    page = await visitor.open("/signin")
    form = page.form(UNNAMED)
    fields = {**form.fields, "question": question, "code": device.get(options_of(page))}
    page = await visitor.post(UNNAMED, fields)
    told(page, "We waited too long for this passkey", number="500121")


async def test_FI4_FI5_a_passkey_is_nobody_elses(world: World, visitor: Visitor) -> None:
    _, device = await registered(world, visitor)
    await world.person("kim@contoso.test")
    await to_password(visitor, name="kim@contoso.test")
    page = await visitor.open(FIRST)
    page = await visitor.send(FIRST, code=device.get(options_of(page)))
    told(page, "This passkey is not registered here any more", number="500121")


async def test_FI4_one_credential_is_not_registered_twice(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    _, device = await registered(world, visitor)
    await world.person("kim@contoso.test", phone="+44 7700 900130")
    await by_text(another_visitor, world, name="kim@contoso.test")
    page = await make(another_visitor, device)
    told(page, "This passkey is registered already", number="500121")


async def test_several_passkeys_have_names_of_their_own(world: World, visitor: Visitor) -> None:
    robin, _ = await registered(world, visitor)
    green = Authenticator(seed="another", is_synced=True)
    await by_text_later(visitor, world)
    page = await make(visitor, green, "Green key")
    assert "Green key, synced between devices" in page.text
    _, held = await held_by(world, robin)
    page = await visitor.open(f"/security-info/methods/{held.id}/name")
    page = await visitor.send(page.path, displayName="Laptop")
    assert "Laptop, synced between devices" in page.text
    await visitor.send("/signout")
    assert is_signed_in(await unnamed(visitor, green))


async def by_text_later(visitor: Visitor, world: World) -> None:
    """Sign in by text once more, as soon as another may be sent."""
    world.later(minutes=1)
    await by_text(visitor, world)


async def test_FID_02_FRS_01_a_passkey_takes_a_proof_of_the_last_five_minutes(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    world.later(minutes=6)
    page = await to_new_passkey(visitor)
    assert page.path.startswith("/security-info/verify?to=")


async def test_FI6_a_counter_that_goes_back_is_refused_and_told(
    world: World, visitor: Visitor
) -> None:
    robin, device = await registered(world, visitor)
    await mails(world)
    device.count = 0
    page = await unnamed(visitor, device)
    told(page, "there may be a copy of it", number="500121")
    (mail,) = await mails(world)
    assert mail.template == "method-cloned"
    log = await world.store.audit.of_user(robin.user.id, most=20)
    assert SignInFailed(because="cloned", way=Way(KIND)) in [one.event for one in log]


async def test_FI6_a_copy_is_told_as_a_second_proof_too(world: World, visitor: Visitor) -> None:
    robin, device = await registered(world, visitor)
    await to_challenge(visitor)
    await visitor.open("/signin/options")
    page = await visitor.send("/signin/challenge/send", button=("option", KIND))
    await mails(world)
    device.count = 0
    page = await visitor.send("/signin/challenge", code=device.get(options_of(page)))
    told(page, "there may be a copy of it", number="500121")
    assert [mail.template for mail in await mails(world)] == ["method-cloned"]
    assert ChallengeFailed in await events(world, robin)


async def test_FID_03_a_model_that_is_blocked_later_signs_in_no_more(
    world: World, visitor: Visitor
) -> None:
    _, device = await registered(world, visitor)
    model = "01020304-0506-0708-0102-030405060708"
    assert AAGUID.hex() == model.replace("-", "")
    blocked: dict[str, dict[str, str]] = {KIND: {"enforcementType": "block", "aaGuids": model}}
    await world.store.commit(SetPolicy(policy=Policy(methods=blocked)))
    told(await unnamed(visitor, device), "does not allow this kind of passkey", number="500121")


async def test_FI7_what_the_rules_do_not_allow_is_not_registered(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    strict = Policy(methods={KIND: {"isAttestationEnforced": True}})
    await world.store.commit(SetPolicy(policy=strict))
    await by_text(visitor, world)
    page = await make(visitor, Authenticator())
    told(page, "does not allow this kind of passkey", number="500121")


async def test_FID_06_DEL_06_whoever_must_register_again_keeps_the_passkeys(
    world: World, visitor: Visitor
) -> None:
    robin, device = await registered(world, visitor)
    target = await world.target(robin.user.id)
    await world.carry_out(
        reset_methods(world.administration, world.host, target, "asked", at=world.now)
    )
    assert [one.kind for one in await world.store.methods.of_user(robin.user.id)] == [KIND]
    assert is_signed_in(await unnamed(visitor, device))


async def test_where_the_rules_leave_it_out_no_page_offers_it(
    world: World, visitor: Visitor
) -> None:
    _, device = await registered(world, visitor)
    page = await visitor.open("/signin")
    form, answer = page.form(UNNAMED), device.get(options_of(page))
    await world.store.commit(SetPolicy(policy=Policy(ways=frozenset({Way("sms")}))))
    assert BUTTON not in (await visitor.open("/signin")).text
    page = await visitor.post(UNNAMED, {**form.fields, "code": answer})
    assert page.status == 400
    assert not is_signed_in(page)


async def test_a_person_has_at_most_ten_passkeys(world: World, visitor: Visitor) -> None:
    robin, _ = await registered(world, visitor)
    (held,) = await held_by(world, robin)
    for number in range(2, 11):
        more = replace(held, id=MethodId(f"m-{number}"), slot=f"{KIND}.{number}")
        await world.store.commit(AddMethod(method=more))
    await by_text_later(visitor, world)
    page = await visitor.open("/security-info/add")
    assert "Passkey or security key" not in page.text


async def test_whoever_is_blocked_signs_in_with_no_passkey(world: World, visitor: Visitor) -> None:
    robin, device = await registered(world, visitor)
    until = world.now + timedelta(days=1)
    await world.store.commit(BlockProofs(user_id=robin.user.id, until=until))
    page = await unnamed(visitor, device)
    assert not is_signed_in(page)
    assert ROBIN not in page.text
