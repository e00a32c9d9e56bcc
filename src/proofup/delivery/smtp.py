"""Mails by the operator's mail server (RFC 5321, STARTTLS by RFC 3207)."""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from enum import StrEnum
from typing import TypeAlias

from proofup.delivery.carriers import CarrierDownError, CarrierRefusedError
from proofup.delivery.certificates import is_untrusted
from proofup.delivery.outbox import ClaimedMessage
from proofup.values.clock import Clock
from proofup.values.messages import Mail
from proofup.values.secret import Secret

TOTAL_TIME = timedelta(seconds=15)
NOT_AVAILABLE = 421  # RFC 5321 §3.8: the server closes, whatever was asked
PERMANENT = 500  # from here on a reply says: do not ask again (RFC 5321 §4.2.1)
UNTRUSTED = "the certificate of the mail server is not trusted"
# Seven-bit bodies in quoted-printable pass through every server unchanged.
POLICY = SMTP.clone(cte_type="7bit")

Render: TypeAlias = Callable[[str, Mapping[str, str]], tuple[str, str, str]]
"""Turns a template's name and its facts into subject, plain text and HTML."""


class SmtpSecurity(StrEnum):
    """How the connection to the mail server is kept private."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """The mail server, and who writes: ``sender`` is ``Name <address>`` or an address."""

    host: str
    port: int
    security: SmtpSecurity
    user: str | None
    password: Secret[str] | None
    sender: str


class SmtpMailer:
    """Hands mails to one server, each in a connection of its own.

    ``tls`` replaces the system's certificate authorities, for a server with a private one.
    """

    def __init__(
        self,
        settings: SmtpSettings,
        *,
        render: Render,
        clock: Clock,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._settings = settings
        self._render = render
        self._clock = clock
        self._tls = tls
        name, address = parseaddr(settings.sender)
        self._sender = Address(display_name=name, addr_spec=address)

    async def send(self, mail: Mail, message: ClaimedMessage) -> str | None:
        """Send ``mail`` and return its Message-ID, which is the same at every try."""
        import aiosmtplib  # 35 ms that a service without mail need not spend

        letter = self._letter(mail, message)
        settings = self._settings
        try:
            await aiosmtplib.send(
                letter,
                sender=self._sender.addr_spec,
                recipients=[mail.to],
                hostname=settings.host,
                port=settings.port,
                username=settings.user,
                password=settings.password.reveal() if settings.password else None,
                local_hostname=self._sender.domain,
                use_tls=settings.security is SmtpSecurity.TLS,
                start_tls=settings.security is SmtpSecurity.STARTTLS,
                tls_context=self._tls,
                timeout=TOTAL_TIME.total_seconds(),
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refusal("the recipient", error.recipients[0].code) from error
        except aiosmtplib.SMTPDataError as error:
            raise _refusal("the mail", error.code) from error
        except aiosmtplib.SMTPResponseException as error:
            # A greeting, a login or a sender that is refused is no fault of this mail: it waits
            # until the operator has put the setting right.
            raise _trouble(error, f"answered {error.code}") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            if is_untrusted(error):
                raise CarrierDownError(UNTRUSTED) from error
            raise _trouble(error, "cannot be used") from error
        return str(letter["Message-ID"])

    def _letter(self, mail: Mail, message: ClaimedMessage) -> EmailMessage:
        subject, text, html = self._render(mail.template, mail.facts)
        letter = EmailMessage(policy=POLICY)
        letter["From"] = self._sender
        letter["To"] = _recipient(mail.to)
        letter["Subject"] = " ".join(subject.split())  # no line break can make a header of its own
        letter["Date"] = format_datetime(self._clock())
        letter["Message-ID"] = f"<{message.id}@{self._sender.domain}>"
        letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
        letter.set_content(text)
        letter.add_alternative(html, subtype="html")
        letter["Content-Language"] = message.language  # after the parts, which take such headers
        return letter


def _recipient(to: str) -> Address:
    """Return ``to`` if it is one plain address and nothing but that."""
    try:
        address = Address(addr_spec=to)
    except (ValueError, IndexError, MessageError) as error:
        raise CarrierRefusedError("the address is no mail address", permanent=True) from error
    if address.addr_spec != to or not to.isascii():
        raise CarrierRefusedError("the address is no mail address", permanent=True)
    return address


def _trouble(error: Exception, what: str) -> CarrierDownError:
    return CarrierDownError(f"the mail server {what} ({type(error).__name__})")


def _refusal(what: str, code: int) -> CarrierRefusedError:
    if code == NOT_AVAILABLE:
        return CarrierDownError(f"the mail server answered {code}")
    return CarrierRefusedError(f"{what} was refused with {code}", permanent=code >= PERMANENT)
