import asyncio
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.smtp import Envelope
from demo.calls import Patience, Switchboard
from demo.carrier import Carrier
from demo.pages import Pages
from demo.people import PEOPLE, with_passwords
from demo.post_office import Mailbox
from demo.posting import signature
from demo.rendering import e164, environment, spaced, with_code
from starlette.testclient import TestClient

SECRET = "a-secret-of-32-letters-or-more-x"
NUMBER = "+447700900067"
SERVICE = "http://localhost:8080"


async def take_receipt(_url: str, told: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    if "event" in told:
        return 200, {"say": "Hello. This is Contoso.", "then": "listen"}
    return 204, {}


class Visit:
    def __init__(self) -> None:
        patience = Patience(dialling=timedelta(0), after_a_key=timedelta(hours=1))
        self.carrier = Carrier(
            post=take_receipt,
            switchboard=Switchboard(post=take_receipt, patience=patience),
            delay=timedelta(0),
        )
        self.mailbox = Mailbox()
        self.people = with_passwords(PEOPLE)
        pages = Pages(
            self.carrier,
            self.mailbox,
            self.people,
            environment(SERVICE),
            secret=SECRET,
            service_url=SERVICE,
        )
        self.client = TestClient(pages.application, base_url="http://localhost:8081")

    def order(self, body: str, *, name: str = "m-1", to: str = NUMBER, secret: str = SECRET) -> int:
        raw = json.dumps(
            {
                "id": name,
                "kind": "text",
                "to": to,
                "from": "Contoso",
                "text": body,
                "language": "en",
                "expires_at": (datetime.now(UTC) + timedelta(minutes=3)).isoformat(),
                "callback_url": "http://localhost/receipts/m-1",
            }
        ).encode()
        timestamp = str(int(time.time()))
        headers = {
            "Proofup-Timestamp": timestamp,
            "Proofup-Signature": signature(secret, timestamp, raw),
        }
        status: int = self.client.post("/orders", content=raw, headers=headers).status_code
        assert self.client.portal is not None
        self.client.portal.call(self.carrier.settle)
        return status

    def phone(self, number: str = NUMBER) -> str:
        return self.client.get("/phone", params={"number": number}).text

    def write(self, *, html: str | None = "<html><head></head><p>Your phone</p></html>") -> None:
        mail = EmailMessage()
        mail["From"], mail["To"] = "Contoso <security@contoso.test>", "robin@fabrikam.test"
        mail["Subject"] = "Your phone was <changed>"
        mail.set_content("Open <this>: http://localhost:8080/not-me/a?b=c. Bye.")
        if html is not None:
            mail.add_alternative(html, subtype="html")
        envelope = Envelope()
        envelope.content = mail.as_bytes()
        asyncio.run(self.mailbox.handle_DATA(None, None, envelope))


@pytest.fixture
def visit() -> Iterator[Visit]:
    visit = Visit()
    with visit.client:
        yield visit


def test_the_first_page_leads_through_three_steps_beside_the_phone(visit: Visit) -> None:
    page = visit.client.get("/").text
    assert "Try Proofup in three steps" in page
    for person in visit.people:
        assert f"/signin?name={person.user_principal_name.replace('@', '%40')}&amp;return=" in page
        assert f">{person.password}</code>" in page
    assert "Robin Ashby&#39;s phone" in page
    assert "Nothing yet" in page
    assert f'href="{SERVICE}/authenticator"' in page
    assert f"{SERVICE}/admin</span>" in page


def test_the_first_page_shows_the_phone_that_was_reached_last_and_the_newest_mails(
    visit: Visit,
) -> None:
    visit.order("Your code is 481 620.")
    visit.order("Your code is 205 118.", name="m-2", to="+447700900142")
    visit.write()
    page = visit.client.get("/").text
    assert "205 118" in page
    assert "481 620" not in page
    assert "A new phone" in page
    assert "Your phone was &lt;changed&gt;" in page
    visit.client.post("/phone/mood", data={"number": NUMBER, "mood": "refused"})
    visit.order("Your code is 111 222.", name="m-3")
    assert "The carrier refused a text" in visit.client.get("/").text


def test_a_call_that_is_answered_on_the_first_page_leads_back_there(visit: Visit) -> None:
    ring(visit)
    assert '<input type="hidden" name="back" value="start">' in visit.client.get("/").text
    answer = act(visit, act="answer", back="start")
    assert "Try Proofup in three steps" in answer.text
    assert "On the call since" in answer.text


def test_the_first_phone_is_robins_and_tells_where_requests_to_the_app_come(visit: Visit) -> None:
    page = visit.client.get("/phone").text
    assert "Robin Ashby&#39;s phone" in page
    assert "Nothing yet" in page
    assert "Priya Nair, no mobile phone yet" in page
    assert f'<a href="{SERVICE}/authenticator"' in page


def test_a_text_shows_with_its_code_in_large_digits(visit: Visit) -> None:
    words = "Your Contoso code to sign in is 205 118. Nobody from Contoso will ask you for it."
    assert visit.order(words) == 202
    assert visit.order(words.replace("205 118", "481 620"), name="m-2") == 202
    page = visit.phone()
    assert '<p class="digits" id="digits" dir="ltr">481 620</p>' in page
    assert "205 118. Nobody" in page
    assert "Copy code" in page
    assert "Works until" in page
    visit.order("This number no longer signs in to your Contoso account.", name="m-3")
    assert "Works until" not in visit.phone()
    assert "receipts: sent: 204, delivered: 204" in page


def test_a_text_to_a_new_number_makes_a_new_phone(visit: Visit) -> None:
    assert "The phone +44 7700 900142" in visit.phone("07700 900142")
    assert "Somebody" not in visit.phone()
    assert visit.order("Your code is 481 620.", to="+447700900142") == 202
    visit.client.post("/phone/mood", data={"number": "+447700900143", "mood": "broken"})
    assert visit.order("Your code is 481 620.", name="m-2", to="+447700900143") == 503
    page = visit.phone()
    assert 'Somebody, <span class="tel">+44 7700 900142' in page
    assert 'Somebody, <span class="tel">+44 7700 900143' in page


def test_NE2_an_unsigned_order_is_refused(visit: Visit) -> None:
    assert visit.order("x", secret="another") == 401
    assert visit.client.post("/orders", content=70_000 * b"x").status_code == 413
    assert visit.carrier.texts == {}


def test_the_switch_is_set_and_its_work_is_shown(visit: Visit) -> None:
    answer = visit.client.post("/phone/mood", data={"number": NUMBER, "mood": "refused"})
    assert 'value="refused" checked' in answer.text
    assert visit.order("Your code is 481 620.") == 422
    assert "The carrier refused a text" in visit.phone()
    bad = visit.client.post("/phone/mood", data={"number": NUMBER, "mood": "strange"})
    assert bad.status_code == 400


def test_what_a_text_says_is_never_markup() -> None:
    assert with_code("<b>Your code is 481620</b>") == (
        "<p>&lt;b&gt;Your code is</p>"
        '<p class="digits" id="digits" dir="ltr">481620</p><p>&lt;/b&gt;</p>'
    )
    assert with_code("Call +44 20 7946 0018 <now>") == "<p>Call +44 20 7946 0018 &lt;now&gt;</p>"


def test_numbers_are_read_and_shown_in_any_spelling() -> None:
    assert e164("+44 (0)7700 900142") == e164("07700 900142") == "+447700900142"
    assert e164("nobody 1") == "1"
    assert spaced("+351912345678") == "+351 912 345 678"
    assert spaced("1") == "1"


def test_the_mailbox_lists_and_opens_mails(visit: Visit) -> None:
    assert "No mail yet" in visit.client.get("/mail").text
    visit.write()
    page = visit.client.get("/mail").text
    assert "Your phone was &lt;changed&gt;" in page
    assert "robin@fabrikam.test" in page
    link = "http://localhost:8080/not-me/a?b=c"
    assert f'Open &lt;this&gt;: <a href="{link}" target="_blank" rel="noopener">{link}</a>.' in page
    assert 'src="/mail/1/html" sandbox="allow-popups' in page
    assert visit.client.get("/mail/2").status_code == 404
    assert visit.client.get("/mail/2/html").status_code == 404


def test_a_mails_html_is_caged_and_its_links_leave_the_frame(visit: Visit) -> None:
    visit.write()
    answer = visit.client.get("/mail/1/html")
    assert '<head><base target="_blank">' in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("sandbox allow-popups")
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    visit.write(html="<p>bare</p>")
    assert visit.client.get("/mail/2/html").text == '<base target="_blank"><p>bare</p>\n'
    visit.write(html=None)
    assert "iframe" not in visit.client.get("/mail/3").text


def test_old_mails_are_forgotten(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demo.post_office.MOST_LETTERS", 2)
    for _ in range(3):
        visit.write()
    assert [letter.number for letter in visit.mailbox.letters] == [3, 2]


def test_pages_are_strict_and_only_for_this_machine(visit: Visit) -> None:
    headers = visit.client.get("/phone").headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert headers["Cache-Control"] == "no-store"
    elsewhere = visit.client.get("/phone", headers={"Host": "codes.example"})
    assert elsewhere.status_code == 400
    for path in ("/demo.css", "/demo.js", "/mark.svg"):
        assert visit.client.get(path).status_code == 200


def ring(visit: Visit) -> str:
    """Let Robin's phone ring; return the call's id."""
    order = {
        "id": "c-1",
        "to": NUMBER,
        "from": "+442079460018",
        "extension": "77",
        "say": "Hello. This is Contoso.",
        "expires_at": (datetime.now(UTC) + timedelta(minutes=3)).isoformat(),
        "callback_url": "http://localhost/calls/c-1",
    }
    assert visit.client.portal is not None

    async def take() -> None:
        visit.carrier.switchboard.take(order, end=None)
        await visit.carrier.switchboard.settle()

    visit.client.portal.call(take)
    return order["id"]


def act(visit: Visit, call: str = "c-1", **button: str) -> Any:
    return visit.client.post("/phone/call", data={"call": call, **button})


def test_a_call_rings_is_answered_and_keys_are_pressed_without_script(visit: Visit) -> None:
    ring(visit)
    page = visit.phone()
    assert "Incoming call" in page
    assert "+44 20 7946 0018" in page
    assert "extension 77" in page
    page = act(visit, act="answer").text
    assert "On the call since" in page
    assert "Hello. This is Contoso." in page
    assert page.count('name="key"') == 12
    page = act(visit, key="0").text
    assert '<p class="pressed"><span class="only-spoken">Keys pressed: </span>0</p>' in page
    page = act(visit, act="hungUp").text
    assert "You hung up" in page
    assert 'name="key"' not in page
    assert "call, ended" in page


def test_a_call_that_nobody_wants_ends_as_its_button_says(visit: Visit) -> None:
    ring(visit)
    assert "A call went to voicemail" in act(visit, act="voicemail").text


def test_what_is_no_call_or_no_key_is_refused(visit: Visit) -> None:
    assert act(visit, call="c-9", act="answer").status_code == 404
    ring(visit)
    assert act(visit, key="x").status_code == 400
    assert act(visit).status_code == 400
    assert "Incoming call" in visit.phone()
