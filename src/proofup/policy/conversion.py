"""Whether messages to a country are answered.

Toll fraud (traffic pumping) is only visible in messages that are never answered. The latest
messages that had time to be answered are judged.
"""

from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from proofup.policy.budgets import CountryNotServedError
from proofup.values.changes import Change
from proofup.values.clock import EPOCH

JUDGED = 50  # messages at least
ONE_OF = 5  # that many is answered at the least
TIME_TO_ANSWER = timedelta(minutes=4)  # a code lives for three
STOPPED_FOR = timedelta(hours=1)
SPAN = timedelta(minutes=1)
SPANS_KEPT = 60


class CountryStoppedError(CountryNotServedError):
    """Too few recent messages to this country were answered; none is sent until ``until``."""

    def __init__(self, country: str | None, until: datetime) -> None:
        super().__init__(country)
        self.until = until


class Span(Struct, frozen=True, array_like=True):
    """The messages of one minute since 1970: how many were sent, how many of them answered."""

    number: int
    sent: int
    answered: int


class Conversion(Struct, frozen=True, kw_only=True):
    """What is remembered of one kind of message to one country; the newest minutes stand last."""

    spans: tuple[Span, ...] = ()
    stopped_until: datetime | None = None


def with_sent(conversion: Conversion, *, at: datetime) -> Conversion:
    """Return ``conversion`` with one more message sent at ``at``."""
    return _with(conversion, Span((at - EPOCH) // SPAN, 1, 0))


def with_answered(conversion: Conversion, *, sent_at: datetime) -> Conversion:
    """Return ``conversion`` with the answer to a message that was sent at ``sent_at``."""
    return _with(conversion, Span((sent_at - EPOCH) // SPAN, 0, 1))


def stopped(at: datetime) -> Conversion:
    """Return a conversion that is stopped from now on, and afterwards starts empty."""
    return Conversion(stopped_until=at + STOPPED_FOR)


def is_stopped(conversion: Conversion, *, at: datetime) -> bool:
    """Tell whether nothing is sent now."""
    return conversion.stopped_until is not None and at < conversion.stopped_until


def has_failed(conversion: Conversion, *, at: datetime) -> bool:
    """Return whether too few of the latest answerable messages were answered."""
    ripe = (at - TIME_TO_ANSWER - EPOCH) // SPAN
    sent = answered = 0
    for span in reversed(conversion.spans):
        if span.number < ripe:
            sent += span.sent
            answered += span.answered
            if sent >= JUDGED:
                return answered * ONE_OF < sent
    return False


def _with(conversion: Conversion, more: Span) -> Conversion:
    spans = {span.number: span for span in conversion.spans}
    known = spans.get(more.number, Span(more.number, 0, 0))
    spans[more.number] = Span(more.number, known.sent + more.sent, known.answered + more.answered)
    kept = sorted(spans.values(), key=lambda span: span.number)[-SPANS_KEPT:]
    return Conversion(spans=tuple(kept), stopped_until=conversion.stopped_until)


class Conversions(Protocol):
    """Reads what became of messages."""

    async def of(self, kind: str, country: str | None) -> Conversion:
        """Return what is remembered of ``kind`` to ``country``; nothing where none was sent."""
        ...


class NoteSent(Change, frozen=True, kw_only=True):
    """Counts a message of ``kind`` to ``country``."""

    kind: str
    country: str | None
    at: datetime


class NoteAnswered(Change, frozen=True, kw_only=True):
    """Counts the answer to a message that was sent at ``sent_at``."""

    kind: str
    country: str | None
    sent_at: datetime


class StopSending(Change, frozen=True, kw_only=True):
    """Stops messages of ``kind`` to ``country`` for an hour."""

    kind: str
    country: str | None
    at: datetime
