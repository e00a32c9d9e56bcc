"""The help desk checks who is calling: both see a code, and the caller gives a proof."""

import re

import pytest

from journeys.administrators import act, administrator, to_admin
from journeys.steps import PHONE, by_text
from journeys.test_passkeys import options_of, registered
from proofup.audit.events.methods import MethodsReset
from proofup.config.settings import Calls
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole
from proofup.directory.users import BlockProofs, Person
from proofup.methods.protocol import CallStatus
from proofup.policy.permissions import Permission
from proofup.policy.roles import HELP_DESK_MFA, HELPDESK_ADMINISTRATOR
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.secret import Secret
from proofup.values.ways import Way
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio
WORD = re.compile(r"\b([BCDFGHJKLMNPQRSTVWXZ]{4})-([BCDFGHJKLMNPQRSTVWXZ]{4})\b")

REFERENCE = r"Reference [0-9A-F-]{9}"


@pytest.fixture
def calls() -> Calls | None:
    return Calls(
        webhook="https://calls.contoso.test",
        secret=Secret("another-secret-of-32-letters-or-more"),
        caller="+441632960000",
    )


def caller_of(person: Person) -> str:
    return f"/admin/users/{person.user.id}/caller"


async def ask(visitor: Visitor, person: Person, option: str) -> Page:
    """Ask the caller for a proof, as the agent."""
    return await choose(visitor, person, option, wanted="")


async def choose(visitor: Visitor, person: Person, option: str, *, wanted: str) -> Page:
    """Open the check for what is ``wanted``, and choose how the caller proves it."""
    address = caller_of(person)
    await visitor.open(f"{address}?for={wanted}")
    assert option in {value for form in visitor.page.forms for _, value in form.buttons}
    form = visitor.page.form(address)
    return await visitor.post(address, {**form.fields, "option": option})


def word_of(page: Page) -> str:
    found = WORD.search(page.text)
    assert found, page.text
    return found[0]


async def answer(caller: Visitor, word: str, code: str) -> Page:
    await caller.open("/check")
    return await caller.send("/check", word=word, code=code)


