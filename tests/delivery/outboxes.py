"""An outbox in memory with the rules of the port, and a clock that moves while the sender waits."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from proofup.delivery.outbox import Kind
from proofup.values.ids import CorrelationId, MessageId
from proofup.values.messages import Call, DeliveryState, Mail, Text
from proofup.values.phone_numbers import PhoneNumber
from proofup.values.secret import Secret

CORRELATION_ID = CorrelationId("c-1")
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KINDS: dict[type[Text | Call | Mail], Kind] = {Text: "text", Call: "call", Mail: "mail"}
ORDER = [
    DeliveryState.QUEUED,
    DeliveryState.SENT,
    DeliveryState.FAILED,
    DeliveryState.DELIVERED,
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    id: MessageId
    content: Text | Call | Mail
    language: str = "en"
    created_at: datetime = NOON
    expires_at: datetime = NOON + timedelta(minutes=3)
    attempts: int = 0
    correlation_id: CorrelationId = CORRELATION_ID
    state: DeliveryState = DeliveryState.QUEUED
    carrier_ref: str | None = None
    reason: str | None = None
    marked_at: datetime | None = None
    free_at: datetime = NOON

    @property
    def kind(self) -> Kind:
        return KINDS[type(self.content)]


def text(
    name: str = "m-1",
    *,
    body: str = "Your code is 481620",
    expires_at: datetime = NOON + timedelta(minutes=3),
    free_at: datetime = NOON,
) -> Row:
    content = Text(to=PhoneNumber("44", "7700900067"), body=Secret(body))
    return Row(id=MessageId(name), content=content, expires_at=expires_at, free_at=free_at)


def call(name: str = "m-1", *, extension: str | None = "77") -> Row:
    number = PhoneNumber("44", "2079460123", extension)
    return Row(id=MessageId(name), content=Call(to=number, greeting="Hello. Press the pound key."))


def mail(name: str = "m-1", *, to: str = "robin@fabrikam.test") -> Row:
    content = Mail(to=to, template="phone_changed", facts={"was": "+XX XXXXXXXX67"})
    return Row(id=MessageId(name), content=content, expires_at=NOON + timedelta(days=7))


@dataclass
class MemoryOutbox:
    """Time passes only while the sender waits and no task is running."""

    now: datetime = NOON
    rows: dict[str, Row] = field(default_factory=dict)
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    frozen: bool = False
    rests: list[timedelta] = field(default_factory=list)

    def clock(self) -> datetime:
        return self.now

    def put(self, *rows: Row) -> None:
        self.rows |= {row.id: row for row in rows}
        self.woken.set()

    def state(self, name: str = "m-1") -> DeliveryState:
        return self.rows[name].state

    async def claim(self, kind: Kind, most: int, lease: timedelta, at: datetime) -> Sequence[Row]:
        await asyncio.sleep(0)
        free = [
            row
            for row in self.rows.values()
            if row.kind == kind and row.state is DeliveryState.QUEUED and row.free_at <= at
        ][:most]
        claimed = [replace(row, attempts=row.attempts + 1, free_at=at + lease) for row in free]
        self.rows |= {row.id: row for row in claimed}
        return claimed

    async def mark_sent(self, message_id: MessageId, carrier_ref: str | None, at: datetime) -> bool:
        return self._mark(message_id, DeliveryState.SENT, marked_at=at, carrier_ref=carrier_ref)

    async def mark_delivered(self, message_id: MessageId, at: datetime) -> bool:
        return self._mark(message_id, DeliveryState.DELIVERED, marked_at=at)

    async def mark_failed(
        self, message_id: MessageId, reason: str, at: datetime, retry_at: datetime | None
    ) -> bool:
        if retry_at is None:
            return self._mark(message_id, DeliveryState.FAILED, marked_at=at, reason=reason)
        return self._mark(
            message_id, DeliveryState.QUEUED, marked_at=at, reason=reason, free_at=retry_at
        )

    def _mark(self, message_id: MessageId, state: DeliveryState, **facts: Any) -> bool:
        row = self.rows.get(message_id)
        if row and ORDER.index(state) >= ORDER.index(row.state):
            self.rows[message_id] = replace(row, state=state, **facts)
        return row is not None

    async def wait(self, at_most: timedelta) -> None:
        for _ in range(20):  # lets tasks without real I/O finish first
            await asyncio.sleep(0)
        if self.frozen:
            await self.woken.wait()
        if not self.woken.is_set():
            self.rests.append(at_most)
            self.now += at_most
        self.woken.clear()
