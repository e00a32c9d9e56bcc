"""What people paste and what keyboards add, at the pages."""

import pytest

from journeys.steps import (
    PHONE,
    ROBIN,
    by_text,
    is_signed_in,
    mails,
    texts,
    to_challenge,
)
from journeys.test_security_info import add_app
from visitor import Visitor
from world import PASSWORD, World

pytestmark = pytest.mark.anyio
TO_PERSIAN = {ord("0") + digit: chr(0x6F0 + digit) for digit in range(10)}


@pytest.mark.parametrize(
    "pasted", ["\t{0}\u00a0{1}", "Your code is {0} {1}.", "\u2068{0}\u2011{1}\u2069", "{0}-{1} \t"]
)
async def test_a_pasted_code_signs_in(world: World, visitor: Visitor, pasted: str) -> None:
    await world.person(phone=PHONE)
    await to_challenge(visitor)
    code = (await world.texted_code()).translate(TO_PERSIAN)
    page = await visitor.send("/signin/challenge", code=pasted.format(code[:3], code[3:]))
    assert is_signed_in(page)


async def test_a_user_name_with_a_tab_or_an_invisible_mark_at_its_ends_is_read(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    for typed in (f"{ROBIN}\t", f"\u202a{ROBIN}\u202c", f"{ROBIN}\u200b", f"\ufeff {ROBIN}"):
        await visitor.open("/signin")
        await visitor.send("/signin", username=typed)
        page = await visitor.send("/signin/password", password=PASSWORD)
        assert page.path == "/signin/challenge", typed
        world.later(minutes=1)


@pytest.mark.parametrize("mail", ["robin@contoso.test; kim@contoso.test", "Robin", None])
async def test_no_page_names_an_address_that_no_mail_can_be_sent_to(
    world: World, visitor: Visitor, mail: str | None
) -> None:
    await world.person(phone=PHONE, mail=mail)
    await by_text(visitor, world)
    page = await add_app(visitor, world)
    assert "on its way" not in page.text
    assert await mails(world) == []


@pytest.mark.parametrize(
    ("number", "country", "words"),
    [
        ("07700 90014", "GB", "A digit is missing: numbers of this country are longer."),
        ("1701234567.0", "DE", "A spreadsheet has changed this number."),
        ("4.9E+11", "DE", "A spreadsheet has changed this number."),
        ("+39 (0)312 345 6789", "IT", "With the zero in brackets it is one number"),
        ("00 1 202 555 0143", "HK", "start the number with + and its code"),
    ],
)
async def test_a_number_that_may_be_a_strangers_is_refused_before_anything_is_sent(
    world: World, visitor: Visitor, number: str, country: str, words: str
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    sent = len(await texts(world))
    await visitor.open("/security-info/phone")
    page = await visitor.send("/security-info/phone", number=number, country=country)
    assert (page.status, words in page.text) == (400, True)
    assert page.form("/security-info/phone").fields["number"] == number
    assert len(await texts(world)) == sent


@pytest.mark.parametrize(
    ("number", "country", "sent_to"),
    [
        ("001 44 7700 900142", "HK", "+447700900142"),
        ("0011 44 7700 900142", "AU", "+447700900142"),
        ("00700 82 10 1234 5678", "KR", "+821012345678"),
        ("+48 (0) 601 234 567\ufe0f", "GB", "+48601234567"),
        ("\u202a+44\u00a07700\t900142\u202c", "US", "+447700900142"),
    ],
)
async def test_a_code_goes_to_the_number_that_was_meant(
    world: World, visitor: Visitor, number: str, country: str, sent_to: str
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world)
    await visitor.open("/security-info/phone")
    await visitor.send("/security-info/phone", number=number, country=country)
    assert (await texts(world))[-1].to.e164 == sent_to
