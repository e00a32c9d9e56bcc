"""The outbox: messages to be sent, sealed, claimed by lease, erased once they are gone.

A state only moves forward: a receipt that arrives before the sender's own mark is kept, and a late
failure does not undo a delivery.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter
from typing import ClassVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from proofup.storage.aggregate import Aggregate, Expiry, Writes, WritesMany
from proofup.storage.columns import instant_or_none
from proofup.storage.sealed import SealedColumn
from proofup.storage.statements import (
    Row,
    Steps,
    Value,
    rows,
    rows_in_parts,
    touched,
    touched_in_parts,
)
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.ids import ChallengeId, CorrelationId, MessageId, MethodId, UserId
from proofup.values.messages import (
    Call,
    Content,
    Delivery,
    DeliveryState,
    Mail,
    Push,
    SendMessage,
    Subscription,
    Text,
)
from proofup.values.phone_numbers import stored_phone_number
from proofup.values.secret import Secret

PUT = (
    "INSERT INTO outbox (id, kind, state, payload, language, correlation_id, created_at, "
    "expires_at, changed_at, next_at, attempts, alike) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
ANY_ALIKE = "SELECT DISTINCT alike FROM outbox WHERE alike IN (?)"
LATELY = (
    "SELECT id, payload FROM outbox WHERE alike = ? AND created_at > ? "
    "ORDER BY created_at DESC, id DESC LIMIT ?"
)
GATHER = "UPDATE outbox SET payload = ? WHERE id = ? AND attempts = 0 AND next_at > ?"
ANY_DUE = "SELECT 1 FROM outbox WHERE kind = ? AND next_at <= ? LIMIT 1"
# Ids sort by their time of creation. A failed attempt does not change the place of a message.
CLAIM = (
    "UPDATE outbox SET next_at = ?, attempts = attempts + 1 WHERE id IN (SELECT id FROM outbox "
    "WHERE kind = ? AND next_at <= ? ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED) "
    "RETURNING id, payload, language, correlation_id, created_at, expires_at, attempts"
)
SENT = (
    "UPDATE outbox SET changed_at = CASE state WHEN 'queued' THEN ? ELSE changed_at END, "
    "state = CASE state WHEN 'queued' THEN 'sent' ELSE state END, "
    "sent_at = COALESCE(sent_at, ?), carrier_ref = COALESCE(?, carrier_ref), "
    "payload = NULL, next_at = NULL WHERE id = ?"
)
DELIVERED = (
    "UPDATE outbox SET changed_at = CASE state WHEN 'delivered' THEN changed_at ELSE ? END, "
    "state = 'delivered', delivered_at = COALESCE(delivered_at, ?), "
    "payload = NULL, next_at = NULL WHERE id = ?"
)
RETRY = (
    "UPDATE outbox SET next_at = CASE state WHEN 'queued' THEN ? ELSE next_at END, "
    "reason = CASE state WHEN 'queued' THEN ? ELSE reason END WHERE id = ?"
)
FAILED = (
    "UPDATE outbox SET changed_at = CASE WHEN state IN ('queued', 'sent') THEN ? "
    "ELSE changed_at END, reason = CASE WHEN state IN ('queued', 'sent') THEN ? ELSE reason END, "
    "state = CASE WHEN state IN ('queued', 'sent') THEN 'failed' ELSE state END, "
    "payload = NULL, next_at = NULL WHERE id = ?"
)
# For messages that are no longer needed; one that a carrier already has cannot be stopped.
WITHDRAW = (
    "UPDATE outbox SET state = 'failed', changed_at = ?, reason = 'replaced by a newer one', "
    "payload = NULL, next_at = NULL WHERE id = ? AND state = 'queued'"
)
KINDS: Mapping[type[Content], str] = {
    Text: "text",
    Call: "call",
    Mail: "mail",
    Push: "notification",
}
REFERENCE = "SELECT id FROM outbox WHERE carrier_ref = ? ORDER BY id DESC LIMIT 1"
PROGRESS = "SELECT state, changed_at, sent_at, delivered_at FROM outbox WHERE id = ?"


AT_ONCE = 3  # of mails that are alike
GATHERED_FOR = timedelta(minutes=5)


class _Text(msgspec.Struct, frozen=True, tag="text"):
    to: str
    body: str


class _Call(msgspec.Struct, frozen=True, tag="call"):
    to: str
    greeting: str


class _Mail(msgspec.Struct, frozen=True, tag="mail"):
    to: str
    template: str
    facts: dict[str, str]


class _Push(msgspec.Struct, frozen=True, tag="notification"):
    user_id: str
    method_id: str
    request: str
    subscription: Subscription


_contents: msgspec.json.Decoder[_Text | _Call | _Mail | _Push] = msgspec.json.Decoder(
    _Text | _Call | _Mail | _Push
)


class Claimed(Struct, frozen=True, kw_only=True):
    """A message that only its claimer may send until the lease ends."""

    id: MessageId
    content: Content
    language: str
    created_at: datetime
    expires_at: datetime
    attempts: int
    correlation_id: CorrelationId


class OutboxRows(Aggregate, frozen=True):
    """The port ``Deliveries``, the change that puts a message in, and what senders need."""

    expiry: ClassVar[Expiry | None] = Expiry(table="outbox", kept=timedelta(days=30))

    payload: SealedColumn

    async def progress(self, message_id: MessageId) -> Delivery | None:
        """Return the delivery state of a message."""
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

    async def by_reference(self, carrier_ref: str) -> MessageId | None:
        """Return the newest message that a carrier took under this reference."""
        found = await self.engine.rows(REFERENCE, carrier_ref)
        return MessageId(found[0][0]) if found else None

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            SendMessage: self.put,
        }

    @property
    def writes_many(self) -> WritesMany:
        """How many messages are stored together."""
        return {SendMessage: self.put_many}

    def put_many(self, changes: Sequence[SendMessage]) -> Steps[None]:
        """Store messages; one that is like an earlier one is stored by itself."""
        alike = {one.alike for one in changes if one.alike is not None}
        found = yield from rows_in_parts(ANY_ALIKE, [(one,) for one in sorted(alike)])
        seen = {one for (one,) in found}
        first, others = list[SendMessage](), list[SendMessage]()
        for one in changes:
            (others if one.alike in seen else first).append(one)
            if one.alike is not None:
                seen.add(one.alike)
        now = [self._row(one, next_at=to_microseconds(one.created_at)) for one in first]
        yield from touched_in_parts(PUT, now)
        for one in others:
            yield from self.put(one)

    def put(self, change: SendMessage) -> Steps[None]:
        """Store a message to be sent, or count it to one like it that waits."""
        created_at = next_at = to_microseconds(change.created_at)
        if change.alike is not None:
            since = to_microseconds(change.created_at - GATHERED_FOR)
            lately = yield from rows(LATELY, change.alike, since, AT_ONCE)
            if len(lately) == AT_ONCE:
                if (yield from self._gather(*lately[0], at=created_at)):
                    return
                next_at = to_microseconds(change.created_at + GATHERED_FOR)
        yield from touched(PUT, *self._row(change, next_at=next_at))

    def _row(self, change: SendMessage, *, next_at: int) -> tuple[Value, ...]:
        created_at = to_microseconds(change.created_at)
        return (
            change.id,
            KINDS[type(change.content)],
            DeliveryState.QUEUED,
            self.payload.seal(_encoded(change.content), row=change.id),
            change.language,
            change.correlation_id,
            created_at,
            to_microseconds(change.expires_at),
            created_at,
            next_at,
            0,
            change.alike,
        )

    def _gather(self, message_id: str, payload: bytes | None, *, at: int) -> Steps[bool]:
        """Count one more to a mail, and tell whether that still waits for those like it."""
        mail = payload and _decoded(self.payload.open(payload, row=message_id))
        if not isinstance(mail, Mail):  # it has been sent
            return False
        more = int(mail.facts.get("more", "0")) + 1
        counted = replace(mail, facts={**mail.facts, "more": str(more)})
        sealed = self.payload.seal(_encoded(counted), row=message_id)
        return bool((yield from touched(GATHER, sealed, message_id, at)))

    async def claim(self, kind: str, most: int, lease: timedelta, at: datetime) -> list[Claimed]:
        """Claim up to ``most`` due messages, oldest first, for the time of the lease.

        ``kind`` is a word of ``KINDS``. Expired ones come too, to be given up by name.
        """
        now, until = to_microseconds(at), to_microseconds(at + lease)
        if not await self.engine.rows(ANY_DUE, kind, now):
            return []
        claimed = await self.engine.write(partial(rows, CLAIM, until, kind, now, most))
        # Ids of messages sort by their time of creation.
        return [self._claimed_of(columns) for columns in sorted(claimed, key=itemgetter(0))]

    async def mark_sent(self, message_id: MessageId, carrier_ref: str | None, at: datetime) -> bool:
        """Note that a carrier took the message. False where there is no such message."""
        now = to_microseconds(at)
        return await self._mark(SENT, now, now, carrier_ref, message_id)

    async def mark_delivered(self, message_id: MessageId, at: datetime) -> bool:
        """Note that the message arrived. False where there is no such message."""
        now = to_microseconds(at)
        return await self._mark(DELIVERED, now, now, message_id)

    async def mark_failed(
        self, message_id: MessageId, reason: str, at: datetime, retry_at: datetime | None
    ) -> bool:
        """Note why a message was not sent: again at ``retry_at``, or never where that is None.

        False where there is no such message.
        """
        if retry_at is None:
            return await self._mark(FAILED, to_microseconds(at), reason, message_id)
        return await self._mark(RETRY, to_microseconds(retry_at), reason, message_id)

    async def wait(self, at_most: timedelta) -> None:
        """Return once a message was put in since the last call, or after ``at_most``."""
        await self.engine.wait_for_message(at_most=at_most)

    async def _mark(self, sql: str, *values: Value) -> bool:
        return bool(await self.engine.write(partial(touched, sql, *values)))

    def _claimed_of(self, columns: Row) -> Claimed:
        message_id, payload, language, correlation_id, created_at, expires_at, attempts = columns
        return Claimed(
            id=MessageId(message_id),
            content=_decoded(self.payload.open(payload, row=message_id)),
            language=language,
            created_at=from_microseconds(created_at),
            expires_at=from_microseconds(expires_at),
            attempts=attempts,
            correlation_id=CorrelationId(correlation_id),
        )


def _encoded(content: Content) -> bytes:
    if isinstance(content, Text):
        return msgspec.json.encode(_Text(str(content.to), content.body.reveal()))
    if isinstance(content, Call):
        return msgspec.json.encode(_Call(str(content.to), content.greeting))
    if isinstance(content, Push):
        push = _Push(content.user_id, content.method_id, content.request, content.subscription)
        return msgspec.json.encode(push)
    return msgspec.json.encode(_Mail(content.to, content.template, dict(content.facts)))


def _decoded(plain: bytes) -> Content:
    content = _contents.decode(plain)
    if isinstance(content, _Call):
        return Call(to=stored_phone_number(content.to), greeting=content.greeting)
    if isinstance(content, _Text):
        return Text(to=stored_phone_number(content.to), body=Secret(content.body))
    if isinstance(content, _Push):
        return Push(
            user_id=UserId(content.user_id),
            method_id=MethodId(content.method_id),
            request=ChallengeId(content.request),
            subscription=content.subscription,
        )
    return Mail(to=content.to, template=content.template, facts=content.facts)
