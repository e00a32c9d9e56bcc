"""The whole service in this process, with its texts, and a browser without a network."""

import asyncio
import re
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from starlette.types import ASGIApp, Message

from proofup.config.addresses import Listen
from proofup.config.settings import Settings, Texts
from proofup.delivery.outbox import ClaimedMessage
from proofup.directory.organisation import Organisation
from proofup.storage.store import Store
from proofup.values.messages import Text
from proofup.values.phone_numbers import PhoneNumber
from proofup.values.secret import Secret
from proofup.web.public_url import PublicUrl

HOST = "id.contoso.test"
CODE = re.compile(r"\b(\d{3}) (\d{3})\b")
FIELD = re.compile(r'<input[^>]*type="hidden"[^>]*>')
NAME, VALUE = re.compile(r'name="([^"]*)"'), re.compile(r'value="([^"]*)"')
FORM = re.compile(r'<form[^>]*action="([^"]*)".*?</form>', re.DOTALL)
PLENTY = 10**9


def settings() -> Settings:
    """Return settings with unlimited budgets for texts."""
    return Settings(
        folder=Path(),
        public_url=PublicUrl.of(f"https://{HOST}"),
        listen=(Listen("127.0.0.1", 8080),),
        database=Secret("sqlite:///unused"),
        key_file=Path("unused"),
        organisation=Organisation(name="Contoso", default_region="GB"),
        texts=Texts(
            webhook="https://carrier.contoso.test/",
            secret=Secret("only for the benchmark, never sent"),
            per_day=PLENTY,
            per_day_and_country=PLENTY,
        ),
    )


def address_of(number: int) -> str:
    """Return an address in a network that belongs to this number only."""
    return f"{11 + number // 65536}.{number // 256 % 256}.{number % 256}.7"


async def sent_codes(store: Store, most: int, at: datetime) -> dict[PhoneNumber, str]:
    """Take the waiting texts and return their codes by phone number."""
    codes = {}
    for message in await store.outbox.claim("text", most, timedelta(minutes=1), at):
        assert isinstance(message.content, Text)
        codes[message.content.to] = code_in(message.content)
        await store.outbox.mark_sent(message.id, None, at)
    return codes


def code_in(text: Text) -> str:
    """Return the code in a text."""
    found = CODE.search(text.body.reveal())
    assert found
    return found[1] + found[2]


class Phones:
    """A carrier that keeps the codes of its texts for the simulated people."""

    def __init__(self) -> None:
        self._codes: dict[PhoneNumber, asyncio.Future[str]] = {}

    async def send(self, text: Text, message: ClaimedMessage) -> str | None:
        """Keep the text's code."""
        self._of(text.to).set_result(code_in(text))
        return message.id

    async def code(self, number: PhoneNumber) -> str:
        """Return the code that was or will be sent to ``number``."""
        return await self._of(number)

    def _of(self, number: PhoneNumber) -> "asyncio.Future[str]":
        if number not in self._codes:
            self._codes[number] = asyncio.get_running_loop().create_future()
        return self._codes[number]


class Browser:
    """Calls the service by ASGI without a server; keeps cookies and sends forms."""

    def __init__(self, app: ASGIApp, address: str) -> None:
        self._app = app
        self._address = address
        self._cookies: dict[str, str] = {}
        self.path = ""
        self.page = ""

    async def open(self, path: str) -> None:
        """Open a page; follow redirects within the sign-in only."""
        await self._ask("GET", path)

    async def send(self, action: str, **typed: str) -> None:
        """Send the page's form to ``action`` with its hidden fields, and follow."""
        form = next(found[0] for found in FORM.finditer(self.page) if found[1] == action)
        hidden = {_of(NAME, found): _of(VALUE, found) for found in FIELD.findall(form)}
        await self._ask("POST", action, urlencode(hidden | typed).encode())

    async def _ask(self, method: str, path: str, body: bytes = b"") -> None:
        status, headers = await self._exchange(method, path, body)
        while status == 303 and headers["location"].startswith("/signin"):
            status, headers = await self._exchange("GET", headers["location"], b"")
        self.path = headers.get("location", self.path)
        assert status in {200, 303}, f"{path}: {status} {self.page}"

    async def _exchange(self, method: str, path: str, body: bytes) -> tuple[int, dict[str, str]]:
        self.path, _, query = path.partition("?")
        answer: list[Message] = []
        asked: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            return asked.pop() if asked else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            answer.append(message)

        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "https",
            "path": self.path,
            "raw_path": self.path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [
                (b"host", HOST.encode()),
                (b"user-agent", b"Mozilla/5.0 (Windows NT 10.0) Chrome/156.0"),
                (b"accept", b"text/html"),
                (b"cookie", cookies.encode()),
                (b"origin", f"https://{HOST}".encode()),
                (b"sec-fetch-site", b"same-origin"),
                (b"content-type", b"application/x-www-form-urlencoded"),
                (b"content-length", str(len(body)).encode()),
            ],
            "client": (self._address, 40000),
            "server": (HOST, 443),
        }
        await self._app(scope, receive, send)
        headers = {name.decode(): value.decode() for name, value in answer[0]["headers"]}
        for name, value in answer[0]["headers"]:
            if name == b"set-cookie":
                key, _, rest = value.decode().partition("=")
                self._cookies[key] = rest.partition(";")[0]
        self.page = b"".join(part.get("body", b"") for part in answer[1:]).decode()
        return answer[0]["status"], headers


def _of(pattern: re.Pattern[str], field: str) -> str:
    found = pattern.search(field)
    return found[1] if found else ""
