"""The pages of the demo's phone and mailbox, and the route for carrier requests."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import phonenumbers
from demo.calls import KEYS, PhoneCall
from demo.carrier import Carrier, Mood
from demo.people import Person
from demo.post_office import Mailbox
from demo.posting import is_signed
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader
from markupsafe import Markup, escape
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from proofup.pages.static_files import SHEETS

HERE = Path(__file__).parent
HOME_REGION = "GB"  # for numbers typed without a country code
LONGEST_ORDER = 64 * 1024  # bytes
# The code as a text shows it; a number to call is never introduced by this word.
CODE = re.compile(r"(?<=\bis )(\d{3} \d{3}|\d{6,8})\b")
MOODS = (
    (
        Mood.WORKING,
        "It works",
        "Texts arrive and calls ring, a second after the carrier took them.",
    ),
    (Mood.TALKING, "The line is busy", "Texts arrive; calls find somebody talking."),
    (Mood.OFF, "This phone is off", "Texts wait until it is on; calls go to voicemail."),
    (Mood.LOST, "Nothing arrives", "The carrier takes texts and loses them; calls cannot be made."),
    (Mood.REFUSED, "The carrier refuses", "It answers 422: this number is not served."),
    (Mood.BROKEN, "The carrier is out of order", "It answers 503: try again."),
)
ENDS = frozenset({"hungUp", "busy", "noAnswer", "voicemail"})  # of a call, by a button
ENDED: Mapping[str, str] = {
    "hangUp": "The call is over",
    "hungUp": "You hung up",
    "busy": "The caller found it busy",
    "noAnswer": "A call was not answered",
    "voicemail": "A call went to voicemail",
    "failed": "A call could not be made",
}
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# A mail may be displayed and may open windows, but may not run scripts or load anything.
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)


class QuietHeaders:
    """Sets the headers that every page of the demo has, unless the page has its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and put the headers on the answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", POLICY)
                headers.setdefault("Cache-Control", "no-store")
                headers.setdefault("Referrer-Policy", "no-referrer")
                headers.setdefault("X-Content-Type-Options", "nosniff")
            await send(message)

        await self._app(scope, receive, send_with_headers)


