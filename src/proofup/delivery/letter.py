"""Builds the mail (RFC 5322): headers safe from injection, a plain text and an HTML body."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from proofup.delivery.carriers import CarrierRefusedError
from proofup.delivery.outbox import ClaimedMessage
from proofup.values.mail_addresses import InvalidMailAddressError, wire_address

# Quoted-printable bodies are 7-bit, so every server passes them on unchanged.
POLICY = SMTP.clone(cte_type="7bit")


def sender_of(setting: str) -> Address:
    """Return the sender, parsed from ``Name <address>`` or an address."""
    name, address = parseaddr(setting)
    return Address(display_name=name, addr_spec=address)


def letter_of(
    words: tuple[str, str, str], *, sender: Address, to: str, message: ClaimedMessage, at: datetime
) -> EmailMessage:
    """Return the mail with ``words``: subject, plain text and HTML.

    The Message-ID is derived from the message's id, so it is the same at every attempt. Raises
    CarrierRefusedError if ``to`` is not one plain address.
    """
    subject, text, html = words
    letter = EmailMessage(policy=POLICY)
    letter["From"] = sender
    letter["To"] = _recipient(to)
    letter["Subject"] = " ".join(subject.split())  # no line break, which could inject a header
    letter["Date"] = format_datetime(at)
    letter["Message-ID"] = f"<{message.id}@{sender.domain}>"
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    letter.set_content(text)
    letter.add_alternative(html, subtype="html")
    letter["Content-Language"] = (
        message.language
    )  # after the parts, which would take this header with them
    return letter


def _recipient(to: str) -> Address:
    """Return ``to`` in SMTP form if it is exactly one address."""
    try:
        return Address(addr_spec=wire_address(to))
    except InvalidMailAddressError as error:
        raise CarrierRefusedError("the address is no mail address", permanent=True) from error
