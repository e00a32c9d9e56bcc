"""An administrator helps somebody: each act says before what goes, and afterwards what went."""

import re

import pytest

from journeys.administrators import act, administrator, to_admin
from journeys.conftest import NewVisitor
from journeys.steps import PHONE, ROBIN, by_text, is_signed_in, mails, to_challenge, to_password
from proofup.audit.events.methods import MethodsReset
from proofup.directory.devices import Device, RememberDevice
from proofup.directory.users import HoldChanges, MfaState, Person, SetMfaState, UserType
from proofup.policy.rule_choices import Demand
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.ids import DeviceId, random_id
from proofup.values.ways import Way
from visitor import Page, Visitor
from world import HOME, PASSWORD, World

pytestmark = pytest.mark.anyio
ACTS = (
    "lost-device",
    "require-registration",
    "revoke-sessions",
    "forget-browsers",
    "reset-password",
    "new-password",
    "block",
    "unblock",
    "release",
    "enable",
    "disable",
    "add/alternatePhone",
    "default",
)


async def remembered(world: World, robin: Person) -> None:
    """Let a browser of Robin's skip the second proof."""
    await world.store.commit(SetPolicy(policy=Policy(remember_days=30)))
    device = Device(
        id=DeviceId(random_id(world.entropy)),
        user_id=robin.user.id,
        epoch=0,
        secret_digest=b"x" * 32,
        rotated_at=world.now,
        remembered_at=world.now,
        last_used_at=world.now,
        client=HOME,
    )
    await world.store.commit(RememberDevice(device=device))


def lines(page: Page, title: str) -> str:
    """Return what a ledger lists under ``title``."""
    found = re.search(rf"{title}</h2><ul>(.*?)</ul>", page.html, re.DOTALL)
    assert found, f"{title} is not in {page.text}"
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


@pytest.mark.both_engines
async def test_a_lost_phone_opens_nothing_after_one_act(
    world: World, visitor: Visitor, another_visitor: Visitor, new_visitor: NewVisitor
) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE, apps=1, default=Way("sms"))
    await remembered(world, robin)
    thief = another_visitor
    assert is_signed_in(await by_text(thief, world, start="/signin?return=/security-info"))
    await world.store.commit(SetMfaState(user_id=robin.user.id, state=MfaState.ENFORCED))
    await world.sent()
    await to_admin(visitor, world, kim)
    page = await visitor.open(f"/admin/users/{robin.user.id}/lost-device")
    going = "Phone +XX XXXXXXXX 67 number ending in 67"
    assert going in lines(page, "Will be cleared")
    assert "1 session 1 remembered browser" in lines(page, "Will be cleared")
    assert "Password" in lines(page, "Stays")
    assert "to set up a new method before it goes on" in page.text
    page = await act(visitor, robin, "lost-device")
    assert page.status == 200
    assert going in lines(page, "Cleared")
    assert "MFA state: Enforced" in lines(page, "Stayed")
    assert "Told by mail to robin@fabrikam.test." in page.text
    assert (await thief.open("/security-info")).path.startswith("/signin")
    assert await world.store.devices.of_user(robin.user.id) == []
    assert (await world.target(robin.user.id)).held == []
    (mail,) = await mails(world)
    assert mail.template == "methods-reset"
    assert mail.to == "robin@fabrikam.test"
    entries = await world.store.audit.of_user(robin.user.id, most=3)
    words = {entry.event.word for entry in entries}
    assert words == {"methodsReset", "sessionsRevoked", "rememberedDevicesRestored"}
    assert {entry.actor for entry in entries} == {kim.user.id}
    assert [one.event.reason for one in entries if isinstance(one.event, MethodsReset)] == [
        "ticket 4711"
    ]
    page = await to_challenge(new_visitor())
    assert page.path.startswith("/proofup"), "nothing that was cleared is asked for"


async def test_a_form_that_was_sent_before_does_nothing_again(
    world: World, visitor: Visitor
) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    await to_admin(visitor, world, kim)
    address = f"/admin/users/{robin.user.id}/reset-password"
    form = (await visitor.open(address)).form(address)
    page = await visitor.post(address, {**form.fields, "reason": "caller forgot it"})
    (password,) = re.findall(r"\b[a-z2-9]{5}(?:-[a-z2-9]{5}){3}\b", page.text)
    again = await visitor.post(address, {**form.fields, "reason": "caller forgot it"})
    assert (again.status, again.title.partition(" ·")[0]) == (409, "This was changed elsewhere")
    for path in (address, f"/admin/users/{robin.user.id}"):
        assert password not in (await visitor.open(path)).text
    assert page.headers["cache-control"] == "no-store"


