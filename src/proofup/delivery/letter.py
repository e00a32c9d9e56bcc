"""The mail as it goes over the wire (RFC 5322): headers that nobody else can write, two bodies."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from proofup.delivery.carriers import CarrierRefusedError
from proofup.delivery.outbox import ClaimedMessage
from proofup.values.mail_addresses import InvalidMailAddressError, wire_address

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
    """Return ``to`` as a mail server wants it, if it is one address and nothing but that."""
    try:
        return Address(addr_spec=wire_address(to))
    except InvalidMailAddressError as error:
        raise CarrierRefusedError("the address is no mail address", permanent=True) from error
