"""The outbox: messages to be sent, sealed, claimed by lease, erased once they are gone.

A state only moves forward: a receipt that comes before the sender has noted that it sent is
kept, and a late failure does not take a delivery back.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from proofup.storage.columns import instant_or_none
from proofup.storage.engine import Engine
from proofup.storage.sealed import SealedColumn
from proofup.storage.statements import Row, Steps, rows, touched
from proofup.values.clock import MICROSECOND, from_microseconds, to_microseconds
from proofup.values.ids import CorrelationId, MessageId
from proofup.values.messages import Delivery, DeliveryState, Mail, SendMessage, Text
from proofup.values.phone_numbers import stored_phone_number
from proofup.values.secret import Secret

PUT = (
    "INSERT INTO outbox (id, state, payload, language, correlation_id, created_at, expires_at, "
    "changed_at, next_at, attempts) VALUES (?, 'queued', ?, ?, ?, ?, ?, ?, ?, 0)"
)
ANY_DUE = "SELECT 1 FROM outbox WHERE next_at <= ? LIMIT 1"
EXPIRE = (
    "UPDATE outbox SET state = 'failed', reason = 'expired', payload = NULL, next_at = NULL, "
    "changed_at = ? WHERE id IN (SELECT id FROM outbox WHERE next_at <= ? AND expires_at <= ? "
    "ORDER BY next_at LIMIT 500 FOR UPDATE SKIP LOCKED)"
)
CLAIM = (
    "UPDATE outbox SET next_at = ?, attempts = attempts + 1 WHERE id IN (SELECT id FROM outbox "
    "WHERE next_at <= ? AND expires_at > ? ORDER BY next_at LIMIT ? FOR UPDATE SKIP LOCKED) "
    "RETURNING id, payload, language, correlation_id, created_at, expires_at, attempts"
)
SENT = (
    "UPDATE outbox SET changed_at = CASE state WHEN 'queued' THEN CAST(? AS BIGINT) "
    "ELSE changed_at END, state = CASE state WHEN 'queued' THEN 'sent' ELSE state END, "
    "sent_at = COALESCE(sent_at, ?), carrier_ref = ?, payload = NULL, next_at = NULL WHERE id = ?"
)
DELIVERED = (
    "UPDATE outbox SET state = 'delivered', delivered_at = ?, changed_at = ?, payload = NULL, "
    "next_at = NULL WHERE id = ? AND state <> 'delivered'"
)
RETRY = "UPDATE outbox SET next_at = ?, reason = ? WHERE id = ? AND state = 'queued'"
FAILED = (
    "UPDATE outbox SET state = 'failed', reason = ?, changed_at = ?, payload = NULL, "
    "next_at = NULL WHERE id = ? AND state IN ('queued', 'sent')"
)
PROGRESS = "SELECT state, changed_at, sent_at, delivered_at FROM outbox WHERE id = ?"
NEXT_DUE = "SELECT MIN(next_at) FROM outbox WHERE next_at IS NOT NULL"


class _Text(msgspec.Struct, frozen=True, tag="text"):
    to: str
    body: str


class _Mail(msgspec.Struct, frozen=True, tag="mail"):
    to: str
    template: str
    facts: dict[str, str]


_contents: msgspec.json.Decoder[_Text | _Mail] = msgspec.json.Decoder(_Text | _Mail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A message to be sent now by whoever claimed it; ``attempt`` counts from one."""

    message: SendMessage
    attempt: int