async def test_the_new_password_lets_in_and_the_old_one_does_not(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    await to_admin(visitor, world, kim)
    page = await act(visitor, robin, "reset-password")
    (password,) = re.findall(r"\b[a-z2-9]{5}(?:-[a-z2-9]{5}){3}\b", page.text)
    (mail,) = await mails(world)
    assert mail.template == "password-changed"
    assert mail.facts["by"] == "administrator"
    assert password not in str(mail.facts)
    await to_password(another_visitor)
    page = await another_visitor.send("/signin/password", password=PASSWORD)
    assert page.status == 400
    page = await another_visitor.send("/signin/password", password=password)
    assert page.path == "/signin/challenge"


async def test_every_act_asks_why(world: World, visitor: Visitor) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    await to_admin(visitor, world, kim)
    for word in ACTS:
        number = {"number": "07700 900143"} if word.startswith("add/") else {}
        page = await act(visitor, robin, word, reason=" \u2003 ", **number)
        assert page.status == 400, word
        assert "Type a reason" in page.text
        assert page.title.startswith("Error: ")
    assert (await world.target(robin.user.id)).person.account == robin.account


async def test_sessions_end_and_browsers_are_forgotten(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    await remembered(world, robin)
    await by_text(another_visitor, world)
    await to_admin(visitor, world, kim)
    page = await act(visitor, robin, "forget-browsers")
    assert "1 remembered browser" in lines(page, "Cleared")
    assert "1 session" in lines(page, "Stayed")
    assert (await another_visitor.open("/security-info")).status == 200
    page = await act(visitor, robin, "revoke-sessions")
    assert "1 session" in lines(page, "Cleared")
    assert (await another_visitor.open("/security-info")).path.startswith("/signin")
    templates = {mail.template for mail in await mails(world)}
    assert templates == {"devices-restored", "signed-out-everywhere"}


async def test_second_proofs_are_blocked_and_unblocked(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    await to_admin(visitor, world, kim)
    for days in ("0", "366", "x", "\u0661"):
        page = await act(visitor, robin, "block", days=days)
        assert page.status == 400
        assert "from 1 to 365" in page.text
    await act(visitor, robin, "block", days="3")
    page = await visitor.open("/admin/users?only=blocked")
    assert ROBIN in page.text
    page = await to_challenge(another_visitor)
    assert "Your second proof is blocked" in page.text
    page = await act(visitor, robin, "unblock")
    assert "Second proofs count again" in page.text
    assert (await to_challenge(another_visitor)).path == "/signin/challenge"


async def test_an_account_is_stopped_and_allowed_again(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    await to_admin(visitor, world, kim)
    await act(visitor, robin, "disable")
    await to_password(another_visitor)
    page = await another_visitor.send("/signin/password", password=PASSWORD)
    assert page.status == 403
    assert ROBIN in (await visitor.open("/admin/users?only=disabled")).text
    await act(visitor, robin, "enable")
    assert (await to_challenge(another_visitor)).path == "/signin/challenge"


async def test_changes_are_allowed_again_after_a_report(world: World, visitor: Visitor) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    await world.store.commit(HoldChanges(user_id=robin.user.id, since=world.now))
    await to_admin(visitor, world, kim)
    assert ROBIN in (await visitor.open("/admin/users?only=held")).text
    page = await visitor.open(f"/admin/users/{robin.user.id}")
    assert "Allow changes again" in page.text
    await act(visitor, robin, "release")
    assert (await world.target(robin.user.id)).person.account.changes_held_at is None


async def test_a_phone_is_added_that_counts_at_once_and_is_said_to_be_unverified(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    kim = await administrator(world)
    robin = await world.person()
    await to_admin(visitor, world, kim)
    page = await act(visitor, robin, "add/phone", number="12", country="GB")
    assert page.status == 400
    assert "This number can't be taken." in page.text
    page = await act(visitor, robin, "add/phone", number="(07700) 900-142", country="GB")
    assert "Not verified" in lines(page, "What was added:")
    assert "+XX XXXXXXXX" in lines(page, "What was added:")
    (mail,) = await mails(world)
    assert mail.template == "method-added"
    assert (await visitor.open(f"/admin/users/{robin.user.id}/add/phone")).status == 404
    page = await to_challenge(another_visitor)
    assert page.path == "/signin/challenge"
    page = await another_visitor.send("/signin/challenge", code=await world.texted_code())
    assert page.status == 200


async def test_the_default_is_chosen_for_somebody(world: World, visitor: Visitor) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE, apps=1)
    await to_admin(visitor, world, kim)
    page = await act(visitor, robin, "default", option="oath")
    assert page.status == 200
    assert (await world.target(robin.user.id)).person.account.default_way == "oath"
    page = await act(visitor, robin, "default", option="nonsense")
    assert page.status == 400


async def test_a_pass_is_issued_shown_once_and_lets_in(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    kim = await administrator(world)
    robin = await world.person()
    await world.store.commit(SetPolicy(policy=Policy(demand=Demand.EVERYONE)))
    await to_admin(visitor, world, kim)
    word = "issue/temporaryAccessPass"
    page = await act(visitor, robin, word, lifetimeInMinutes="1")
    assert page.status == 400
    assert "The rules do not allow so many minutes, or so few." in page.text
    page = await act(visitor, robin, word, lifetimeInMinutes="120", isUsableOnce="true")
    found = re.search(r'id="secret"><strong>([^<]+)</strong>', page.html)
    assert found, page.text
    assert "Temporary Access Pass" in lines(page, "Issued")
    held = (await world.target(robin.user.id)).held
    assert [one.kind for one in held] == ["temporaryAccessPass"]
    assert found[1] not in (await visitor.open(f"/admin/users/{robin.user.id}")).text
    guest = await world.person("sam@fabrikam.test", user_type=UserType.GUEST)
    assert (await visitor.open(f"/admin/users/{guest.user.id}/{word}")).status == 404
    await to_password(another_visitor)
    await another_visitor.open("/signin/with/temporaryAccessPass")
    page = await another_visitor.send("/signin/with/temporaryAccessPass", code=found[1])
    assert page.path.startswith("/proofup")


async def test_AD2_nobody_helps_themselves(world: World, visitor: Visitor) -> None:
    kim = await administrator(world)
    page = await to_admin(visitor, world, kim)
    page = await visitor.open(f"/admin/users/{kim.user.id}")
    assert page.status == 200
    for word in ACTS:
        if word in {"revoke-sessions", "forget-browsers"}:
            continue
        page = await visitor.open(f"/admin/users/{kim.user.id}/{word}")
        assert page.status == 404, word


async def test_a_phone_that_was_changed_meanwhile_makes_a_clear_answer(
    world: World, visitor: Visitor
) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    await to_admin(visitor, world, kim)
    address = f"/admin/users/{robin.user.id}/lost-device"
    await visitor.open(address)
    await act(visitor, robin, "add/alternatePhone", number="+44 7700 900143")
    stale = await visitor.open(address)
    await act(visitor, robin, "add/officePhone", number="+44 20 7946 0018")
    page = await visitor.post(address, {**stale.form(address).fields, "reason": "late"})
    assert page.status == 409
    assert "This was changed elsewhere" in page.text
    assert len((await world.target(robin.user.id)).held) == 3


async def test_an_act_takes_a_fresh_proof_and_comes_back_to_its_page(
    world: World, visitor: Visitor
) -> None:
    kim = await administrator(world)
    robin = await world.person(phone=PHONE)
    await to_admin(visitor, world, kim)
    world.later(minutes=16)
    assert (await visitor.open(f"/admin/users/{robin.user.id}")).status == 200, "looking goes on"
    page = await visitor.open(f"/admin/users/{robin.user.id}/lost-device")
    assert page.path.startswith("/security-info/verify?to=%2Fadmin%2Fusers%2F")
    await visitor.send("/security-info/verify", button=("option", "oath"))
    code = await world.app_code(kim.user.id)
    page = await visitor.send("/signin/challenge", code=code)
    assert page.path == f"/admin/users/{robin.user.id}/lost-device"
