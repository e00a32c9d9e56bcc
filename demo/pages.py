"""The demo's start page, phones and mailbox, and the route for carrier requests."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, quote

from demo.calls import KEYS, PhoneCall
from demo.carrier import Carrier, Mood
from demo.headers import MAIL_POLICY, QuietHeaders
from demo.people import Person
from demo.post_office import Mailbox
from demo.posting import is_signed
from demo.rendering import e164, file_routes, now
from jinja2 import Environment
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

LONGEST_ORDER = 64 * 1024  # bytes
MOST_TEXTS = 10  # on the screen of a phone; of calls too
NEWEST_MAILS = 3  # on the start page
START_PHONE = "/#phone"
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


class Pages:
    """The demo's web application; ``application`` is what to serve."""

    def __init__(
        self,
        carrier: Carrier,
        mailbox: Mailbox,
        people: Sequence[Person],
        templates: Environment,
        *,
        secret: str,
        service_url: str,
        more: Sequence[Route] = (),
    ) -> None:
        self._carrier = carrier
        self._mailbox = mailbox
        self._people = people
        self._secret = secret
        self._templates = templates
        self.application = Starlette(
            routes=[
                Route("/", self.start),
                Route("/phone", self.phone),
                Route("/phone/mood", self.set_mood, methods=["POST"]),
                Route("/phone/call", self.act_on_call, methods=["POST"]),
                Route("/orders", self.take_order, methods=["POST"]),
                Route("/mail", self.mail),
                Route("/mail/{number:int}", self.mail),
                Route("/mail/{number:int}/html", self.mail_html),
                *file_routes(),
                *more,
            ],
            middleware=[
                # Against DNS rebinding: another site must not read the codes under its own host
                # name.
                Middleware(TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1"]),
                Middleware(QuietHeaders, service_url=service_url),
            ],
        )

    async def start(self, _: Request) -> Response:
        """Show the tour, and beside it the phone that was reached last and the newest mails."""
        return self._page(
            "start.html",
            people={person.given_name: person for person in self._people},
            letters=self._mailbox.letters[:NEWEST_MAILS],
            back="start",
            follows="/",
            **self._screen(self._latest() or next(iter(self._phones()))),
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
        return self._page(
            "phone.html",
            phones=phones,
            phoneless=[person for person in self._people if not person.phone],
            mood=self._carrier.mood(number),
            moods=MOODS,
            back="phone",
            follows=_address(number),
            **self._screen(number),
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
        return RedirectResponse(_address(number), 303)

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
        return RedirectResponse(
            START_PHONE if form.get("back") == "start" else _address(call.to), 303
        )

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

    def _screen(self, number: str) -> dict[str, Any]:
        """Return what the screen of one phone shows."""
        refusals = [one for one in self._carrier.refusals if one.to == number]
        calls = self._carrier.switchboard.of_number(number)[-MOST_TEXTS:]
        return {
            "number": number,
            "owner": self._phones().get(number, ""),
            "texts": self._carrier.of_number(number)[-MOST_TEXTS:],
            "calls": calls,
            "call": _shown(calls),
            "keys": KEYS,
            "names": {"*": "star", "#": "pound"},
            "ends": ENDED,
            "refusal": refusals[-1] if refusals else None,
        }

    def _latest(self) -> str | None:
        """Return the number that was texted or called last."""
        reached = [(text.taken_at, text.to) for text in self._carrier.texts.values()]
        reached += [(call.taken_at, call.to) for call in self._carrier.switchboard.calls.values()]
        reached += [(refusal.at, refusal.to) for refusal in self._carrier.refusals]
        return max(reached)[1] if reached else None

    def _phones(self) -> dict[str, str]:
        """Return the numbers to choose from, with their owners' names where they are known."""
        owned = {number: name for person in self._people for number, name in person.phones}
        reached = [text.to for text in self._carrier.texts.values()]
        reached += [call.to for call in self._carrier.switchboard.calls.values()]
        reached += [refusal.to for refusal in self._carrier.refusals]
        return owned | {number: "" for number in reached if number not in owned}

    def _page(self, name: str, **facts: Any) -> Response:
        return HTMLResponse(self._templates.get_template(name).render(facts))


def _address(number: str) -> str:
    return f"/phone?number={quote(number)}"


def _shown(calls: Sequence[PhoneCall]) -> PhoneCall | None:
    """Return the call on the screen: an active one, or one that has just ended."""
    newest = calls[-1] if calls else None
    if newest is None or newest.is_live:
        return newest
    return newest if newest.expires_at > now() and newest.end else None
