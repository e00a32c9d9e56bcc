"""Successful sign-ins, and the pages after them."""

import re

import pytest

from journeys.steps import (
    PHONE,
    ROBIN,
    by_app,
    by_text,
    cookie,
    everything,
    fail_texts,
    is_signed_in,
    keep_cookie,
    press,
    set_cookies,
    texts,
    to_challenge,
    to_password,
)
from proofup.values.ways import Way
from visitor import Visitor
from world import PASSWORD, World

pytestmark = pytest.mark.anyio


@pytest.mark.both_engines
async def test_SMS_01_by_text(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    page = await to_challenge(visitor)
    assert page.path == "/signin/challenge"
    assert "Enter the code we texted you" in page.text
    assert "number ending in 67" in page.text
    assert "Being sent" in page.text
    (text,) = await texts(world)
    assert text.to.e164 == "+447700900067"
    assert "on its way" in (await visitor.open("/signin/challenge")).text.lower()
    code = re.sub(r"\D", "", text.body.reveal())[:6]
    assert is_signed_in(await visitor.send("/signin/challenge", code=code))
    assert "Robin Ashby" in visitor.page.text


async def test_by_the_code_of_an_app(world: World, visitor: Visitor) -> None:
    robin = await world.person(apps=1)
    page = await to_challenge(visitor)
    assert "Enter the code your app shows" in page.text
    assert await texts(world) == []
    code = await world.app_code(robin.user.id)
    assert is_signed_in(await visitor.send("/signin/challenge", code=code))


async def test_TOT_04_any_of_several_apps_answers(world: World, visitor: Visitor) -> None:
    robin = await world.person(apps=3)
    held = await world.store.methods.of_user(robin.user.id)
    world.secrets[held[0].id] = world.secrets[held[2].id]
    assert is_signed_in(await by_app(visitor, world, robin))


@pytest.mark.parametrize(
    "spelling", ["{0}{1}{2} {3}{4}{5}", " {0}{1}{2}-{3}{4}{5} ", "\u2066{0}{1}{2}{3}{4}{5}\u2069"]
)
async def test_a_code_is_taken_as_people_copy_it(
    world: World, visitor: Visitor, spelling: str
) -> None:
    await world.person(phone=PHONE)
    await to_challenge(visitor)
    typed = spelling.format(*await world.texted_code())
    assert is_signed_in(await visitor.send("/signin/challenge", code=typed))


async def test_CH_01_the_default_is_asked_at_once(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE, apps=1, default=Way("oath"))
    assert "Enter the code your app shows" in (await to_challenge(visitor)).text
    assert await texts(world) == []


async def test_CH_03_CH_05_SYS_21_another_option_is_offered_with_its_number_masked(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE, apps=1, default=Way("sms"))
    page = await to_challenge(visitor)
    old = await world.texted_code()
    assert "Use a different verification option" in page.text
    page = await visitor.open("/signin/options")
    assert "Text +XX XXXXXXXX 67 number ending in 67" in page.text
    assert "Use a verification code from app or hardware token" in page.text
    assert "I can't use any of these now" in page.text
    page = await visitor.send("/signin/challenge/send", button=("option", "oath"))
    assert "Enter the code your app shows" in page.text
    page = await visitor.send("/signin/challenge", code=old)
    assert page.status == 400, "CH-05: the earlier request stops working"
    code = await world.app_code(robin.user.id)
    assert is_signed_in(await visitor.send("/signin/challenge", code=code))


async def test_CH_03_with_one_option_no_other_is_offered(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    assert "Use a different verification option" not in (await to_challenge(visitor)).text


async def test_a_text_goes_again_and_the_older_one_counts_no_more(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await to_challenge(visitor)
    await world.texted_code()
    world.later(seconds=31)
    await visitor.open("/signin/challenge")
    await visitor.send("/signin/challenge/send")
    assert visitor.page.path == "/signin/challenge"
    assert is_signed_in(await visitor.send("/signin/challenge", code=await world.texted_code()))


async def test_CMP_07_the_page_tells_where_the_text_is(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await to_challenge(visitor)
    assert "Being sent" in (await visitor.open("/signin/challenge/delivery")).text
    await texts(world)
    assert "On its way" in (await visitor.open("/signin/challenge/delivery")).text
    (sent,) = await world.store.engine.rows("SELECT id FROM outbox")
    world.later(seconds=4)
    await world.store.outbox.mark_delivered(sent[0], world.now)
    page = await visitor.open("/signin/challenge/delivery")
    assert "Delivered 14:30:04 UTC" in page.text
    assert "<html" not in page.html, "a part, not a page"
    assert "Delivered 14:30:04 UTC" in (await visitor.open("/signin/challenge")).text


async def test_CMP_07_a_text_nobody_confirms_is_called_late(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await to_challenge(visitor)
    await texts(world)
    world.later(seconds=25)
    assert "has not arrived" in (await visitor.open("/signin/challenge")).text


async def test_CMP_07_a_carrier_that_gives_up_is_told_with_the_way_on(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE, apps=1, default=Way("sms"))
    await to_challenge(visitor)
    await fail_texts(world)
    page = await visitor.open("/signin/challenge")
    assert "Not delivered" in page.text
    assert "Your text could not be delivered" in page.text
    assert "Send a new code, or choose another way." in page.text
    assert "Use a different verification option" in page.text


async def test_one_goes_on_to_where_one_was_going(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world, start="/security-info/phone?from=mail")
    assert visitor.page.path == "/security-info/phone?from=mail"


async def test_who_is_signed_in_is_not_asked_again(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    assert is_signed_in(await visitor.open("/signin"))
    assert (await visitor.open("/signin?return=/security-info/add")).path == "/security-info/add"
    assert is_signed_in(await visitor.open("/"))


async def test_signing_out_ends_the_session_everywhere(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    old = cookie(visitor, "pu_s")
    assert old
    page = await visitor.send("/signout")
    assert page.path == "/signed-out"
    assert "You are signed out" in page.text
    assert cookie(visitor, "pu_s") is None
    assert (await everything(world))["sessions"] == []
    keep_cookie(visitor, "pu_s", old)
    assert (await visitor.open("/security-info")).path.startswith("/signin?return=")


async def test_back_after_signing_out_shows_nothing(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    mine = await by_text(visitor, world)
    await visitor.send("/signout")
    assert mine.headers["cache-control"] == "no-store"
    visitor.page = mine
    page = await visitor.send("/signout")
    assert page.status == 403
    assert "This form is too old" in page.text


async def test_back_and_reload_at_every_step(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    name = await visitor.open("/signin")
    password = await visitor.send("/signin", username=ROBIN)
    assert (await visitor.open("/signin/password")).path == "/signin/password"
    challenge = await visitor.send("/signin/password", password=PASSWORD)
    code = await world.texted_code()
    assert (await visitor.open("/signin/challenge")).path == "/signin/challenge"
    visitor.page = password
    page = await visitor.send("/signin/password", password=PASSWORD)
    assert page.path == "/signin/challenge", "the password was right already"
    assert await texts(world) == [], "going back costs no second text"
    visitor.page = challenge
    assert is_signed_in(await visitor.send("/signin/challenge", code=code))
    assert is_signed_in(await visitor.open("/signin/challenge"))
    assert is_signed_in(await visitor.open("/signin/password"))
    for before, action, typed in (
        (name, "/signin", {"username": ROBIN}),
        (password, "/signin/password", {"password": PASSWORD}),
        (challenge, "/signin/challenge", {"code": code}),
    ):
        visitor.page = before
        page = await press(visitor, action, typed)
        assert page.status == 403
        assert "This form is too old" in page.text
        assert "Open the page again" in page.text
    assert is_signed_in(await visitor.open("/security-info")), "and nothing was lost by it"


async def test_SE1_cookies_are_for_this_host_alone(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    whole = "=…; Path=/; HttpOnly; SameSite=Lax; Secure"
    seen: list[str] = []
    response = await visitor.http.get("/signin")
    seen += set_cookies(response)
    page = await to_challenge(visitor)
    form = page.form("/signin/challenge")
    response = await visitor.http.post(
        "/signin/challenge",
        data={**form.fields, "code": await world.texted_code()},
        headers={"sec-fetch-site": "same-origin"},
    )
    seen += set_cookies(response)
    assert seen == [
        f"__Host-pu_b{whole}",
        f"__Host-pu_k{whole.replace('Lax', 'Strict')}; Max-Age=31536000",
        f"__Host-pu_s{whole}",
        f"__Host-pu_t{whole}; Max-Age=0",
    ]


async def test_TX8_no_id_survives_a_sign_in(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await to_password(visitor)
    named = cookie(visitor, "pu_t")
    await visitor.send("/signin/password", password=PASSWORD)
    await visitor.send("/signin/challenge", code=await world.texted_code())
    first = cookie(visitor, "pu_s")
    assert named
    assert first
    assert cookie(visitor, "pu_t") is None
    keep_cookie(visitor, "pu_t", named)
    await visitor.http.get("/signin/challenge")
    assert cookie(visitor, "pu_s") == first, "a finished sign-in gives no second session"


async def test_TX8_signing_in_over_a_session_ends_the_old_one(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    old = cookie(visitor, "pu_s")
    assert old
    visitor.http.cookies.delete("__Host-pu_s")
    world.later(minutes=1)
    await to_challenge(visitor)
    keep_cookie(visitor, "pu_s", old)  # the tab that was signed in comes back first
    await visitor.open("/signin/challenge")
    await visitor.send("/signin/challenge", code=await world.texted_code())
    assert cookie(visitor, "pu_s") != old
    assert len((await everything(world))["sessions"]) == 1
    keep_cookie(visitor, "pu_s", old)
    assert (await visitor.open("/security-info")).path.startswith("/signin?return=")


@pytest.mark.parametrize("forged", ["a" * 43, "../../etc", "x", "a" * 4096])
async def test_a_cookie_we_never_gave_is_worth_nothing(
    world: World, visitor: Visitor, forged: str
) -> None:
    await world.person(phone=PHONE)
    for name in ("pu_s", "pu_t", "pu_b"):
        keep_cookie(visitor, name, forged)
    assert (await visitor.open("/security-info")).path.startswith("/signin")
    for path in ("/signin/password", "/signin/challenge", "/signin/options"):
        page = await visitor.open(path)
        assert page.path == "/signin" or page.status == 410


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "/%2f%2fevil.example",
        "/%2F/evil.example",
        "%2f%2fevil.example",
        "/%5cevil.example",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "/x\r\nlocation: https://evil.example",
        "/\tevil.example",
        "/.//evil.example",
        "/..//evil.example",
        "@evil.example",
        "/security-info\x00",
        "/" + "a" * 600,
    ],
)
async def test_WE8_nobody_is_sent_elsewhere(world: World, visitor: Visitor, target: str) -> None:
    await world.person(phone=PHONE)
    page = await visitor.http.get("/signin", params={"return": target})
    assert "evil" not in page.text
    await visitor.open("/signin")
    form = visitor.page.form("/signin")
    if target.isprintable():
        page = await visitor.http.post(
            "/signin",
            data={**form.fields, "username": ROBIN, "return": target},
            headers={"sec-fetch-site": "same-origin"},
        )
        assert page.headers["location"] == "/signin/password"
        await visitor.open("/signin/password")
        await visitor.send("/signin/password", password=PASSWORD)
        await visitor.send("/signin/challenge", code=await world.texted_code())
        assert visitor.page.path == "/myapps"
