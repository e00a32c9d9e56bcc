"""The language of a page is also used for the text, the mail and the next page."""

from datetime import timedelta

import pytest

from journeys.conftest import NewVisitor
from journeys.steps import NEW_PHONE, PHONE, by_text, texts, to_challenge, to_confirmation
from proofup.values.messages import Text
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio
ARABIC = "?lng=ar"


async def languages_of(world: World, kind: str) -> list[str]:
    """Take what waits in the outbox, and return the languages it is in."""
    claimed = await world.store.outbox.claim(kind, 10, timedelta(minutes=1), world.now)
    for message in claimed:
        await world.store.outbox.mark_sent(message.id, None, world.now)
    return [message.language for message in claimed]


async def test_LNG_01_a_sign_in_goes_on_in_the_language_it_was_begun_in(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    visitor.http.headers["accept-language"] = "en-GB,en"
    page = await to_challenge(visitor, start="/signin?lng=de-DE")
    assert page.path == "/signin/challenge"
    assert '<html lang="de" dir="ltr"' in page.html
    assert "Geben Sie den Code aus der SMS ein" in page.text
    page = await visitor.send("/signin/challenge", code="000000")
    assert "Dieser Code stimmte nicht." in page.text
    page = await visitor.send("/signin/challenge", code=await world.texted_code())
    page = await visitor.open("/security-info")
    assert page.headers["content-language"] == "de"
    assert "Anmeldemethoden" in page.text
    assert "heute 14:30 UTC" in page.text


async def test_LNG_01_the_links_of_a_page_lead_to_the_same_page(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    page = await to_challenge(visitor)
    assert '<a href="?lng=ar"' in page.html
    page = await visitor.open(f"{page.path}?lng=ar")
    assert page.path == "/signin/challenge?lng=ar"
    assert '<html lang="ar" dir="rtl"' in page.html
    assert page.form("/signin/challenge")


async def test_a_page_that_answers_a_form_offers_other_languages_where_one_can_go(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await to_challenge(visitor)
    page = await visitor.send("/signin/challenge/send")
    assert page.status == 429, "a text was sent just now"
    assert page.path == "/signin/challenge/send"
    assert 'href="/signin/challenge?lng=de"' in page.html


@pytest.mark.both_engines
async def test_LNG_02_a_text_follows_the_page_it_was_asked_for_on(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    visitor.http.headers["accept-language"] = "de"
    await to_challenge(visitor)
    (text,) = await texts(world)
    body = text.body.reveal()
    assert body.startswith("Ihr Code von Contoso zum Anmelden: ")
    assert len(body) <= 160, "one message of the GSM alphabet"
    await visitor.open("/signin/challenge?lng=ar")
    world.later(minutes=1)
    await visitor.send("/signin/challenge/send")
    claimed = await world.store.outbox.claim("text", 10, timedelta(minutes=1), world.now)
    assert [message.language for message in claimed] == ["ar"]
    (message,) = claimed
    assert isinstance(message.content, Text)
    body = message.content.body.reveal()
    assert body.startswith("رمز Contoso لتسجيل الدخول: \u200e")
    assert len(body) <= 70, "one message of UCS-2"


async def test_LNG_02_the_code_of_a_new_phone_follows_the_page_too(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await by_text(visitor, world, start="/signin?mkt=de-AT")
    world.later(minutes=1)
    await to_confirmation(visitor)
    (text,) = await texts(world)
    assert text.body.reveal().startswith("Ihr Code von Contoso für dieses Telefon: ")


@pytest.mark.parametrize(
    ("preferred", "language"), [(None, "ar"), ("de-CH", "de"), ("fr-FR", "ar")]
)
async def test_a_notice_is_in_the_language_of_its_reader(
    world: World, visitor: Visitor, preferred: str | None, language: str
) -> None:
    await world.person(phone=PHONE, preferred_language=preferred)
    await by_text(visitor, world, start=f"/signin{ARABIC}")
    world.later(minutes=1)
    page = await to_confirmation(visitor, number=NEW_PHONE)
    await visitor.send(page.path, code=await world.texted_code())
    assert await languages_of(world, "mail") == [language]
    assert await languages_of(world, "text") == [language], "the farewell to the old number"


async def test_a_report_is_in_the_language_of_the_organisation(
    world: World, new_visitor: NewVisitor
) -> None:
    await world.person(phone=PHONE)
    visitor = new_visitor()
    await by_text(visitor, world, start=f"/signin{ARABIC}")
    await visitor.open("/security-info")
    await visitor.send("/security-info/not-me")
    assert visitor.page.path == "/not-me/done"
    assert await languages_of(world, "mail") == ["en"]


async def test_an_error_speaks_the_language_of_the_page(world: World, visitor: Visitor) -> None:
    page = await visitor.open("/nothing?lng=de")
    assert page.status == 404
    assert "Hier ist keine Seite" in page.text
    page = await visitor.open("/not-me/over")
    assert "Dieser Link wurde schon benutzt oder ist abgelaufen" in page.text
    await world.person(phone=PHONE)
    await to_challenge(visitor)
    world.later(minutes=20)
    page = await visitor.open("/signin/challenge")
    assert page.status == 410
    assert "Eine Anmeldung bleibt 10 Minuten offen" in page.text
