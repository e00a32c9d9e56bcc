"""What is to be sent, as values. Delivery sends them; nothing here knows a carrier."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from proofup.values.changes import Change
from proofup.values.ids import CorrelationId, MessageId
from proofup.values.phone_numbers import PhoneNumber
from proofup.values.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text message."""

    to: PhoneNumber
    body: Secret[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail, named by what it tells; its words are a template of the same name.

    ``facts`` fill the template. They are sealed at rest, for a link among them lets its holder
    act, and they hold no full number.
    """

    to: str
    template: str
    facts: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMessage(Change):
    """Puts a message into the outbox; it is sent once the transaction is durable.

    A text with a code expires with its challenge: one that comes later is worse than none.
    """

    id: MessageId
    content: Text | Mail
    language: str
    created_at: datetime
    expires_at: datetime
    correlation_id: CorrelationId


class DeliveryState(StrEnum):
    """Where a message is."""

    QUEUED = "queued"  # not yet handed to a carrier
    SENT = "sent"  # a carrier took it
    DELIVERED = "delivered"  # the carrier says that it arrived
    FAILED = "failed"  # no carrier took it, or one gave it back


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How far a message has come."""

    state: DeliveryState
    changed_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
