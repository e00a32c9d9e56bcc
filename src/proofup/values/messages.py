"""What is to be sent, as values. Delivery sends them; nothing here knows a carrier."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from proofup.values.changes import Change
from proofup.values.ids import ChallengeId, CorrelationId, MessageId, MethodId, UserId
from proofup.values.phone_numbers import PhoneNumber
from proofup.values.secret import Secret


class Text(Struct, frozen=True, kw_only=True):
    """A text message."""

    to: PhoneNumber
    body: Secret[str]


class Call(Struct, frozen=True, kw_only=True):
    """A call: ``greeting`` is what is said first, and ends with the key that is asked for.

    It holds no code, so that nothing of worth is left on an answering machine. What is said
    later depends on the keys, and is asked for when they are pressed.
    """

    to: PhoneNumber
    greeting: str


class Mail(Struct, frozen=True, kw_only=True):
    """A mail, named by what it tells; its words are a template of the same name.

    ``facts`` fill the template. They are sealed at rest, for a link among them lets its holder
    act, and they hold no full number.
    """

    to: str
    template: str
    facts: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Mail({self.template}, …)"


class Subscription(Struct, frozen=True, kw_only=True):
    """Where a push service takes messages for one browser (RFC 8030), and the keys of RFC 8291.

    ``server_key`` is the public key of ours that the browser has subscribed with (RFC 8292).
    """

    endpoint: str
    p256dh: bytes
    auth: bytes
    server_key: bytes

    def __repr__(self) -> str:
        return "Subscription(…)"


class Push(Struct, frozen=True, kw_only=True):
    """A message that wakes the device of one method: it names the request, and nothing else."""

    user_id: UserId
    method_id: MethodId
    request: ChallengeId
    subscription: Subscription


Content: TypeAlias = Text | Call | Mail | Push


class SendMessage(Change, frozen=True, kw_only=True):
    """Puts a message into the outbox; it is sent once the transaction is durable.

    A text with a code expires with its challenge: one that comes later is worse than none. Of
    mails with the same ``alike`` the first few of some minutes are sent at once. Those that follow
    become one, with their number as its fact ``more``.
    """

    id: MessageId
    content: Content
    language: str
    created_at: datetime
    expires_at: datetime
    correlation_id: CorrelationId
    alike: str | None = None


class DeliveryState(StrEnum):
    """Where a message is."""

    QUEUED = "queued"  # not yet handed to a carrier
    SENT = "sent"  # a carrier took it
    DELIVERED = "delivered"  # the carrier says that it arrived
    FAILED = "failed"  # no carrier took it, or one gave it back


class Delivery(Struct, frozen=True, kw_only=True):
    """How far a message has come."""

    state: DeliveryState
    changed_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
