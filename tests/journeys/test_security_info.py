"""Security info: adding, changing and deleting methods, choosing the default, and refusals."""

import base64
import re

import pytest

from journeys.conftest import NewVisitor
from journeys.steps import (
    PHONE,
    ROBIN,
    by_app,
    by_text,
    cookie,
    events,
    everything,
    is_signed_in,
    mails,
    other_than,
    press,
    secret_of,
    to_challenge,
    to_confirmation,
    to_new_app,
    to_password,
    told,
)
from proofup.audit.events.event import Event
from proofup.audit.events.methods import (
    DefaultMethodChanged,
    MethodAdded,
    MethodRemoved,
    MethodReplaced,
    NotMeReported,
)
from proofup.directory.users import HoldChanges, Person
from proofup.methods.registered_methods import RemoveMethod
from proofup.methods.software_oath import MOST
from proofup.methods.time_based_code import hotp
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.messages import Mail, Text
from proofup.values.ways import Way
from visitor import Page, Visitor
from world import PASSWORD, World

pytestmark = pytest.mark.anyio


def shown_by_app(world: World, secret: str) -> str:
    """Return what an app with the key ``secret`` shows now."""
    return hotp(base64.b32decode(secret), int(world.now.timestamp()) // 30)


async def add_app(visitor: Visitor, world: World, *, name: str = "") -> Page:
    page = await to_new_app(visitor, name=name)
    return await visitor.send(page.path, code=shown_by_app(world, secret_of(page)))


async def delete(visitor: Visitor, method_id: str) -> Page:
    path = f"/security-info/methods/{method_id}/delete"
    await visitor.open(path)
    return await visitor.send(path)


async def held_ids(world: World, person: Person, kind: str) -> list[str]:
    held = await world.store.methods.of_user(person.user.id)
    return [one.id for one in sorted(held, key=lambda one: one.slot) if one.kind == kind]


async def test_VER_06_APP_05_an_app_counts_once_it_has_shown_a_code(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    await by_text(visitor, world)
    page = await to_new_app(visitor, name="Blue phone")
    assert "Here it will be called Blue phone." in page.text
    assert await held_ids(world, robin, "softwareOath") == []
    secret = secret_of(page)
    page = await visitor.send(page.path, code=other_than(shown_by_app(world, secret)))
    told(page, "That code didn't match", number="500121")
    assert secret_of(page) == secret, "the key stays while one tries"
    page = await visitor.send(page.path, code=shown_by_app(world, secret))
    assert page.path.startswith("/security-info?done=softwareOath-added")
    assert "Blue phone is set up" in page.text
    assert "Authenticator app Just added Blue phone, codes" in page.text
    await visitor.send("/signout")
    world.later(seconds=31)
    await to_challenge(visitor)
    await visitor.open("/signin/options")
    await visitor.send("/signin/challenge/send", button=("option", "oath"))
    code = shown_by_app(world, secret)
    assert is_signed_in(await visitor.send("/signin/challenge", code=code))


async def test_OT4_the_code_of_the_confirmation_is_spent(world: World, visitor: Visitor) -> None:
    await world.person()
    await to_password(visitor)
    await visitor.send("/signin/password", password=PASSWORD)
    page = await to_new_app(visitor)
    code = shown_by_app(world, secret_of(page))
    await visitor.send(page.path, code=code)
    await visitor.open("/security-info")
    await visitor.send("/signout")
    await to_challenge(visitor)
    page = await visitor.send("/signin/challenge", code=code)
    told(page, "That code was used already", number="500121")


async def test_OT6_TOT_07_APP_01_a_key_is_shown_while_it_waits_and_never_again(
    world: World, visitor: Visitor, new_visitor: NewVisitor
) -> None:
    robin = await world.person(phone=PHONE)
    await by_text(visitor, world)
    page = await to_new_app(visitor, name="Blue phone")
    secret = secret_of(page)
    assert '<div class="qr"><svg' in page.html, "to scan, or to type"
    change = page.path
    other = new_visitor()
    world.later(seconds=31)
    await by_text(other, world)
    assert (await other.open(change)).path == "/security-info", "a session's own"
    await visitor.open(change)
    await visitor.send(change, code=shown_by_app(world, secret))
    (app,) = await held_ids(world, robin, "softwareOath")
    paths = (
        change,
        f"{change}/delivery",
        "/security-info",
        "/security-info/add",
        "/security-info/default",
        "/security-info/verify",
        f"/security-info/methods/{app}/delete",
        f"/security-info/changes/{app}",
    )
    pages = [visitor.page, *[await visitor.open(path) for path in paths]]
    visitor.page = page
    pages.append(await visitor.send(change, code="000000"))
    for seen in pages:
        assert secret not in re.sub(r"\s", "", seen.html), seen.path
    kept = repr(await everything(world))
    assert secret not in kept


async def test_five_apps_and_no_sixth(world: World, visitor: Visitor) -> None:
    robin = await world.person(phone=PHONE)
    await world.store.commit(SetPolicy(policy=Policy(ways=frozenset({Way("oath"), Way("sms")}))))
    await by_text(visitor, world)
    for number in range(MOST):
        world.later(seconds=30)
        page = await add_app(visitor, world, name=f"App {number + 1}")
        assert f"App {number + 1} is set up" in page.text
    page = await visitor.open("/security-info")
    assert "Add sign-in method" not in page.text
    page = await visitor.open("/security-info/add")
    assert "You have as many sign-in methods as there can be" in page.text
    form = page.form("/signout")
    assert form
    held = await held_ids(world, robin, "softwareOath")
    assert len(held) == MOST
    page = await delete(visitor, held[2])
    assert page.status == 200
    page = await add_app(visitor, world, name="App 6")
    assert "App 6 is set up" in page.text


async def test_a_sixth_app_is_refused_whatever_is_sent(world: World, visitor: Visitor) -> None:
    await world.person(apps=4)
    robin = await world.store.people.by_name(ROBIN)
    assert robin
    await by_app(visitor, world, robin)
    await visitor.open("/security-info/add")
    chosen = visitor.page
    world.later(seconds=30)
    await add_app(visitor, world)
    before = await everything(world)
    visitor.page = chosen
    page = await visitor.send("/security-info/add", kind="softwareOath")
    assert page.status == 400
    assert "There is no room for another one" in page.text
    assert await everything(world) == before


async def test_two_apps_set_up_side_by_side_both_count(world: World, visitor: Visitor) -> None:
    robin = await world.person(phone=PHONE)
    await by_text(visitor, world)
    first = await to_new_app(visitor, name="Left")
    second = await to_new_app(visitor, name="Right")
    visitor.page = first
    page = await visitor.send(first.path, code=shown_by_app(world, secret_of(first)))
    assert "Left is set up" in page.text
    visitor.page = second
    page = await visitor.send(second.path, code=shown_by_app(world, secret_of(second)))
    assert "Right is set up" in page.text
    assert len(await held_ids(world, robin, "softwareOath")) == 2


@pytest.mark.both_engines
async def test_the_last_place_goes_to_who_is_first(world: World, visitor: Visitor) -> None:
    robin = await world.person(apps=4)
    await by_app(visitor, world, robin)
    first = await to_new_app(visitor, name="Left")
    second = await to_new_app(visitor, name="Right")
    visitor.page = first
    await visitor.send(first.path, code=shown_by_app(world, secret_of(first)))
    before = await everything(world)
    visitor.page = second
    page = await visitor.send(second.path, code=shown_by_app(world, secret_of(second)))
    assert page.status in {400, 409}
    assert "There is no room for another one" in page.text
    after = await everything(world)
    assert after["authentication_methods"] == before["authentication_methods"]


async def test_ACT_03_a_deleted_method_opens_nothing_from_then_on(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE, apps=1, default=Way("oath"))
    await by_app(visitor, world, robin)
    await to_challenge(another_visitor)
    code = await world.app_code(robin.user.id, steps=1)
    (app,) = await held_ids(world, robin, "softwareOath")
    page = await visitor.open(f"/security-info/methods/{app}/delete")
    assert "Will be gone" in page.text
    assert "Phone +44 7700 900067" in page.text
    assert await held_ids(world, robin, "softwareOath") == [app], "asked first"
    page = await visitor.send(page.path)
    assert "The sign-in method is deleted" in page.text
    page = await another_visitor.send("/signin/challenge", code=code)
    assert page.status in {400, 403}
    assert not is_signed_in(await another_visitor.open("/security-info"))


async def test_deleting_the_default_moves_it(world: World, visitor: Visitor) -> None:
    robin = await world.person(phone=PHONE, apps=1, default=Way("oath"))
    await by_app(visitor, world, robin)
    (app,) = await held_ids(world, robin, "softwareOath")
    page = await delete(visitor, app)
    assert "Default: Text code to my authentication phone" in page.text
    found = await world.store.people.by_id(robin.user.id)
    assert found
    assert found.account.default_way == Way("sms")


async def test_the_last_method_may_go_and_is_warned_of(world: World, visitor: Visitor) -> None:
    robin = await world.person(phone=PHONE)
    await by_text(visitor, world)
    (phone,) = await held_ids(world, robin, "phone")
    page = await visitor.open(f"/security-info/methods/{phone}/delete")
    assert "This is your last sign-in method" in page.text
    page = await visitor.send(page.path)
    assert "No sign-in methods yet" in page.text


async def test_a_method_is_deleted_once(world: World, visitor: Visitor) -> None:
    robin = await world.person(phone=PHONE, apps=1)
    await by_app(visitor, world, robin)
    (app,) = await held_ids(world, robin, "softwareOath")
    page = await visitor.open(f"/security-info/methods/{app}/delete")
    await visitor.send(page.path)
    before = await everything(world)
    visitor.page = page
    assert (await visitor.send(page.path)).path == "/security-info"
    assert (await visitor.open(page.path)).path == "/security-info"
    assert await everything(world) == before


async def test_SI_01_AUD_04_the_default_is_changed_and_asked_first_the_next_time(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE, apps=1, default=Way("oath"))
    await by_app(visitor, world, robin)
    page = await visitor.open("/security-info")
    assert "Default: Use verification code from app or token Change default method" in page.text
    assert 'href="/security-info/default"' in page.html
    page = await visitor.open("/security-info/default")
    assert "What's your preferred option?" in page.text
    page = await visitor.send("/security-info/default", option="sms")
    assert page.path == "/security-info?done=default-changed"
    assert "Your default is changed" in page.text
    assert (await events(world, robin))[0] is DefaultMethodChanged
    await visitor.send("/signout")
    assert "Enter the code we texted you" in (await to_challenge(visitor)).text


@pytest.mark.parametrize("option", ["", "voice", "SMS", "oath"])
async def test_a_default_one_cannot_answer_is_refused(
    world: World, visitor: Visitor, option: str
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    await visitor.open("/security-info/default")
    page = await press(visitor, "/security-info/default", {"option": option})
    assert page.status == 400
    assert "Choose one of the" in page.text


async def test_EN8_VOC_04_other_peoples_ids_are_worth_nothing(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE, apps=1, default=Way("sms"))
    await world.person("sam@contoso.test", phone="+44 7700 900142")
    await by_text(visitor, world)
    change = (await to_new_app(visitor, name="Robin's")).path
    await by_text(another_visitor, world, name="sam@contoso.test")
    (phone,) = await held_ids(world, robin, "phone")
    (app,) = await held_ids(world, robin, "softwareOath")
    await another_visitor.open("/security-info/phone")
    before = await everything(world)
    page = await press(
        another_visitor,
        "/security-info/phone",
        {"number": "07700 900143", "country": "GB", "replaces": phone},
    )
    assert page.status == 409
    assert "900067" not in page.html
    for path in (change, *(f"/security-info/methods/{one}/delete" for one in (phone, app))):
        page = await another_visitor.open(path)
        assert page.path == "/security-info", path
        assert "900067" not in page.html
        assert "Robin's" not in page.html
        page = await another_visitor.post(path, {"code": "000000"})
        assert page.status == 403, "the form of it was never given out"
    assert (await another_visitor.open(f"{change}/delivery")).status == 204
    assert await everything(world) == before


@pytest.mark.parametrize("kind", ["phone", "add", "default", "delete", "code"])
async def test_EN1_FRS_03_FRS_05_each_change_asks_for_a_fresh_proof(
    world: World, visitor: Visitor, kind: str
) -> None:
    robin = await world.person(phone=PHONE, apps=1, default=Way("sms"))
    await by_text(visitor, world)
    (app,) = await held_ids(world, robin, "softwareOath")
    paths = {
        "phone": "/security-info/phone",
        "add": "/security-info/add",
        "default": "/security-info/default",
        "delete": f"/security-info/methods/{app}/delete",
    }
    typed = {
        "phone": {"number": "07700 900142", "country": "GB"},
        "add": {"kind": "softwareOath", "displayName": "Blue"},
        "default": {"option": "oath"},
        "delete": {},
    }
    if kind == "code":
        page = await to_confirmation(visitor)
        world.later(minutes=11)
        await visitor.open(page.path)
        page = await visitor.send(f"{page.path}/send")
    else:
        await visitor.open(paths[kind])
        world.later(minutes=10)
        before = await everything(world)
        page = await press(visitor, paths[kind], typed[kind])
        after = await everything(world)
        for table in ("authentication_methods", "accounts", "outbox", "challenges", "audit_log"):
            assert after[table] == before[table], table
    assert page.path.startswith("/security-info/verify?to=")
    assert "What you want to do needs a newer one." in page.text
    await world.sent()
    await visitor.send("/security-info/verify", button=("option", "oath"))
    code = await world.app_code(robin.user.id)
    page = await visitor.send("/signin/challenge", code=code)
    assert page.path.startswith("/security-info/"), "and on to where it was wanted"
    if kind in {"default", "delete"}:
        page = await press(visitor, paths[kind], typed[kind])
        assert page.path.startswith("/security-info?done=")
    if kind in {"phone", "code"}:
        assert "+44 7700 900142" in page.text, "FRS-05: what was typed is kept"


async def test_EN1_the_last_method_needs_a_fresher_proof(world: World, visitor: Visitor) -> None:
    robin = await world.person(phone=PHONE)
    await by_text(visitor, world)
    (phone,) = await held_ids(world, robin, "phone")
    world.later(minutes=5)
    page = await delete(visitor, phone)
    assert page.path.startswith("/security-info/verify")
    assert await held_ids(world, robin, "phone") == [phone]


async def test_FRS_06_the_new_number_does_not_vouch_for_itself(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    world.later(minutes=11)
    page = await to_confirmation(visitor)
    assert page.path.startswith("/security-info/verify")
    assert "+44 7700 900142" in page.text
    page = await visitor.send("/security-info/verify", button=("option", "sms"))
    assert "number ending in 67" in page.text


async def test_a_proof_in_between_does_not_lengthen_the_day(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    for _ in range(47):
        world.later(minutes=30)
        await visitor.open("/security-info")
    await visitor.open("/security-info/verify")
    await visitor.send("/security-info/verify", button=("option", "sms"))
    assert is_signed_in(await visitor.send("/signin/challenge", code=await world.texted_code()))
    world.later(minutes=30)
    assert (await visitor.open("/security-info")).path.startswith("/signin")


async def test_EN5_deleting_a_method_ends_the_other_sessions(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE, apps=1, default=Way("sms"))
    await by_text(another_visitor, world)
    world.later(seconds=31)
    await by_text(visitor, world)
    (app,) = await held_ids(world, robin, "softwareOath")
    assert is_signed_in(await another_visitor.open("/security-info"))
    assert is_signed_in(await delete(visitor, app))
    assert not is_signed_in(await another_visitor.open("/security-info"))


@pytest.mark.parametrize("ticked", [True, False])
async def test_EN5_a_change_offers_to_end_the_other_sessions(
    world: World, visitor: Visitor, another_visitor: Visitor, *, ticked: bool
) -> None:
    await world.person(phone=PHONE)
    await by_text(another_visitor, world)
    world.later(seconds=31)
    await by_text(visitor, world)
    page = await to_confirmation(visitor)
    assert "Sign me out everywhere else" in page.text
    typed = {"code": await world.texted_code()} | ({"sign_out_others": "on"} if ticked else {})
    assert is_signed_in(await press(visitor, page.path, typed))
    assert is_signed_in(await another_visitor.open("/security-info")) is not ticked


async def test_VER_05_CMP_06_the_old_number_opens_nothing_even_in_flight(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    world.later(seconds=31)
    await to_challenge(another_visitor)
    old = await world.texted_code()
    page = await to_confirmation(visitor)
    await visitor.send(page.path, code=await world.texted_code())
    page = await another_visitor.send("/signin/challenge", code=old)
    told(page, "This phone is not registered any more", number="500121")


async def test_VER_04_VER_08_until_it_is_confirmed_the_old_number_works(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    page = await to_confirmation(visitor)
    code = await world.texted_code()
    page = await visitor.send(page.path, code=other_than(code))
    told(page, "That code didn't match", number="500121")
    world.later(minutes=4)
    page = await visitor.send(page.path, code=code)
    told(page, "That code came too late", number="500121")
    assert "Send a new code" in page.text
    assert is_signed_in(await by_text(another_visitor, world))


async def test_EN6_NOT_01_and_02_AUD_02_AUD_05_each_change_is_told_by_mail_and_to_the_old_number(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    await by_text(visitor, world)

    async def told_of(template: str, event: type[Event], *, text_to: str | None = None) -> Mail:
        sent = await world.sent()
        (mail,) = [one for one in sent if isinstance(one, Mail)]
        assert mail.template == template
        assert mail.to == "robin@fabrikam.test"
        assert mail.facts["not_me_url"].startswith("https://id.contoso.test/not-me/")
        assert mail.facts["address"] == "203.0.113.24"
        notices = [one for one in sent if isinstance(one, Text)]
        assert [one.to.e164 for one in notices] == ([text_to] if text_to else [])
        assert "A notice is on its way to robin@fabrikam.test" in visitor.page.text
        assert mail.facts["when"] == world.now.isoformat(timespec="seconds")
        newest = (await world.store.audit.of_user(robin.user.id, most=1))[0]
        assert (type(newest.event), newest.actor) == (event, robin.user.id)
        assert newest.event.facts.get("kind") == mail.facts.get("kind")
        return mail

    await add_app(visitor, world, name="Blue")
    await told_of("method-added", MethodAdded)
    await visitor.open("/security-info/default")
    await visitor.send("/security-info/default", option="oath")
    await told_of("default-changed", DefaultMethodChanged)
    page = await to_confirmation(visitor)
    await visitor.send(page.path, code=await world.texted_code())
    mail = await told_of("method-changed", MethodReplaced, text_to="+447700900067")
    assert mail.facts["was"] == "+XX XXXXXXXX67"
    assert mail.facts["now"] == "+XX XXXXXXXX42"
    (phone,) = await held_ids(world, robin, "phone")
    await delete(visitor, phone)
    await told_of("method-removed", MethodRemoved, text_to="+447700900142")


async def test_somebody_without_a_mail_address_is_told_on_the_page(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE, mail=None)
    await by_text(visitor, world)
    page = await add_app(visitor, world)
    assert "on its way" not in page.text
    assert await mails(world) == []


async def test_a_held_account_can_be_looked_at_and_not_changed(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE, apps=1, default=Way("sms"))
    await by_text(visitor, world)
    pages = {}
    (app,) = await held_ids(world, robin, "softwareOath")
    change = (await to_confirmation(visitor)).path
    pages[change] = visitor.page
    code = await world.texted_code()
    removal = f"/security-info/methods/{app}/delete"
    for path in ("/security-info/phone", "/security-info/add", "/security-info/default", removal):
        pages[path] = await visitor.open(path)
    await world.store.commit(HoldChanges(user_id=robin.user.id, since=world.now))
    before = await everything(world)
    typed = {
        "/security-info/phone": {"number": "07700 900143", "country": "GB"},
        "/security-info/add": {"kind": "softwareOath"},
        "/security-info/default": {"option": "oath"},
        removal: {},
        change: {"code": code},
    }
    for path, fields in typed.items():
        visitor.page = pages[path]
        page = await press(visitor, path, fields)
        assert page.status == 403, path
        assert "Changes are stopped" in page.text
    visitor.page = pages[change]
    assert (await visitor.send(f"{change}/send")).status == 403
    after = await everything(world)
    for table in ("authentication_methods", "accounts", "outbox", "audit_log"):
        assert after[table] == before[table], table
    page = await visitor.open("/security-info")
    assert "Changes are stopped" in page.text
    assert "Delete" not in page.text


async def test_a_method_that_was_deleted_elsewhere_is_not_changed(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE, apps=1, default=Way("sms"))
    await by_text(visitor, world)
    page = await to_confirmation(visitor)
    (phone,) = [
        one for one in await world.store.methods.of_user(robin.user.id) if one.kind == "phone"
    ]
    await world.store.commit(RemoveMethod(user_id=robin.user.id, method_id=phone.id))
    page = await visitor.send(page.path, code=await world.texted_code())
    assert page.status == 409
    assert "Your phone was changed elsewhere" in page.text
    assert await held_ids(world, robin, "phone") == []


async def test_it_was_not_me_from_the_page_itself(world: World, visitor: Visitor) -> None:
    robin = await world.person(phone=PHONE)
    await by_text(visitor, world, start="/security-info")
    page = await visitor.send("/security-info/not-me")
    assert page.path == "/not-me/done"
    assert cookie(visitor, "pu_s")
    assert not is_signed_in(await visitor.open("/security-info"))
    assert (await events(world, robin))[0] is NotMeReported
    (mail,) = await mails(world)
    assert mail.to == "desk@contoso.test"


async def test_a_change_that_waited_too_long_is_over(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    page = await to_confirmation(visitor)
    code = await world.texted_code()
    world.later(minutes=30)
    assert (await visitor.send(page.path, code=code)).path == "/security-info"
    assert "number ending in 67" in visitor.page.text


@pytest.mark.parametrize(
    ("number", "country", "words"),
    [
        ("", "GB", "Type the number of the phone you want to use."),
        ("   ", "GB", "Type the number of the phone you want to use."),
        ("hello", "GB", "That is no number of this country."),
        ("07700 900067", "GB", "That is the number you have now."),
        ("+44 (0) 7700-900 067", "FR", "That is the number you have now."),
        ("+999 123", "GB", "We don't know that country code."),
        ("07700 900142", "XX", "We don't know that country code."),
        ("020 7946 0018", "GB", "This number takes calls but no texts."),
        ("09098790879", "GB", "We don't send codes to numbers that cost extra."),
        ("07700 900142 ext 5", "GB", "A code can't reach an extension."),
        ("1" * 65, "GB", "That is too long for a phone number."),
        ("\u202e07700 900142", "GB", ""),
        ("<script>alert(1)</script>", "GB", "That is no number of this country."),
    ],
)
async def test_a_number_that_cannot_be_taken_is_told_why(
    world: World, visitor: Visitor, number: str, country: str, words: str
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    await visitor.open("/security-info/phone")
    page = await press(visitor, "/security-info/phone", {"number": number, "country": country})
    if not words:
        assert page.path.startswith("/security-info/changes/"), "direction marks fall away"
        return
    assert page.status == 400
    assert words in page.text
    assert page.form("/security-info/phone").fields["number"] == number.strip() or number
    assert "<script>alert" not in page.html
    assert page.title.startswith("Error: ")
    assert 'aria-describedby="number-error"' in page.html


@pytest.mark.parametrize("name", ["a" * 65, "\ue000"])
async def test_a_name_that_cannot_be_shown_is_told_why(
    world: World, visitor: Visitor, name: str
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    page = await to_new_app(visitor, name=name)
    assert page.status == 400
    assert "Use at most 64 letters, all of which can be shown." in page.text


async def test_WE3_a_name_with_markup_is_shown_as_it_is(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    name = "<b onclick=alert(1)>'\"&amp;{{7*7}}"
    page = await add_app(visitor, world, name=name)
    for path in ("/security-info", "/security-info/default", "/security-info/verify"):
        page = await visitor.open(path)
        assert name in page.text, path
        assert "<b onclick" not in page.html


async def test_the_country_of_the_present_phone_is_chosen_already(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone="+33 6 12 34 56 78")
    await by_text(visitor, world)
    page = await visitor.open("/security-info/phone")
    assert page.form("/security-info/phone").fields["country"] == "FR"
