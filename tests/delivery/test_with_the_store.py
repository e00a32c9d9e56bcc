"""The sender on a real outbox, on both engines."""

import asyncio
import time
from datetime import timedelta

import pytest

from conftest import StoppedClock
from proofup.delivery.carriers import CarrierRefusedError
from proofup.delivery.outbox import ClaimedMessage, Outbox
from proofup.delivery.sender import LOOKING_PAUSE, Sender
from proofup.storage.store import Store
from proofup.values.ids import CorrelationId, Entropy, MessageId, ordered_id
from proofup.values.messages import DeliveryState, SendMessage, Text
from proofup.values.phone_numbers import PhoneNumber
from proofup.values.secret import Secret

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]
GRACE = timedelta(seconds=10)


class Phone:
    """Takes texts, signals each, and refuses the first ones if told to."""

    def __init__(self, *, refusals: int = 0) -> None:
        self.bodies: list[str] = []
        self.attempts: list[int] = []
        self.refusals = refusals
        self.rang = asyncio.Event()

    async def send(self, text: Text, message: ClaimedMessage) -> str | None:
        self.attempts.append(message.attempts)
        if len(self.attempts) <= self.refusals:
            raise CarrierRefusedError("not now", permanent=False)
        self.bodies.append(text.body.reveal())
        self.rang.set()
        return "ref-1"


def order(clock: StoppedClock, entropy: Entropy) -> SendMessage:
    return SendMessage(
        id=MessageId(ordered_id(entropy, clock.now)),
        content=Text(to=PhoneNumber("44", "7700900067"), body=Secret("481 620")),
        language="en",
        created_at=clock.now,
        expires_at=clock.now + timedelta(minutes=3),
        correlation_id=CorrelationId("c-1"),
    )


async def test_storage_keeps_the_outbox_that_delivery_asks_for(store: Store) -> None:
    outbox: Outbox = store.outbox
    assert outbox is store.outbox


async def test_a_commit_is_sent_at_once_and_marked(
    store: Store, clock: StoppedClock, entropy: Entropy
) -> None:
    phone = Phone()
    sender = Sender(outbox=store.outbox, texts={"phone": phone}, calls={}, mails=None, clock=clock)
    sender.start()
    await asyncio.sleep(0)  # the sender looks once and then waits to be woken
    message = order(clock, entropy)
    began = time.monotonic()
    await store.commit(message)
    async with asyncio.timeout(10):
        await phone.rang.wait()
    took = time.monotonic() - began
    await sender.stop(GRACE)
    assert phone.bodies == ["481 620"]
    assert took < LOOKING_PAUSE.total_seconds() / 2  # woken, not found by looking again
    progress = await store.outbox.progress(message.id)
    assert progress is not None
    assert progress.state is DeliveryState.SENT


async def test_D11_a_refused_text_comes_back_at_its_time(
    store: Store, clock: StoppedClock, entropy: Entropy
) -> None:
    phone = Phone(refusals=1)
    await store.commit(order(clock, entropy))
    first = Sender(outbox=store.outbox, texts={"phone": phone}, calls={}, mails=None, clock=clock)
    first.start()
    async with asyncio.timeout(10):
        while not phone.attempts:  # noqa: ASYNC110 - until the first try
            await asyncio.sleep(0)
    await first.stop(GRACE)
    assert await store.outbox.claim("text", 5, timedelta(seconds=60), clock.now) == []
    clock.later(seconds=1)
    second = Sender(outbox=store.outbox, texts={"phone": phone}, calls={}, mails=None, clock=clock)
    second.start()
    async with asyncio.timeout(10):
        await phone.rang.wait()
    await second.stop(GRACE)
    assert phone.attempts == [1, 2]
    assert phone.bodies == ["481 620"]


async def test_D9_two_senders_share_the_work_and_send_nothing_twice(
    store: Store, clock: StoppedClock, entropy: Entropy
) -> None:
    phone = Phone()
    messages = [order(clock, entropy) for _ in range(40)]
    await store.commit(*messages)
    senders = [
        Sender(outbox=store.outbox, texts={"phone": phone}, calls={}, mails=None, clock=clock)
        for _ in range(2)
    ]
    for sender in senders:
        sender.start()
    async with asyncio.timeout(10):
        while len(phone.bodies) < len(messages):  # noqa: ASYNC110 - until all have come
            await asyncio.sleep(0)
    for sender in senders:
        await sender.stop(GRACE)
    assert phone.attempts == [1] * len(messages)
