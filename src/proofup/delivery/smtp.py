"""Mails by the operator's mail server (RFC 5321, STARTTLS by RFC 3207)."""

import ssl
from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from proofup.delivery.carriers import CarrierDownError, CarrierRefusedError
from proofup.delivery.certificates import is_untrusted
from proofup.delivery.outbox import ClaimedMessage
from proofup.values.clock import Clock
from proofup.values.mail_addresses import wire_address
from proofup.values.messages import Mail
from proofup.values.secret import Secret

STEP_TIME = timedelta(seconds=10)  # for each command; the lane limits the whole
NOT_AVAILABLE = 421  # RFC 5321 §3.8: the server is closing the connection
PERMANENT = 500  # replies from here on are permanent (RFC 5321 §4.2.1)
UNTRUSTED = "the certificate of the mail server is not trusted"

Render: TypeAlias = Callable[[str, Mapping[str, str], str], tuple[str, str, str]]
"""Turns a template's name, its facts and a language into subject, plain text and HTML."""


class SmtpSecurity(StrEnum):
    """How the connection to the mail server is kept private."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class SmtpSettings(Struct, frozen=True, kw_only=True):
    """The mail server; ``sender`` is ``Name <address>`` or an address."""

    host: str
    port: int
    security: SmtpSecurity
    user: str | None
    password: Secret[str] | None
    sender: str


class SmtpMailer:
    """Sends mails to one server, each in its own connection.

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

    async def send(self, mail: Mail, message: ClaimedMessage, /) -> str | None:
        """Send ``mail`` and return its Message-ID, which is the same at every attempt."""
        import aiosmtplib  # 40 ms with ``letter``, which the start need not wait for

        from proofup.delivery.letter import letter_of, sender_of

        settings = self._settings
        sender = sender_of(settings.sender)
        words = self._render(mail.template, mail.facts, message.language)
        letter = letter_of(words, sender=sender, to=mail.to, message=message, at=self._clock())
        try:
            await aiosmtplib.send(
                letter,
                sender=sender.addr_spec,
                recipients=[wire_address(mail.to)],
                hostname=settings.host,
                port=settings.port,
                username=settings.user,
                password=settings.password.reveal() if settings.password else None,
                local_hostname=sender.domain,
                use_tls=settings.security is SmtpSecurity.TLS,
                start_tls=settings.security is SmtpSecurity.STARTTLS,
                tls_context=self._tls,
                timeout=STEP_TIME.total_seconds(),
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refusal("the recipient", error.recipients[0].code) from error
        except aiosmtplib.SMTPDataError as error:
            raise _refusal("the mail", error.code) from error
        except aiosmtplib.SMTPResponseException as error:
            # A refused greeting, login or sender is not a fault of this mail: it waits until the
            # operator has corrected the settings.
            raise _trouble(error, f"answered {error.code}") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            if is_untrusted(error):
                raise CarrierDownError(UNTRUSTED) from error
            raise _trouble(error, "cannot be used") from error
        return str(letter["Message-ID"])


def _trouble(error: Exception, what: str) -> CarrierDownError:
    return CarrierDownError(f"the mail server {what} ({type(error).__name__})")


def _refusal(what: str, code: int) -> CarrierRefusedError:
    if code == NOT_AVAILABLE:
        return CarrierDownError(f"the mail server answered {code}")
    return CarrierRefusedError(f"{what} was refused with {code}", permanent=code >= PERMANENT)
