"""The messages of SMPP 3.4 that a sender of texts needs, as bytes and as values."""

import re
import struct
from collections.abc import Mapping
from enum import IntEnum

from msgspec import Struct

HEAD = struct.Struct(">IIII")  # section 3.2: length, command, status, sequence
TAG = struct.Struct(">HH")  # section 5.3.1: an optional parameter and its length
LONGEST = 64 * 1024  # bytes of a message that is read
RESPONSE = 0x80000000
RECEIPTED_ID, MESSAGE_STATE = 0x001E, 0x0427  # sections 5.3.2.12 and 5.3.2.35
IS_RECEIPT = 0x04  # in esm_class of deliver_sm, section 5.2.12
HAS_HEADER = 0x40  # in esm_class: the text begins with a user data header
INTERNATIONAL, ALPHANUMERIC, UNKNOWN = 1, 5, 0  # types of number, section 5.2.5
ISDN = 1  # numbering plan, section 5.2.6
VERSION = 0x34
# Appendix B: the text of a receipt.
TOLD_ID = re.compile(rb"\bid:([^\s]{1,64})")
TOLD_STATE = re.compile(rb"\bstat:(\w{1,20})(?: err:(\w{1,20}))?")
STATES: Mapping[int, str] = {
    1: "ENROUTE",
    2: "DELIVRD",
    3: "EXPIRED",
    4: "DELETED",
    5: "UNDELIV",
    6: "ACCEPTD",
    7: "UNKNOWN",
    8: "REJECTD",
}


class Command(IntEnum):
    """The commands of section 5.1.2.1; a response has the highest bit as well."""

    GENERIC_NACK = 0x80000000
    SUBMIT = 0x4
    DELIVER = 0x5
    UNBIND = 0x6
    BIND_TRANSCEIVER = 0x9
    ENQUIRE_LINK = 0x15


class MalformedError(ValueError):
    """The bytes are no message of SMPP."""


class Pdu(Struct, frozen=True):
    """One message: its command, status, sequence number and body."""

    command: int
    status: int
    sequence: int
    body: bytes

    @property
    def is_response(self) -> bool:
        """Whether this answers a message of ours."""
        return bool(self.command & RESPONSE)

    def encoded(self) -> bytes:
        """Return the bytes of the message."""
        size = HEAD.size + len(self.body)
        return HEAD.pack(size, self.command, self.status, self.sequence) + self.body


class SmppReceipt(Struct, frozen=True):
    """What the operator reports of a text, by its own reference."""

    reference: str
    state: str
    error: str


def length_in(head: bytes) -> int:
    """Return how many bytes follow ``head``. Raises MalformedError."""
    length: int = HEAD.unpack(head)[0]
    if not HEAD.size <= length <= LONGEST:
        raise MalformedError(length)
    return length - HEAD.size


def decoded(head: bytes, body: bytes) -> Pdu:
    """Return the message with this ``head`` and ``body``."""
    _, command, status, sequence = HEAD.unpack(head)
    return Pdu(command, status, sequence, body)


def bind_body(user: str, password: str, system_type: str) -> bytes:
    """Return the body of ``bind_transceiver`` (section 4.1.5)."""
    words = b"".join(_text(one) for one in (user, password, system_type))
    return words + bytes((VERSION, UNKNOWN, UNKNOWN)) + _text("")


class Submitted(Struct, frozen=True, kw_only=True):
    """One part of a text, ready for ``submit_sm``: ``validity`` counts seconds from now."""

    sender: str
    to: str
    coding: int
    header: bytes
    letters: bytes
    validity: int
    wants_receipt: bool

    def encoded(self) -> bytes:
        """Return the body of ``submit_sm`` (section 4.4.1)."""
        letters = self.header + self.letters
        return b"".join(
            (
                _text(""),
                _source(self.sender),
                bytes((INTERNATIONAL, ISDN)),
                _text(self.to),
                bytes((HAS_HEADER if self.header else 0, 0, 0)),
                _text(""),
                _text(_span(self.validity)),
                bytes((int(self.wants_receipt), 0, self.coding, 0, len(letters))),
                letters,
            )
        )


def reference_in(body: bytes) -> str:
    """Return the operator's reference in the body of ``submit_sm_resp``."""
    return body.partition(b"\0")[0].decode("ascii", errors="replace")


def receipt_in(body: bytes) -> SmppReceipt | None:
    """Return the receipt in the body of ``deliver_sm``, or None for a text from a phone.

    Raises MalformedError.
    """
    kind, letters, options = _delivered(body)
    if not kind & IS_RECEIPT:
        return None
    told_id, told_state = TOLD_ID.search(letters), TOLD_STATE.search(letters)
    reference = options.get(RECEIPTED_ID, told_id[1] if told_id else b"").rstrip(b"\0")
    state = told_state[1].decode().upper() if told_state else ""
    if MESSAGE_STATE in options:
        state = STATES.get(int.from_bytes(options[MESSAGE_STATE], "big"), state)
    error = told_state[2].decode() if told_state and told_state[2] else ""
    return SmppReceipt(reference.decode("ascii", errors="replace"), state, error)


def _delivered(body: bytes) -> tuple[int, bytes, dict[int, bytes]]:
    """Return esm_class, text and optional parameters of ``deliver_sm`` (section 4.6.1)."""
    try:
        _, rest = body.split(b"\0", 1)  # service_type
        _, rest = rest[2:].split(b"\0", 1)  # who sent it
        _, rest = rest[2:].split(b"\0", 1)  # to whom
        kind, rest = rest[0], rest[3:]
        _, rest = rest.split(b"\0", 1)  # schedule_delivery_time
        _, rest = rest.split(b"\0", 1)  # validity_period
        length, rest = rest[4], rest[5:]
    except (ValueError, IndexError) as error:
        raise MalformedError(len(body)) from error
    letters, rest = rest[:length], rest[length:]
    options: dict[int, bytes] = {}
    while len(rest) >= TAG.size:
        tag, size = TAG.unpack(rest[: TAG.size])
        options[tag] = rest[TAG.size : TAG.size + size]
        rest = rest[TAG.size + size :]
    return kind, letters, options


def _source(sender: str) -> bytes:
    """Return type, plan and address of the sender: a number, a short number, or a name."""
    if sender.startswith("+"):
        return bytes((INTERNATIONAL, ISDN)) + _text(sender[1:])
    if not sender or sender.isdecimal():
        return bytes((UNKNOWN, UNKNOWN)) + _text(sender)
    return bytes((ALPHANUMERIC, UNKNOWN)) + _text(sender)


def _span(seconds: int) -> str:
    """Return a relative time (section 7.1.1): years to seconds, a tenth, and ``00R``."""
    minutes, seconds = divmod(max(1, seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"000000{min(hours, 23):02}{minutes:02}{seconds:02}000R"


def _text(letters: str) -> bytes:
    return letters.encode("ascii", errors="replace") + b"\0"