@dataclass(frozen=True, slots=True)
class OutboxRows:
    """The port ``Deliveries``, the change that puts a message in, and what senders need."""

    engine: Engine
    payload: SealedColumn

    async def progress(self, message_id: MessageId) -> Delivery | None:
        """Return how far a message has come."""
        found = await self.engine.rows(PROGRESS, message_id)
        if not found:
            return None
        state, changed_at, sent_at, delivered_at = found[0]
        return Delivery(
            state=DeliveryState(state),
            changed_at=from_microseconds(changed_at),
            sent_at=instant_or_none(sent_at),
            delivered_at=instant_or_none(delivered_at),
        )

    def put(self, change: SendMessage) -> Steps[None]:
        """Store a message to be sent."""
        created_at = to_microseconds(change.created_at)
        yield from touched(
            PUT,
            change.id,
            self.payload.seal(_encoded(change.content), row=change.id),
            change.language,
            change.correlation_id,
            created_at,
            to_microseconds(change.expires_at),
            created_at,
            created_at,
        )

    async def claim(self, *, most: int, lease: timedelta, at: datetime) -> list[Claimed]:
        """Take up to ``most`` messages that are due; nobody else gets them within ``lease``.

        What has expired is not sent any more: it fails and its content is erased.
        """
        now, until = to_microseconds(at), to_microseconds(at + lease)
        if not await self.engine.rows(ANY_DUE, now):
            return []

        def steps() -> Steps[list[Row]]:
            yield from touched(EXPIRE, now, now, now)
            return list((yield from rows(CLAIM, until, now, now, most)))

        claimed = await self.engine.write(steps)
        # Ids of messages sort by the instant at which they were made.
        return [self._claimed_of(columns) for columns in sorted(claimed)]

    async def next_due(self) -> datetime | None:
        """Return when the next message is due, or None where none waits."""
        ((count,),) = await self.engine.rows(NEXT_DUE)
        return instant_or_none(count)

    async def wait(self, *, at_most: timedelta) -> None:
        """Return when a message was put in, or after ``at_most``."""
        await self.engine.wait_for_message(at_most=at_most)

    async def mark_sent(
        self, message_id: MessageId, *, carrier_ref: str | None, at: datetime
    ) -> None:
        """Note that a carrier took the message, under ``carrier_ref``."""
        now = to_microseconds(at)
        await self.engine.write(lambda: _ignored(SENT, now, now, carrier_ref, message_id))

    async def mark_delivered(self, message_id: MessageId, *, at: datetime) -> None:
        """Note that the message has arrived."""
        now = to_microseconds(at)
        await self.engine.write(lambda: _ignored(DELIVERED, now, now, message_id))

    async def mark_failed(
        self, message_id: MessageId, *, reason: str, at: datetime, retry_at: datetime | None
    ) -> None:
        """Note that it was not sent: once more at ``retry_at``, or never where that is None."""
        if retry_at is None:
            now = to_microseconds(at)
            await self.engine.write(lambda: _ignored(FAILED, reason, now, message_id))
        else:
            # Never at this very instant, or a claim within it would spin.
            again = to_microseconds(max(retry_at, at + MICROSECOND))
            await self.engine.write(lambda: _ignored(RETRY, again, reason, message_id))

    def _claimed_of(self, columns: Row) -> Claimed:
        message_id, payload, language, correlation_id, created_at, expires_at, attempts = columns
        message = SendMessage(
            id=MessageId(message_id),
            content=_decoded(self.payload.open(payload, row=message_id)),
            language=language,
            correlation_id=CorrelationId(correlation_id),
            created_at=from_microseconds(created_at),
            expires_at=from_microseconds(expires_at),
        )
        return Claimed(message=message, attempt=attempts)


def _ignored(sql: str, *values: str | int | bytes | None) -> Steps[None]:
    """Run ``sql``, whether or not it touches anything."""
    yield from touched(sql, *values)


def _encoded(content: Text | Mail) -> bytes:
    if isinstance(content, Text):
        return msgspec.json.encode(_Text(str(content.to), content.body.reveal()))
    return msgspec.json.encode(_Mail(content.to, content.template, dict(content.facts)))


def _decoded(plain: bytes) -> Text | Mail:
    content = _contents.decode(plain)
    if isinstance(content, _Text):
        return Text(to=stored_phone_number(content.to), body=Secret(content.body))
    return Mail(to=content.to, template=content.template, facts=content.facts)