class Pages:
    """The demo's web application; ``application`` is what to serve."""

    def __init__(
        self,
        carrier: Carrier,
        mailbox: Mailbox,
        people: Sequence[Person],
        *,
        secret: str,
        service_url: str,
    ) -> None:
        self._carrier = carrier
        self._mailbox = mailbox
        self._people = people
        self._secret = secret
        self._templates = _environment()
        self._templates.globals.update(service_url=service_url, now=_now)
        product = files("proofup.pages") / "static"
        sheets = [(product / f"{name}.css").read_text() for name in SHEETS]
        sheets.append((HERE / "static/demo.css").read_text())
        mark = (product / "mark.svg").read_text()
        script = (HERE / "static/demo.js").read_text()
        self.application = Starlette(
            routes=[
                Route("/", lambda _: RedirectResponse("/phone", 303)),
                Route("/phone", self.phone),
                Route("/phone/mood", self.set_mood, methods=["POST"]),
                Route("/phone/call", self.act_on_call, methods=["POST"]),
                Route("/orders", self.take_order, methods=["POST"]),
                Route("/mail", self.mail),
                Route("/mail/{number:int}", self.mail),
                Route("/mail/{number:int}/html", self.mail_html),
                Route("/demo.css", lambda _: Response("\n".join(sheets), media_type="text/css")),
                Route("/mark.svg", lambda _: Response(mark, media_type="image/svg+xml")),
                Route("/demo.js", lambda _: Response(script, media_type="text/javascript")),
            ],
            middleware=[
                # Against DNS rebinding: another site must not read the codes under its own host
                # name.
                Middleware(TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1"]),
                Middleware(QuietHeaders),
            ],
        )

    async def take_order(self, request: Request) -> Response:
        """Take a text or a call from Proofup."""
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST_ORDER:
                return JSONResponse(
                    {"error": "the order is too long"}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE
                )
        timestamp = request.headers.get("Proofup-Timestamp", "")
        given = request.headers.get("Proofup-Signature", "")
        if not is_signed(self._secret, timestamp, given, body, at=datetime.now(UTC)):
            return JSONResponse(
                {"error": "the order is not signed, or not lately"}, HTTPStatus.UNAUTHORIZED
            )
        status, answer = self._carrier.take(body)
        return JSONResponse(answer, status)

    async def phone(self, request: Request) -> Response:
        """Show one phone, chosen by its number."""
        phones = self._phones()
        asked = e164(request.query_params.get("number", ""))
        number = asked or next(iter(phones))
        phones.setdefault(number, "")
        refusals = [one for one in self._carrier.refusals if one.to == number]
        calls = self._carrier.switchboard.of_number(number)[-10:]
        return self._page(
            "phone.html",
            number=number,
            owner=phones[number],
            phones=phones,
            phoneless=[person for person in self._people if not person.phone],
            texts=self._carrier.of_number(number)[-10:],
            calls=calls,
            call=_shown(calls),
            keys=KEYS,
            names={"*": "star", "#": "pound"},
            ends=ENDED,
            refusal=refusals[-1] if refusals else None,
            mood=self._carrier.mood(number),
            moods=MOODS,
        )

    async def set_mood(self, request: Request) -> Response:
        """Change how a number behaves, and show it again."""
        form = dict(parse_qsl((await request.body()).decode()))
        number = e164(form.get("number", ""))
        try:
            mood = Mood(form.get("mood", ""))
        except ValueError:
            return HTMLResponse("There is no such switch.", HTTPStatus.BAD_REQUEST)
        self._carrier.set_mood(number, mood)
        return RedirectResponse(f"/phone?number={number.replace('+', '%2B')}", 303)

    async def act_on_call(self, request: Request) -> Response:
        """Act on a call as the button says, and show the phone again."""
        form = dict(parse_qsl((await request.body()).decode()))
        switchboard = self._carrier.switchboard
        call = switchboard.calls.get(form.get("call", ""))
        if call is None:
            return HTMLResponse("There is no such call any more.", HTTPStatus.NOT_FOUND)
        key, act = form.get("key", ""), form.get("act", "")
        if act == "answer":
            await switchboard.answer(call)
        elif act in ENDS:
            await switchboard.end(call, act)
        elif len(key) == 1 and key in KEYS:
            await switchboard.press(call, key)
        else:
            return HTMLResponse("There is no such key.", HTTPStatus.BAD_REQUEST)
        return RedirectResponse(f"/phone?number={call.to.replace('+', '%2B')}", 303)

    async def mail(self, request: Request) -> Response:
        """List the mails, with one of them opened."""
        letters = self._mailbox.letters
        number = request.path_params.get("number")
        opened = self._mailbox.letter(number) if number else next(iter(letters), None)
        if number and opened is None:
            return HTMLResponse("There is no such mail any more.", HTTPStatus.NOT_FOUND)
        return self._page("mail.html", letters=letters, opened=opened)

    async def mail_html(self, request: Request) -> Response:
        """Give the HTML part of one mail, sandboxed."""
        letter = self._mailbox.letter(request.path_params["number"])
        if letter is None:
            return HTMLResponse("There is no such mail any more.", HTTPStatus.NOT_FOUND)
        return HTMLResponse(letter.framed_html, headers={"Content-Security-Policy": MAIL_POLICY})

    def _phones(self) -> dict[str, str]:
        """Return the numbers to choose from, with their owners' names where they are known."""
        owned = {number: name for person in self._people for number, name in person.phones}
        reached = [text.to for text in self._carrier.texts.values()]
        reached += [call.to for call in self._carrier.switchboard.calls.values()]
        reached += [refusal.to for refusal in self._carrier.refusals]
        return owned | {number: "" for number in reached if number not in owned}

    def _page(self, name: str, **facts: Any) -> Response:
        return HTMLResponse(self._templates.get_template(name).render(facts))


def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader(
            [
                FileSystemLoader(HERE / "templates"),
                PrefixLoader({"pages": PackageLoader("proofup.pages", "templates")}),
            ]
        ),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.globals.update(
        gettext=lambda text, **facts: text % facts if facts else text,
        _=lambda text: text,
    )
    environment.tests["with_a_code"] = CODE.search
    environment.filters.update(spaced=spaced, clock=clock, with_code=with_code)
    return environment


def _shown(calls: Sequence[PhoneCall]) -> PhoneCall | None:
    """Return the call on the screen: an active one, or one that has just ended."""
    newest = calls[-1] if calls else None
    if newest is None or newest.is_live:
        return newest
    return newest if newest.expires_at > _now() and newest.end else None


def e164(typed: str) -> str:
    """Return a typed number in E.164; only its digits if it is no valid number."""
    try:
        parsed = phonenumbers.parse(typed, HOME_REGION)
    except phonenumbers.NumberParseException:
        return re.sub(r"[^\d+]", "", typed)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def spaced(number: str) -> str:
    """Return a number in E.164 as people read it."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def clock(at: datetime, seconds: bool = True) -> str:  # noqa: FBT001, FBT002 - a filter's argument
    """Return the time of day on this machine's clock."""
    return at.astimezone().strftime("%H:%M:%S" if seconds else "%H:%M")


def with_code(body: str) -> Markup:
    """Return the words of a text with its code in large digits, ready to be copied."""
    found = CODE.search(body)
    if found is None:
        return Markup("<p>{}</p>").format(body)
    return Markup('<p>{}</p><p class="digits" id="digits" dir="ltr">{}</p><p>{}</p>').format(
        escape(body[: found.start()].strip()), found[0], body[found.end() :].lstrip(" .")
    )


def _now() -> datetime:
    return datetime.now(UTC)
