import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from msgspec.structs import replace

from delivery.outboxes import NOON, mail
from proofup.delivery.carriers import CarrierDownError, CarrierRefusedError
from proofup.delivery.smtp import SmtpMailer, SmtpSecurity, SmtpSettings
from proofup.values.messages import Mail
from proofup.values.secret import Secret

PASSWORD = "correct horse"


def render(template: str, facts: Mapping[str, str], _language: str) -> tuple[str, str, str]:
    """Return difficult text for mails: other scripts, long lines, leading full stops."""
    words = f"{template}: {facts['was']}\n.\nGrüße {'x' * 2000}"
    return "Your Contoso phone was changed · jetzt", words, f"<p>{words}</p>"


@dataclass
class MailServer:
    """Keeps accepted mails; answers each step as told."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)

    async def handle_MAIL(
        self, _s: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.says.get("MAIL", "250 OK")

    async def handle_RCPT(
        self, _s: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.says.get("RCPT", "250 OK")

    async def handle_DATA(self, _s: SMTP, _session: Session, envelope: Envelope) -> str:
        if "DATA" in self.says:
            return self.says["DATA"]
        content = envelope.content
        assert isinstance(content, bytes)
        self.letters.append(message_from_bytes(content, _class=EmailMessage, policy=default))
        self.envelopes.append(envelope)
        return "250 OK"


def authenticate(_s: SMTP, _session: Session, _e: Envelope, _m: str, data: Any) -> AuthResult:
    good = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
    return AuthResult(success=good, handled=False)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def serving(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@contextlib.asynccontextmanager
async def running(
    mail_server: MailServer, *, ssl_at_once: ssl.SSLContext | None = None, **more: Any
) -> AsyncIterator[MailServer]:
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(
        lambda: SMTP(mail_server, loop=loop, hostname="mail.test", **more),
        "127.0.0.1",
        0,
        ssl=ssl_at_once,
    )
    mail_server.port = listener.sockets[0].getsockname()[1]
    try:
        yield mail_server
    finally:
        listener.close()
        await listener.wait_closed()


async def send_by(
    mail_server: MailServer,
    *,
    tls: ssl.SSLContext | None = None,
    to: str = "robin@fabrikam.test",
    **more: Any,
) -> str | None:
    settings = SmtpSettings(
        host="localhost",
        port=mail_server.port,
        security=SmtpSecurity.NONE,
        user=None,
        password=None,
        sender="Contoso sign-in <security@contoso.test>",
    )
    mailer = SmtpMailer(replace(settings, **more), render=render, clock=lambda: NOON, tls=tls)
    row = mail(to=to)
    assert isinstance(row.content, Mail)
    return await mailer.send(row.content, row)


LOGIN: dict[str, Any] = {"user": "proofup", "password": Secret(PASSWORD)}


def test_a_mail_goes_by_starttls_and_login(
    serving: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    async def story() -> None:
        demands: dict[str, Any] = {
            "require_starttls": True,
            "auth_required": True,
            "authenticator": authenticate,
        }
        async with running(MailServer(), tls_context=serving, **demands) as server:
            reference = await send_by(server, tls=trusting, security=SmtpSecurity.STARTTLS, **LOGIN)
        letter = server.letters[0]
        assert reference == letter["Message-ID"] == "<m-1@contoso.test>"
        assert letter["From"] == "Contoso sign-in <security@contoso.test>"
        assert letter["To"] == "robin@fabrikam.test"
        assert letter["Subject"] == "Your Contoso phone was changed · jetzt"
        assert letter["Date"].datetime == NOON
        assert letter["Auto-Submitted"] == "auto-generated"
        assert letter["Content-Language"] == "en"
        text, html = letter.iter_parts()
        assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
        _, words, markup = render("phone_changed", {"was": "+XX XXXXXXXX67"}, "en")
        assert text.get_content().replace("\r\n", "\n") == words + "\n"
        assert html.get_content().replace("\r\n", "\n") == markup + "\n"
        assert server.envelopes[0].mail_from == "security@contoso.test"
        assert server.envelopes[0].rcpt_tos == ["robin@fabrikam.test"]

    asyncio.run(story())


def test_a_mail_goes_by_tls_from_the_first_byte(
    serving: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    async def story() -> None:
        async with running(MailServer(), ssl_at_once=serving) as server:
            await send_by(server, tls=trusting, security=SmtpSecurity.TLS)
        assert len(server.letters) == 1

    asyncio.run(story())


def test_a_mail_goes_plainly_where_that_is_set() -> None:
    async def story() -> None:
        async with running(MailServer()) as server:
            await send_by(server)
        raw = server.envelopes[0].content
        assert isinstance(raw, bytes)
        assert raw.isascii()
        assert max(len(line) for line in raw.split(b"\r\n")) <= 78

    asyncio.run(story())


def test_a_server_without_starttls_gets_no_mail() -> None:
    async def story() -> None:
        async with running(MailServer()) as server:
            with pytest.raises(CarrierDownError, match="cannot be used"):
                await send_by(server, security=SmtpSecurity.STARTTLS)
        assert server.letters == []

    asyncio.run(story())


@pytest.mark.parametrize("security", [SmtpSecurity.STARTTLS, SmtpSecurity.TLS])
def test_an_untrusted_certificate_gets_no_mail(
    security: SmtpSecurity, serving: ssl.SSLContext
) -> None:
    async def story() -> None:
        at_once = serving if security is SmtpSecurity.TLS else None
        async with running(MailServer(), ssl_at_once=at_once, tls_context=serving) as server:
            with pytest.raises(CarrierDownError, match="certificate"):
                await send_by(server, security=security)
        assert server.letters == []

    asyncio.run(story())


@pytest.mark.parametrize(
    ("step", "said", "permanent"),
    [
        ("RCPT", "550 no such mailbox", True),
        ("RCPT", "451 greylisted", False),
        ("DATA", "554 it looks like spam", True),
        ("DATA", "452 the disk is full", False),
    ],
)
def test_the_code_of_a_refusal_tells_whether_to_come_again(
    step: str,
    said: str,
    permanent: bool,  # noqa: FBT001 - a column of the table
) -> None:
    async def story() -> None:
        async with running(MailServer(says={step: said})) as server:
            with pytest.raises(CarrierRefusedError) as refusal:
                await send_by(server)
        assert not isinstance(refusal.value, CarrierDownError)
        assert refusal.value.permanent is permanent
        assert said[:3] in refusal.value.reason
        assert said[4:] not in refusal.value.reason

    asyncio.run(story())


@pytest.mark.parametrize("says", [{"MAIL": "550 not you"}, {"DATA": "421 closing"}])
def test_D14_what_is_no_fault_of_the_mail_leaves_it_waiting(says: dict[str, str]) -> None:
    async def story() -> None:
        async with running(MailServer(says=says)) as server:
            with pytest.raises(CarrierDownError, match=r"answered (550|421)"):
                await send_by(server)

    asyncio.run(story())


def test_D14_a_refused_login_leaves_the_mail_waiting(
    serving: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    async def story() -> None:
        demands: dict[str, Any] = {"auth_required": True, "authenticator": authenticate}
        async with running(MailServer(), tls_context=serving, **demands) as server:
            with pytest.raises(CarrierDownError, match="535"):
                await send_by(
                    server,
                    tls=trusting,
                    security=SmtpSecurity.STARTTLS,
                    user="proofup",
                    password=Secret("wrong"),
                )

    asyncio.run(story())


def test_D14_a_server_that_is_away_leaves_the_mail_waiting() -> None:
    async def story() -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets it
            server = MailServer(port=taken.getsockname()[1])
            with pytest.raises(CarrierDownError, match="cannot be used"):
                await send_by(server)

    asyncio.run(story())


@pytest.mark.parametrize(
    "to",
    [
        "robin@fabrikam.test\r\nBcc: all@fabrikam.test",
        "robin@fabrikam.test, ines@fabrikam.test",
        "<robin@fabrikam.test>",
        "Robin <robin@fabrikam.test>",
        "robin@fabrikam.test\u2028",
        "röbin@fabrikam.test",
        "robin",
        "",
    ],
)
def test_an_address_is_one_plain_address_or_none(to: str) -> None:
    async def story() -> None:
        async with running(MailServer()) as server:
            with pytest.raises(CarrierRefusedError) as refusal:
                await send_by(server, to=to)
        assert refusal.value.permanent
        assert server.letters == []

    asyncio.run(story())


def test_a_domain_of_any_script_is_written_in_ascii_letters() -> None:
    async def story() -> None:
        async with running(MailServer()) as server:
            await send_by(server, to="robin@bücher.test")
        assert server.letters[0]["To"] == "robin@xn--bcher-kva.test"
        assert server.envelopes[0].rcpt_tos == ["robin@xn--bcher-kva.test"]

    asyncio.run(story())


def test_a_line_break_in_a_subject_makes_no_header() -> None:
    def render_badly(
        _template: str, _facts: Mapping[str, str], _language: str
    ) -> tuple[str, str, str]:
        return "Changed\r\nBcc: all@fabrikam.test\u2028x", "words", "<p>words</p>"

    async def story() -> None:
        async with running(MailServer()) as server:
            settings = SmtpSettings(
                host="127.0.0.1",
                port=server.port,
                security=SmtpSecurity.NONE,
                user=None,
                password=None,
                sender="security@contoso.test",
            )
            row = mail()
            assert isinstance(row.content, Mail)
            mailer = SmtpMailer(settings, render=render_badly, clock=lambda: NOON)
            await mailer.send(row.content, row)
        assert server.letters[0]["Subject"] == "Changed Bcc: all@fabrikam.test x"
        assert server.letters[0]["Bcc"] is None
        assert server.envelopes[0].rcpt_tos == ["robin@fabrikam.test"]

    asyncio.run(story())
