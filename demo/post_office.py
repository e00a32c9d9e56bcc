"""A mail server that keeps all mails for the demo's mailbox."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, Envelope
from markupsafe import Markup, escape

MOST_LETTERS = 200  # kept; older ones are forgotten
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")


@dataclass(frozen=True)
class Letter:
    """One mail, as its readers see it."""

    number: int
    sender: str
    to: str
    subject: str
    received_at: datetime
    text: str
    html: str

    @property
    def linked_text(self) -> Markup:
        """The plain text, with its addresses as links that open in a new window."""
        parts, end = [], 0
        for found in LINK.finditer(self.text):
            link = Markup('<a href="{0}" target="_blank" rel="noopener">{0}</a>').format(found[0])
            parts += [escape(self.text[end : found.start()]), link]
            end = found.end()
        return Markup("").join([*parts, escape(self.text[end:])])

    @property
    def framed_html(self) -> str:
        """The HTML part, with links that leave the frame it is shown in."""
        base = '<base target="_blank">'
        head = re.search(r"<head[^>]*>", self.html, re.IGNORECASE)
        return (
            self.html[: head.end()] + base + self.html[head.end() :] if head else base + self.html
        )


class Mailbox:
    """The mail of all people, newest first; an SMTP server."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._letters: dict[int, Letter] = {}
        self._clock = clock
        self._count = 0

    @property
    def letters(self) -> list[Letter]:
        """All that is kept, newest first."""
        return list(reversed(self._letters.values()))

    def letter(self, number: int) -> Letter | None:
        """Return the letter with that number."""
        return self._letters.get(number)

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep a mail that came."""
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content).encode()
        mail = message_from_bytes(raw, _class=EmailMessage, policy=default)
        self._count += 1
        self._letters[self._count] = Letter(
            number=self._count,
            sender=str(mail["From"]),
            to=str(mail["To"]),
            subject=str(mail["Subject"]),
            received_at=self._clock(),
            text=_part(mail, "plain"),
            html=_part(mail, "html"),
        )
        while len(self._letters) > MOST_LETTERS:
            del self._letters[next(iter(self._letters))]
        return "250 Kept"

    async def listen(self, host: str, port: int) -> asyncio.Server:
        """Begin to take mail."""
        loop = asyncio.get_running_loop()
        return await loop.create_server(
            lambda: SMTP(self, loop=loop, hostname="localhost", enable_SMTPUTF8=True), host, port
        )


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    return "" if body is None else str(body.get_content()).replace("\r\n", "\n")