@pytest.mark.both_engines
async def test_RC9_a_caller_proves_who_they_are_and_the_log_says_so(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    kim, robin = await administrator(world), await world.person(phone=PHONE, apps=1)
    await to_admin(visitor, world, kim)
    await visitor.open(f"/admin/users/{robin.user.id}")
    assert "Check who is calling" in visitor.page.text
    page = await ask(visitor, robin, "sms")
    word, code = word_of(page), await world.texted_code()
    assert code not in page.html
    assert "id.contoso.test/check" in page.text
    caller = another_visitor
    page = await answer(caller, word.lower().replace("-", " "), code)
    assert (page.path, "The help desk knows that it's you" in page.text) == ("/check/done", True)
    page = await visitor.open(caller_of(robin))
    assert "The caller is Robin Ashby" in page.text
    assert "67" in page.text
    page = await visitor.open(f"/admin/users/{robin.user.id}")
    assert "The caller has proven who they are" in page.text
    page = await act(visitor, robin, "lost-device")
    reset = next(
        one.event
        for one in await world.store.audit.of_user(robin.user.id, most=10)
        if isinstance(one.event, MethodsReset)
    )
    assert reset.caller == "sms +XX XXXXXXXX67"
    assert reset.facts["caller"] == reset.caller
    page = await visitor.open(f"/admin/users/{robin.user.id}")
    assert "Caller proven by: Text code to my authentication phone" in page.text


async def test_the_code_of_the_agent_is_on_the_page_of_the_caller(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    kim, robin = await administrator(world), await world.person(phone=PHONE)
    await to_admin(visitor, world, kim)
    await by_text(another_visitor, world)
    page = await another_visitor.open("/security-info")
    assert "The help desk says this code" not in page.text
    page = await ask(visitor, robin, "none")
    assert not WORD.search(page.text)
    (check,) = await world.store.caller_checks.open_for(robin.user.id, at=world.now)
    assert f"Your code {check.code}" in page.text
    page = await another_visitor.open("/security-info")
    assert f"The help desk says this code: {check.code}" in page.text
    world.later(minutes=10)
    page = await another_visitor.open("/security-info")
    assert "The help desk says this code" not in page.text


async def test_a_call_is_answered_on_the_phone_and_needs_no_page(
    world: World, visitor: Visitor
) -> None:
    kim, robin = await administrator(world), await world.person(phone=PHONE)
    await to_admin(visitor, world, kim)
    page = await ask(visitor, robin, "voiceMobile")
    assert not WORD.search(page.text)
    assert "The caller's phone is being called" in page.text
    await world.hears(CallStatus.RINGING)
    page = await visitor.open(f"{caller_of(robin)}/progress")
    assert "The caller's phone rings" in page.text
    await world.hears(digits="#")
    page = await visitor.open(f"{caller_of(robin)}/progress")
    assert 'data-go-on="go-on"' in page.html
    await visitor.open(caller_of(robin))
    page = await visitor.send(caller_of(robin))
    assert "The caller is Robin Ashby" in page.text


async def test_a_stranger_learns_nothing_from_the_page(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    kim, robin = await administrator(world), await world.person(phone=PHONE)
    await to_admin(visitor, world, kim)
    word = word_of(await ask(visitor, robin, "sms"))
    stranger = another_visitor
    page = await stranger.open(f"/check/{word}")
    assert "Robin" not in page.html
    assert "67" not in page.text
    wrong = await answer(stranger, word, "000000")
    unknown = await answer(stranger, "BCDF-GHJK", "000000")
    assert wrong.status == unknown.status == 400
    assert re.sub(REFERENCE, "", wrong.text) == re.sub(REFERENCE, "", unknown.text)
    page = await visitor.open(f"{caller_of(robin)}/progress")
    assert "1 wrong code so far" in page.text
    for _ in range(4):
        await answer(stranger, word, "000000")
    page = await answer(stranger, word, await world.texted_code())
    assert page.status == 400
    page = await visitor.open(f"{caller_of(robin)}/progress")
    assert "No answer counts any more" in page.text


async def test_words_are_not_guessed(world: World, another_visitor: Visitor) -> None:
    await world.store.commit(SetPolicy(policy=Policy(limits={"callerWords": 10})))
    for _ in range(10):
        assert (await answer(another_visitor, "BCDF-GHJK", "1")).status == 400
    assert (await answer(another_visitor, "BCDF-GHJK", "1")).status == 429


async def test_the_rules_demand_a_check_and_the_act_goes_on_after_it(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    acts = frozenset({Permission.SET_PASSWORDS, Permission.RESET_METHODS})
    await world.store.commit(SetPolicy(policy=Policy(caller_check_acts=acts)))
    kim, robin = await administrator(world), await world.person(apps=1)
    await to_admin(visitor, world, kim)
    page = await visitor.open(f"/admin/users/{robin.user.id}/reset-password")
    assert page.path == f"{caller_of(robin)}?for=reset-password"
    assert "This takes a check first" in page.text
    assert (await visitor.open(f"/admin/users/{robin.user.id}/revoke-sessions")).status == 200
    page = await choose(visitor, robin, "oath", wanted="reset-password")
    code = await world.app_code(robin.user.id)
    assert (await answer(another_visitor, word_of(page), code)).path == "/check/done"
    page = await visitor.open(f"{caller_of(robin)}?for=reset-password")
    assert f'href="/admin/users/{robin.user.id}/reset-password"' in page.html
    page = await act(visitor, robin, "reset-password")
    assert "Then reset the password again" in page.text
    # The sessions of the account have ended since, and it is the same call still.
    assert (await visitor.open(f"/admin/users/{robin.user.id}/lost-device")).status == 200
    world.later(minutes=14, seconds=59)
    assert (await visitor.open(caller_of(robin))).status in {200, 303}
    world.later(seconds=1)
    page = await visitor.open(f"/admin/users/{robin.user.id}/lost-device")
    assert "for=lost-device" in page.path or "/verify" in page.path


async def test_a_role_that_needs_no_check_acts_without_one(world: World, visitor: Visitor) -> None:
    policy = Policy(
        caller_check_acts=frozenset({Permission.SET_PASSWORDS}),
        caller_check_roles=frozenset({"Helpdesk Administrator"}),
    )
    await world.store.commit(SetPolicy(policy=policy))
    robin = await world.person(apps=1)
    kim = await administrator(world, role=HELPDESK_ADMINISTRATOR)
    await to_admin(visitor, world, kim)
    address = f"/admin/users/{robin.user.id}/reset-password"
    assert "/caller?" in (await visitor.open(address)).path
    await world.store.commit(AssignRole(user_id=kim.user.id, role=GLOBAL_ADMINISTRATOR))
    assert (await visitor.open(address)).path == address


async def test_the_classic_page_names_whom_it_takes_a_check_for(
    world: World, visitor: Visitor
) -> None:
    acts = frozenset({Permission.SET_MFA_STATE})
    await world.store.commit(SetPolicy(policy=Policy(caller_check_acts=acts)))
    kim, robin = await administrator(world), await world.person()
    await to_admin(visitor, world, kim)
    await visitor.open("/admin/mfa")
    form = next(one for one in visitor.page.forms if one.method == "post")
    picked = {**form.fields, f"user.{robin.user.id}": "on", "step": "enable"}
    await visitor.post("/admin/mfa", picked)
    form = visitor.page.form("/admin/mfa/apply")
    page = await visitor.post("/admin/mfa/apply", {**form.fields, "reason": "ticket 4711"})
    assert "The rules demand more for this act: open their own page" in page.text


async def test_a_message_that_cannot_be_sent_is_told_to_the_agent(
    world: World, visitor: Visitor
) -> None:
    kim, robin = await administrator(world), await world.person(phone=PHONE)
    await to_admin(visitor, world, kim)
    await ask(visitor, robin, "sms")
    page = await ask(visitor, robin, "sms")
    assert page.status == 429
    assert "No new text was sent" in page.text
    await world.store.commit(BlockProofs(user_id=robin.user.id, until=world.later(days=1)))


async def test_who_may_not_see_methods_sees_no_number(world: World, visitor: Visitor) -> None:
    robin = await world.person(phone=PHONE)
    kim = await administrator(world, role=HELPDESK_ADMINISTRATOR)
    await to_admin(visitor, world, kim)
    page = await visitor.open(caller_of(robin))
    assert "Text code to my authentication phone" in page.text
    assert "XX" not in page.text


async def test_somebody_without_a_method_is_called_back(world: World, visitor: Visitor) -> None:
    kim, robin = await administrator(world, role=HELP_DESK_MFA), await world.person()
    await to_admin(visitor, world, kim)
    page = await visitor.open(caller_of(robin))
    assert "They have no method that can be answered in a call" in page.text
    assert (await visitor.open(f"{caller_of(robin)}/progress")).status == 204
    assert (await visitor.open("/check/not-a-word")).status == 404


async def test_RC9_a_caller_proves_it_by_a_passkey_without_signing_in(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    robin, device = await registered(world, another_visitor)
    kim = await administrator(world)
    await to_admin(visitor, world, kim)
    page = await ask(visitor, robin, "fido2")
    assert "use their passkey" in page.text
    word, caller = word_of(page), another_visitor
    page = await caller.open("/check")
    assert robin.user.id not in page.html
    page = await caller.send("/check", word=word, code=device.get(options_of(page)))
    assert page.path == "/check/done", page.text
    assert "The caller is Robin Ashby" in (await visitor.open(caller_of(robin))).text
    page = await act(visitor, robin, "lost-device")
    assert "fido2 Blue key" in {
        getattr(one.event, "caller", None)
        for one in await world.store.audit.of_user(robin.user.id, most=10)
    }


@pytest.mark.parametrize("wrong", ["elsewhere", "unasked", "code", "sign-in", "nothing"])
async def test_FI2_an_answer_to_another_question_proves_no_caller(
    world: World, visitor: Visitor, another_visitor: Visitor, wrong: str
) -> None:
    robin, device = await registered(world, another_visitor)
    kim = await administrator(world)
    await to_admin(visitor, world, kim)
    word = word_of(await ask(visitor, robin, "fido2"))
    caller = another_visitor
    page = await caller.open("/check")
    told, question = device.get(options_of(page)), page.form("/check").fields["question"]
    if wrong == "elsewhere":  # the question was put to another browser
        question = await _question_of(visitor)
    elif wrong == "unasked":
        question = "none.17"
    elif wrong == "code":
        told = "000000"
    elif wrong == "sign-in":
        page = await caller.open("/signin")
        told = device.get(options_of(page))
        question = await _question_of(caller)
    else:
        told = "{}"
    refused = await caller.send("/check", word=word, code=told, question=question)
    assert (refused.status, refused.path) == (400, "/check")
    assert "The caller is Robin Ashby" not in (await visitor.open(caller_of(robin))).text


async def _question_of(visitor: Visitor) -> str:
    page = await visitor.open("/check")
    return page.form("/check").fields["question"]


async def test_a_passkey_is_no_answer_to_a_text_and_the_rules_may_leave_it_out(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    robin, device = await registered(world, another_visitor)
    kim = await administrator(world)
    await to_admin(visitor, world, kim)
    word = word_of(await ask(visitor, robin, "sms"))
    page = await another_visitor.open("/check")
    told = device.get(options_of(page))
    page = await another_visitor.send("/check", word=word, code=told)
    assert page.status == 400
    await ask(visitor, robin, "fido2")
    model = "01020304-0506-0708-0102-030405060708"
    blocked = {"fido2": {"enforcementType": "block", "aaGuids": model}}
    await world.store.commit(SetPolicy(policy=Policy(methods=blocked)))
    page = await another_visitor.open("/check")
    page = await another_visitor.send("/check", word=word, code=device.get(options_of(page)))
    assert page.status == 400
    await world.store.commit(SetPolicy(policy=Policy(ways=frozenset({Way("oath")}))))
    assert "passkey" not in (await another_visitor.open("/check")).text
