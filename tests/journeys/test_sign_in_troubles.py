"""What can go wrong in a sign-in: each in its own words, with what the help desk asks for."""

import anyio
import pytest

from journeys.steps import (
    PHONE,
    by_text,
    cookie,
    correlation,
    events,
    everything,
    is_signed_in,
    other_than,
    press,
    texts,
    to_challenge,
    to_password,
    told,
)
from proofup.audit.events.sign_ins import SignedIn
from proofup.directory.users import RaiseEpoch, SetEnabled
from proofup.methods.registered_methods import RemoveMethod
from proofup.policy import figures
from proofup.policy.budgets import Budget, CountryNotServedError
from proofup.policy.limits import Limit
from proofup.values.phone_numbers import PhoneNumber, country_of
from proofup.values.ways import Way
from visitor import Visitor
from world import PASSWORD, World

pytestmark = pytest.mark.anyio


async def test_E_50126_a_wrong_password(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await to_password(visitor)
    page = await visitor.send("/signin/password", password="not it")
    told(page, "The user name or the password is not right", number="50126")
    assert page.title.startswith("Error: ")
    assert "not it" not in page.html
    page = await visitor.send("/signin/password", password=PASSWORD)
    assert page.path == "/signin/challenge"


async def test_CH_11_a_wrong_password_sends_no_text(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await to_password(visitor)
    await visitor.send("/signin/password", password="not it")
    for path in ("/signin/challenge", "/signin/options", "/signin/challenge/delivery"):
        assert (await visitor.open(path)).path in {"/signin/password", path}
        assert "number ending" not in visitor.page.text
    assert await texts(world) == []
    assert (await everything(world))["challenges"] == []


async def test_E_50053_LCK_08_too_many_wrong_passwords(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    for number in range(10):
        await to_password(visitor)
        await visitor.send("/signin/password", password=f"guess {number}")
    await to_password(visitor)
    page = await visitor.send("/signin/password", password=PASSWORD)
    told(page, "try again after 14:31 UTC", number="50053", status=429)
    assert await texts(world) == [], "the right password is not told from a wrong one"
    world.later(seconds=61)
    page = await visitor.send("/signin/password", password=PASSWORD)
    assert page.path == "/signin/challenge"


async def test_I10_a_pause_in_one_network_does_not_keep_the_owner_out(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    for number in range(11):
        await to_password(another_visitor)
        await another_visitor.send("/signin/password", password=f"guess {number}")
    assert is_signed_in(await by_text(visitor, world))


async def test_E_50057_a_closed_account_is_told_to_its_owner_only(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE, enabled=False)
    await to_password(visitor)
    page = await visitor.send("/signin/password", password="not it")
    told(page, "The user name or the password is not right", number="50126")
    page = await visitor.send("/signin/password", password=PASSWORD)
    told(page, "This account is closed", number="50057", status=403)
    assert await texts(world) == []


async def test_SMS_06_RES_04_E_500121_a_wrong_code(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await to_challenge(visitor)
    code = await world.texted_code()
    page = await visitor.send("/signin/challenge", code=other_than(code))
    told(
        page,
        "That code didn't match. Type the six digits of the newest text; 4 tries",
        number="500121 WrongCodeEntered",
    )
    assert page.form("/signin/challenge").fields["code"] == "", "the box is cleared"
    assert is_signed_in(await visitor.send("/signin/challenge", code=code))


async def test_TOT_06_RES_04_a_wrong_code_of_an_app(world: World, visitor: Visitor) -> None:
    robin = await world.person(apps=1)
    await to_challenge(visitor)
    code = await world.app_code(robin.user.id)
    page = await visitor.send("/signin/challenge", code=other_than(code))
    told(
        page,
        "That code didn't match. Type the six digits the app shows now",
        number="500121 WrongCodeEntered",
    )
    assert is_signed_in(await visitor.send("/signin/challenge", code=code))


async def test_CH_04_RES_03_a_late_code(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await to_challenge(visitor)
    code = await world.texted_code()
    world.later(minutes=3)
    page = await visitor.open("/signin/challenge")
    assert "works no more. Send a new one." in page.text
    page = await visitor.send("/signin/challenge", code=code)
    told(page, "That code came too late", number="500121 InvalidSession")
    await visitor.send("/signin/challenge/send")
    assert is_signed_in(await visitor.send("/signin/challenge", code=await world.texted_code()))


async def test_CH_06_SMS_05_the_code_of_an_earlier_text(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await to_challenge(visitor)
    old = await world.texted_code()
    world.later(seconds=31)
    await visitor.send("/signin/challenge/send")
    new = await world.texted_code()
    page = await visitor.send("/signin/challenge", code=old)
    told(page, "That code is from an earlier text", number="500121")
    assert is_signed_in(await visitor.send("/signin/challenge", code=new))


async def test_TOT_03_the_code_of_an_app_that_was_used_already(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    robin = await world.person(apps=1)
    await to_challenge(visitor)
    await to_challenge(another_visitor)
    code = await world.app_code(robin.user.id)
    assert is_signed_in(await visitor.send("/signin/challenge", code=code))
    page = await another_visitor.send("/signin/challenge", code=code)
    told(page, "That code was used already. Wait for the next one", number="500121")


async def test_CH_08_RES_05_too_many_wrong_codes_end_the_challenge(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await to_challenge(visitor)
    code = await world.texted_code()
    for _ in range(4):
        await visitor.send("/signin/challenge", code=other_than(code))
        assert "That code didn't match" in visitor.page.text
    for typed in (other_than(code), code):
        page = await visitor.send("/signin/challenge", code=typed)
        told(
            page,
            "so the newest text counts no more. Send a new code",
            number="500121 MaxAllowedCodeRetryReached",
        )
    world.later(seconds=31)
    await visitor.send("/signin/challenge/send")
    assert is_signed_in(await visitor.send("/signin/challenge", code=await world.texted_code()))


@pytest.mark.both_engines
async def test_E_50053_RES_06_an_account_rests_after_ten_wrong_codes(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE, apps=1, default=Way("oath"))
    await to_challenge(visitor)
    for _ in range(2):
        right = await world.app_code(robin.user.id)
        for _ in range(5):
            await visitor.send("/signin/challenge", code=other_than(right))
        await visitor.send("/signin/challenge/send")
    page = await visitor.send("/signin/challenge", code=right)
    told(page, "try again after 14:45 UTC", number="50053 AuthenticationThrottled", status=429)
    await to_challenge(another_visitor)
    page = await another_visitor.send("/signin/challenge", code=right)
    told(page, "try again after 14:45 UTC", number="50053 AuthenticationThrottled", status=429)
    world.later(minutes=16)
    await to_challenge(visitor)
    right = await world.app_code(robin.user.id)
    assert is_signed_in(await visitor.send("/signin/challenge", code=right))


async def test_TEL_04_SMS_05_SMS_07_E_50088_RES_06_texts_have_a_limit_and_the_page_says_until_when(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE, apps=1, default=Way("sms"))
    await to_challenge(visitor)
    world.later(seconds=10)
    page = await visitor.send("/signin/challenge/send")
    told(
        page,
        "It can be again in 20 seconds",
        number="50088 AuthenticationMethodLimitReached",
        status=429,
    )
    assert len(await texts(world)) == 1
    for _ in range(4):
        world.later(seconds=31)
        await visitor.send("/signin/challenge/send")
        assert visitor.page.status == 200
    world.later(seconds=31)
    await visitor.send("/signin/challenge/send")
    told(
        visitor.page,
        "or choose another way",
        number="50088 AuthenticationMethodLimitReached",
        status=429,
    )
    page = await visitor.open("/signin/options")
    assert "Use a verification code from app or hardware token" in page.text


async def test_TEL_05_CH_12_TOT_05_a_limit_that_is_met_at_the_password_is_told_with_the_way_on(
    world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    robin = await world.person(phone=PHONE, apps=1, default=Way("sms"))
    none = Limit(name="textsAccount", most=0, within=figures.DAY)
    monkeypatch.setattr(figures, "TEXTS_OF_ACCOUNT", none)
    page = await to_challenge(visitor)
    told(page, "We've sent as many texts as we may", number="50088", status=429)
    assert "No text was sent" in page.text
    await visitor.open("/signin/options")
    await visitor.send("/signin/challenge/send", button=("option", "oath"))
    code = await world.app_code(robin.user.id)
    assert is_signed_in(await visitor.send("/signin/challenge", code=code))


async def test_TEL_02_a_country_that_is_not_served(
    world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Budget, to: PhoneNumber) -> None:
        raise CountryNotServedError(country_of(to))

    robin = await world.person(phone="+33 6 12 34 56 78", apps=1, default=Way("sms"))
    monkeypatch.setattr(Budget, "check", refuse)
    page = await to_challenge(visitor)
    told(page, "We don't send texts to the country of this number", number="500121")
    page = await visitor.send("/signin/challenge/send")
    told(page, "Choose another way, or ask the help desk", number="500121")
    await visitor.open("/signin/options")
    await visitor.send("/signin/challenge/send", button=("option", "oath"))
    code = await world.app_code(robin.user.id)
    assert is_signed_in(await visitor.send("/signin/challenge", code=code))


async def test_RES_01_a_phone_that_is_gone_meanwhile(world: World, visitor: Visitor) -> None:
    robin = await world.person(phone=PHONE, apps=1, default=Way("sms"))
    await to_challenge(visitor)
    code = await world.texted_code()
    held = await world.store.methods.of_user(robin.user.id)
    (phone,) = [one for one in held if one.kind == "phone"]
    await world.store.commit(RemoveMethod(user_id=robin.user.id, method_id=phone.id))
    page = await visitor.send("/signin/challenge", code=code)
    told(
        page,
        "This phone is not registered any more",
        number="500121 AuthenticationMethodNotConfigured",
    )


async def test_E_50173_RES_07_an_account_that_was_closed_meanwhile(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    await to_challenge(visitor)
    await world.store.commit(SetEnabled(user_id=robin.user.id, enabled=False))
    page = await visitor.send("/signin/challenge", code=await world.texted_code())
    told(page, "This sign-in was stopped", number="50173", status=403)
    assert cookie(visitor, "pu_t") is None
    assert (await everything(world))["sessions"] == []


async def test_I8_E_50133_E_50173_a_sign_in_begun_before_everything_was_revoked(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    for begun in (to_password, to_challenge):
        await begun(visitor)
        await world.store.commit(RaiseEpoch(user_id=robin.user.id))
        if begun is to_password:
            page = await visitor.send("/signin/password", password=PASSWORD)
        else:
            page = await visitor.send("/signin/challenge", code=await world.texted_code())
        told(page, "This sign-in was stopped", number="50173", status=403)
    world.later(seconds=31)
    assert is_signed_in(await by_text(visitor, world))


async def test_I8_ACT_09_a_session_that_was_revoked_ends_with_the_next_request(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    await by_text(visitor, world)
    await world.store.commit(RaiseEpoch(user_id=robin.user.id))
    page = await visitor.send("/signout")
    assert page.path == "/signed-out"
    page = await visitor.open("/security-info/phone")
    assert page.path == "/signin?return=%2Fsecurity-info%2Fphone"


@pytest.mark.parametrize("begun", [to_password, to_challenge])
async def test_TX7_E_50089_a_sign_in_ends_after_ten_minutes(
    world: World, visitor: Visitor, begun: object
) -> None:
    await world.person(phone=PHONE)
    is_early = begun is to_password
    step = to_password if is_early else to_challenge
    action = "/signin/password" if is_early else "/signin/challenge"
    typed = {"password": PASSWORD} if is_early else {"code": "123456"}
    for way in ("reload", "post"):
        page = await step(visitor, start="/security-info/add")
        world.later(minutes=10)
        page = (
            await visitor.open(action) if way == "reload" else await press(visitor, action, typed)
        )
        told(page, "This sign-in took too long", number="50089", status=410)
        assert 'href="/signin?return=%2Fsecurity-info%2Fadd"' in page.html
        assert cookie(visitor, "pu_t") is None
        assert (await visitor.open(action)).path == "/signin", "told once"


async def test_SE_a_session_ends_after_an_idle_hour_and_after_a_day(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    for _ in range(47):
        world.later(minutes=30)
        assert is_signed_in(await visitor.open("/security-info"))
    world.later(minutes=30)
    page = await visitor.open("/security-info")
    assert page.path.startswith("/signin")
    assert "Your session has ended" in page.text
    await by_text(visitor, world)
    world.later(minutes=60)
    assert (await visitor.open("/security-info")).path.startswith("/signin")


async def test_SE3_E_50173_who_was_signed_out_is_told_until_the_next_sign_in(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    assert "signed out" not in (await visitor.open("/signin")).text
    await by_text(visitor, world)
    await world.store.commit(RaiseEpoch(user_id=robin.user.id))
    for _ in range(2):
        page = await visitor.open("/security-info")
        assert page.path.startswith("/signin")
        assert "You were signed out" in page.text
    world.later(seconds=31)
    assert is_signed_in(await by_text(visitor, world))
    await visitor.send("/signout")
    assert "You were" not in (await visitor.open("/signin")).text


async def test_ERR_03_LOG_05_one_correlation_id_spans_a_sign_in(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    await to_password(visitor)
    first = await visitor.send("/signin/password", password="not it")
    await visitor.send("/signin/password", password=PASSWORD)
    second = await visitor.send("/signin/challenge", code="000000")
    assert correlation(first) == correlation(second)
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    entries = await world.store.audit.of_user(robin.user.id, most=10)
    assert {entry.correlation_id for entry in entries} == {correlation(first)}


@pytest.mark.both_engines
async def test_CH_07_the_same_form_sent_twice_at_once_signs_in_once(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    page = await to_password(visitor)
    form = page.form("/signin/password")
    answers: list[int] = []

    async def press(path: str, fields: dict[str, str]) -> None:
        answer = await visitor.http.post(
            path, data=fields, headers={"sec-fetch-site": "same-origin"}
        )
        answers.append(answer.status_code)

    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(press, "/signin/password", {**form.fields, "password": PASSWORD})
    assert answers == [303, 303, 303]
    code = await world.texted_code()
    form = (await visitor.open("/signin/challenge")).form("/signin/challenge")
    answers.clear()
    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(press, "/signin/challenge", {**form.fields, "code": code})
    assert 303 in answers
    assert set(answers) <= {303, 400}
    assert len((await everything(world))["sessions"]) == 1
    assert (await events(world, robin)).count(SignedIn) == 1


@pytest.mark.both_engines
async def test_the_same_first_sign_in_without_a_method_sent_twice_at_once(
    world: World, visitor: Visitor
) -> None:
    await world.person()
    form = (await to_password(visitor)).form("/signin/password")
    answers: list[int] = []

    async def press() -> None:
        answer = await visitor.http.post(
            "/signin/password",
            data={**form.fields, "password": PASSWORD},
            headers={"sec-fetch-site": "same-origin"},
        )
        answers.append(answer.status_code)

    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(press)
    assert answers == [303, 303, 303]
    assert is_signed_in(await visitor.open("/security-info"))
    assert len((await everything(world))["sessions"]) == 1
