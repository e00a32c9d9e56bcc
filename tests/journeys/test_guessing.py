"""Outsiders cannot find out which accounts exist and which methods they have."""

import re

import pytest

from journeys.conftest import NewVisitor
from journeys.steps import (
    PHONE,
    ROBIN,
    by_text,
    everything,
    fail_texts,
    is_signed_in,
    other_than,
    set_cookies,
    texts,
    to_challenge,
    to_password,
    told,
)
from proofup.assembly.service import Service
from proofup.challenges.spending import met_lately
from proofup.policy import figures
from proofup.policy.limits import Charge
from proofup.values.ways import Way
from visitor import Visitor
from world import HOME, PASSWORD, World

pytestmark = pytest.mark.anyio
NAMES = {
    "known": "robin1@contoso.test",
    "unknown": "robin2@contoso.test",
    "disabled": "robin3@contoso.test",
    "no password": "robin4@contoso.test",
    "app only": "robin5@contoso.test",
}
DRAWN = (
    (r'nonce="[^"]+"', 'nonce="…"'),
    (r'hx-nonce="[^"]+"', 'hx-nonce="…"'),
    (r'name="form_token" value="[^"]+"', "form_token"),
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "id"),
    (r"\b[0-9A-F]{4}-[0-9A-F]{4}\b", "reference"),
)


async def people(world: World) -> None:
    await world.person(NAMES["known"], phone=PHONE)
    await world.person(NAMES["disabled"], phone="+44 7700 900142", enabled=False)
    await world.person(NAMES["no password"], phone="+44 7700 900143", password=None)
    await world.person(NAMES["app only"], apps=1)


async def look(visitor: Visitor, name: str, password: str) -> list[object]:
    """Return everything that an outsider sees of an attempt, except random parts."""
    seen: list[object] = []

    async def ask(method: str, path: str, fields: dict[str, str] | None = None) -> None:
        answer = await visitor.http.request(
            method, path, data=fields, headers={"sec-fetch-site": "same-origin"}
        )
        # Where a long name may break is marked on some pages.
        body = answer.text.replace(name.replace("@", "<wbr>@"), "<name>").replace(name, "<name>")
        length = len(answer.content)
        headers = {
            key: re.sub(r"'nonce-[^']+'", "nonce", value)
            for key, value in answer.headers.multi_items()
            if key not in {"x-request-id", "set-cookie"}
        }
        for pattern, shown in DRAWN:
            body = re.sub(pattern, shown, body)
        seen.extend([answer.status_code, headers, set_cookies(answer), body, length])

    await visitor.open("/signin")
    token = visitor.page.form("/signin").fields["form_token"]
    await ask("POST", "/signin", {"form_token": token, "username": name})
    await ask("GET", "/signin/password")
    for path in ("/signin/challenge", "/signin/options", "/signin/challenge/delivery"):
        await ask("GET", path)
    await visitor.open("/signin/password")
    token = visitor.page.form("/signin/password").fields["form_token"]
    await ask("POST", "/signin/password", {"form_token": token, "password": password})
    return seen


async def test_GU1_all_names_look_alike(world: World, new_visitor: NewVisitor) -> None:
    await people(world)
    seen = {kind: await look(new_visitor(), name, "a guess") for kind, name in NAMES.items()}
    for kind, found in seen.items():
        assert found == seen["unknown"], kind
    assert 400 in seen["known"]


async def test_GU1_all_names_look_alike_when_they_have_to_wait(
    world: World, new_visitor: NewVisitor
) -> None:
    await people(world)
    for name in NAMES.values():
        for number in range(10):
            await look(new_visitor(), name, f"guess {number}")
    seen = {}
    for kind, name in NAMES.items():
        for password in ("a guess", PASSWORD):
            seen[kind, password] = await look(new_visitor(), name, password)
    for tried, found in seen.items():
        assert found == seen["unknown", "a guess"], tried
    assert 429 in seen["unknown", "a guess"]


async def test_GU1_the_spelling_in_the_directory_is_not_told(
    world: World, visitor: Visitor
) -> None:
    await world.person("Robin.Ashby@Contoso.test", phone=PHONE)
    for typed in ("robin.ashby@contoso.test", "ROBIN.ASHBY@CONTOSO.TEST"):
        page = await to_password(visitor, name=typed)
        assert "Robin.Ashby@Contoso.test" not in page.html


async def test_GU3_what_somebody_holds_is_shown_after_the_password_only(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE, apps=1, default=Way("sms"))
    await to_password(visitor)
    for path in ("/signin/options", "/signin/challenge", "/signin/challenge/delivery"):
        page = await visitor.open(path)
        assert page.path == "/signin/password" or page.status == 204, path
        assert "number ending" not in page.text


async def test_GU4_neither_spelling_nor_header_nor_browser_gives_more_tries(
    world: World, new_visitor: NewVisitor
) -> None:
    await world.person(phone=PHONE)
    spellings = [
        ROBIN,
        ROBIN.upper(),
        f"  {ROBIN} ",
        "\uff32\uff4f\uff42\uff49\uff4e.ashby@contoso.test",
        "Robin.Ashby@contoso.TEST",
    ]
    for number in range(10):
        browser = new_visitor()
        browser.http.headers["x-forwarded-for"] = f"203.0.113.{number}, 10.0.0.{number}"
        browser.http.headers["forwarded"] = f"for=203.0.113.{number}"
        browser.http.headers["x-real-ip"] = f"203.0.113.{number}"
        await to_password(browser, name=spellings[number % len(spellings)])
        await browser.send("/signin/password", password=f"guess {number}")
        assert browser.page.status == 400
    browser = new_visitor()
    await to_password(browser)
    await browser.send("/signin/password", password=PASSWORD)
    assert browser.page.status == 429


