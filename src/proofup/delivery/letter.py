"""The mail as it goes over the wire (RFC 5322): headers that nobody else can write, two bodies."""

from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from proofup.delivery.carriers import CarrierRefusedError
from proofup.delivery.outbox import ClaimedMessage

# Seven-bit bodies in quoted-printable pass through every server unchanged.
POLICY = SMTP.clone(cte_type="7bit")


def sender_of(setting: str) -> Address:
    """Return who writes, from ``Name <address>`` or an address."""
    name, address = parseaddr(setting)
    return Address(display_name=name, addr_spec=address)


def letter_of(
    words: tuple[str, str, str], *, sender: Address, to: str, message: ClaimedMessage, at: datetime
) -> EmailMessage:
    """Return the mail with ``words``: subject, plain text and HTML.

    The Message-ID is made of the message's id, so that it is the same at every try. Raises
    CarrierRefusedError where ``to`` is not one plain address.
    """
    subject, text, html = words
    letter = EmailMessage(policy=POLICY)
    letter["From"] = sender
    letter["To"] = _recipient(to)
    letter["Subject"] = " ".join(subject.split())  # no line break can make a header of its own
    letter["Date"] = format_datetime(at)
    letter["Message-ID"] = f"<{message.id}@{sender.domain}>"
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
