"""Mail addresses: one judgement for the door that stores them and for the mailer that uses them.

RFC 5321 and RFC 5322 without what nobody has: quoted local parts, comments, addresses of numbers.
A domain may be written in any script (RFC 5891) and goes over the wire as A-labels.
"""

import re
from functools import lru_cache

from proofup.values.errors import ProofupError

LONGEST_LOCAL, LONGEST = 64, 254  # RFC 5321 §4.5.3.1
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LOCAL = re.compile(rf"{ATOM}(?:\.{ATOM})*")
LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
NAMED = re.compile(r"[^<>]*<([^<>]*)>")  # Kim Lee <kim@example.org>
SCHEME = "mailto:"  # RFC 6068
BETWEEN = re.compile(r"[;,\s]")


class InvalidMailAddressError(ProofupError):
    """A text is no address that a mail can be sent to; ``reason`` says why.

    It is one of ``several``, ``letters`` (before the @, that not every server takes), ``form``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def mail_address(typed: str) -> str:
    """Return the one address in ``typed``, as it is stored and shown.

    A name beside it, ``mailto:`` and a semicolon at the end are dropped. Raises
    InvalidMailAddressError.
    """
    text = typed.strip().rstrip(";, ")
    if named := NAMED.fullmatch(text):
        text = named[1].strip()
    if text.lower().startswith(SCHEME):
        text = text[len(SCHEME) :].partition("?")[0]
    if BETWEEN.search(text) and text.count("@") > 1:
        raise InvalidMailAddressError("several")
    wire_address(text)
    return text


@lru_cache(maxsize=128)
def wire_address(address: str) -> str:
    """Return ``address`` in the letters of a mail server. Raises InvalidMailAddressError."""
    local, at, domain = address.rpartition("@")
    if not (local and at) or "@" in local:
        raise InvalidMailAddressError("form")
    if not local.isascii():
        raise InvalidMailAddressError("letters")
    if not LOCAL.fullmatch(local) or len(local) > LONGEST_LOCAL:
        raise InvalidMailAddressError("form")
    plain = f"{local}@{_a_labels(domain)}"
    if len(plain) > LONGEST:
        raise InvalidMailAddressError("form")
    return plain


def masked_address(address: str) -> str:
    """Return what may be shown of ``address``: its first letter and its domain."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}***{at}{domain}"


def deliverable(address: str | None) -> str | None:
    """Return ``address`` as a mail server wants it, or None where no mail can be sent to it."""
    try:
        return wire_address(address) if address else None
    except InvalidMailAddressError:
        return None


def _a_labels(domain: str) -> str:
    plain = domain
    if not domain.isascii():
        import idna  # only for the few that need it

        try:
            plain = idna.encode(domain, uts46=True).decode()
        except idna.IDNAError as error:
            raise InvalidMailAddressError("form") from error
    labels = plain.split(".")
    is_number = labels[-1].isdecimal()  # an address of the network, not a name
    if is_number or not all(map(LABEL.fullmatch, labels)):
        raise InvalidMailAddressError("form")
    return plain