@pytest.mark.both_engines
async def test_GU4_I10_D27_the_owner_signs_in_in_a_known_browser_during_an_attack(
    world: World, visitor: Visitor, service: Service
) -> None:
    await world.person(phone=PHONE)
    assert is_signed_in(await by_text(visitor, world))
    world.later(minutes=1)
    for number in range(33):
        stranger = Visitor(service.app, address=f"198.51.{number // 3}.7")
        await to_password(stranger)
        page = await stranger.send("/signin/password", password=f"guess {number}")
        assert page.status == (400 if number < 30 else 429)
    await visitor.open("/security-info")
    await visitor.send("/signout")
    assert is_signed_in(await by_text(visitor, world))
    elsewhere = Visitor(service.app, address="203.0.113.24")
    await to_password(elsewhere)
    assert (await elsewhere.send("/signin/password", password=PASSWORD)).status == 429


async def test_GU4_a_stranger_of_the_same_network_stops_no_known_browser(
    world: World, visitor: Visitor, new_visitor: NewVisitor
) -> None:
    await world.person(phone=PHONE)
    assert is_signed_in(await by_text(visitor, world))
    await visitor.open("/security-info")
    await visitor.send("/signout")
    for limit in (figures.PASSWORDS_OF_NETWORK, figures.SIGN_INS_OF_NETWORK):
        key = world.room.counter_key(limit.name, HOME.network)
        charge = Charge(key=key, limit=limit, weight=limit.most)
        await world.store.counters.charge(charge, at=world.now)
    assert is_signed_in(await by_text(visitor, world))
    assert (await to_password(new_visitor())).status == 429
    told = dict(await met_lately(world.room, at=world.now))
    assert told == {figures.SIGN_INS_OF_NETWORK.name: 1}


async def test_E_50053_a_hundred_wrong_ones_leave_only_known_browsers(
    world: World, visitor: Visitor
) -> None:
    robin = await world.person(phone=PHONE)
    limit = figures.PASSWORD_IN_A_ROW
    key = world.room.counter_key(limit.name, robin.user.id)
    await world.store.counters.charge(Charge(key=key, limit=limit, weight=100), at=world.now)
    await to_password(visitor)
    page = await visitor.send("/signin/password", password=PASSWORD)
    told(page, "Sign in with a browser you have used here before", number="50053", status=429)
    assert "try again after 14:30 UTC on 21 December" in page.text


async def test_GU5_a_success_forgives_only_what_it_proved(
    world: World, visitor: Visitor, new_visitor: NewVisitor
) -> None:
    robin = await world.person(apps=1)
    await world.person("sam@contoso.test", apps=1)
    sams = new_visitor()
    await to_challenge(sams, name="sam@contoso.test")
    for _ in range(4):
        await sams.send("/signin/challenge", code="000000")
    await to_challenge(visitor)
    code = await world.app_code(robin.user.id)
    assert is_signed_in(await visitor.send("/signin/challenge", code=code))
    page = await sams.send("/signin/challenge", code="000000")
    assert "Ask for a new try" in page.text, "Sam's fifth, not the first"


async def test_GU6_other_names_do_not_wash_a_counter_away(
    world: World, new_visitor: NewVisitor
) -> None:
    await world.person(phone=PHONE)
    browser = new_visitor()
    for number in range(10):
        await to_password(browser)
        await browser.send("/signin/password", password=f"guess {number}")
    for number in range(20):
        await to_password(browser, name=f"flood{number}@contoso.test")
        await browser.send("/signin/password", password="a guess")
    await to_password(browser)
    await browser.send("/signin/password", password=PASSWORD)
    assert browser.page.status == 429


async def test_MSK_03_no_sign_in_page_holds_the_number(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE, apps=1, default=Way("sms"))
    pages = [await to_password(visitor)]
    pages.append(await visitor.send("/signin/password", password="a guess"))
    pages.append(await visitor.send("/signin/password", password=PASSWORD))
    pages.append(await visitor.open("/signin/challenge/delivery"))
    code = await world.texted_code()
    await visitor.open("/signin/challenge")
    pages.append(await visitor.send("/signin/challenge", code=other_than(code)))
    pages.append(await visitor.send("/signin/challenge/send"))
    pages.append(await visitor.open("/signin/options"))
    world.later(seconds=31)
    pages.append(await visitor.send("/signin/challenge/send", button=("option", "sms")))
    await fail_texts(world)
    pages.append(await visitor.open("/signin/challenge"))
    pages.append(await visitor.open("/signin/challenge/delivery"))
    world.later(minutes=4)
    pages.append(await visitor.open("/signin/challenge"))
    world.later(minutes=10)
    pages.append(await visitor.open("/signin/challenge"))
    for page in pages:
        plain = re.sub(r"\s", "", page.html)
        for part in ("7700", "9000", "0067", "+44<", "+44X"):
            assert part not in plain.replace("+442079460018", ""), (page.path, part)
    assert {page.status for page in pages} == {200, 400, 410, 429}


async def test_MSK_01_the_mask_keeps_the_plus_the_space_and_two_digits(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone="+1 425 555 0130")
    page = await to_challenge(visitor)
    assert "+X XXXXXXXX<b>30</b>" in page.html


async def test_MSK_04_a_masked_number_comes_with_its_role(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    page = await to_challenge(visitor)
    assert "number ending in 67 , your authentication phone." in page.text


async def test_TEL_07_nobody_is_texted_before_the_password(world: World, visitor: Visitor) -> None:
    await people(world)
    for name in NAMES.values():
        await to_password(visitor, name=name)
        await visitor.send("/signin/password", password="a guess")
    assert await texts(world) == []
    assert (await everything(world))["outbox"] == []
