import asyncio
import itertools
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from delivery.outboxes import NOON, MemoryOutbox, Row, mail, text
from proofup.delivery.carriers import CarrierDownError, CarrierRefusedError
from proofup.delivery.outbox import ClaimedMessage
from proofup.delivery.pace import Pace
from proofup.delivery.sender import Sender
from proofup.values.messages import Call, DeliveryState, Mail, Text

AT_ONCE = Pace(first=timedelta(0), longest=timedelta(0))
GRACE = timedelta(seconds=5)


@dataclass
class Carrier:
    """Records its messages, and behaves as told for each call by its number."""

    outbox: MemoryOutbox
    act: Callable[[int], Coroutine[Any, Any, object] | None] = lambda _: None
    given: list[tuple[str, float]] = field(default_factory=list)

    async def send(self, _content: Text | Call | Mail, message: ClaimedMessage) -> str | None:
        self.given.append((message.id, (self.outbox.now - NOON).total_seconds()))
        outcome = self.act(len(self.given))
        if outcome is not None:
            await outcome
        return f"ref-{message.id}"

    @property
    def ids(self) -> list[str]:
        return [name for name, _ in self.given]

    @property
    def seconds(self) -> list[float]:
        return [second for _, second in self.given]


def refuse(*, permanent: bool) -> None:
    raise CarrierRefusedError("answered 400", permanent=permanent)


def be_down(_: int = 0) -> None:
    raise CarrierDownError("answered 503")


async def until(rule: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not rule():  # noqa: ASYNC110 - any state of the outbox may be waited for
            await asyncio.sleep(0)


async def send_until(
    outbox: MemoryOutbox,
    rule: Callable[[], bool],
    *,
    texts: Carrier | None = None,
    calls: Carrier | None = None,
    mails: Carrier | None = None,
    slots: int = 16,
) -> None:
    sender = Sender(
        outbox=outbox,
        texts={} if texts is None else {"first": texts},
        calls={} if calls is None else {"first": calls},
        mails=mails,
        clock=outbox.clock,
        slots=slots,
        trouble_pace=AT_ONCE,
    )
    sender.start()
    try:
        await until(rule)
    finally:
        await sender.stop(GRACE)


def ended(outbox: MemoryOutbox) -> Callable[[], bool]:
    return lambda: all(row.state is not DeliveryState.QUEUED for row in outbox.rows.values())


def test_texts_and_mails_go_to_their_carriers_and_are_marked_sent() -> None:
    async def story() -> None:
        outbox = MemoryOutbox()
        outbox.put(text("t"), mail("m"))
        texts, mails = Carrier(outbox), Carrier(outbox)
        await send_until(outbox, ended(outbox), texts=texts, mails=mails)
        assert texts.ids == ["t"]
        assert mails.ids == ["m"]
        assert outbox.rows["t"].carrier_ref == "ref-t"
        assert outbox.state("m") is DeliveryState.SENT

    asyncio.run(story())


def test_a_commit_wakes_the_sender_at_once() -> None:
    async def story() -> None:
        outbox = MemoryOutbox(frozen=True)
        texts = Carrier(outbox)
        sender = Sender(
            outbox=outbox, texts={"first": texts}, calls={}, mails=None, clock=outbox.clock
        )
        sender.start()
        for _ in range(100):
            await asyncio.sleep(0)
        outbox.put(text())
        await until(ended(outbox))
        await sender.stop(GRACE)
        assert texts.seconds == [0]

    asyncio.run(story())


def test_D11_passing_failures_are_retried_with_growing_pauses_under_the_same_id() -> None:
    async def story() -> None:
        outbox = MemoryOutbox()
        outbox.put(text())
        texts = Carrier(outbox, lambda call: refuse(permanent=False) if call < 6 else None)
        await send_until(outbox, ended(outbox), texts=texts)
        assert texts.ids == ["m-1"] * 6
        assert texts.seconds == [0, 1, 3, 7, 15, 30]
        assert outbox.state() is DeliveryState.SENT

    asyncio.run(story())


def test_tries_end_when_the_next_would_come_too_late() -> None:
    async def story() -> None:
        outbox = MemoryOutbox()
        outbox.put(text(expires_at=NOON + timedelta(seconds=6)))
        texts = Carrier(outbox, lambda _: refuse(permanent=False))
        await send_until(outbox, ended(outbox), texts=texts)
        assert texts.seconds == [0, 1, 3]
        assert outbox.rows["m-1"].reason == "answered 400"
        assert outbox.state() is DeliveryState.FAILED

    asyncio.run(story())


def test_a_permanent_refusal_ends_it_at_once() -> None:
    async def story() -> None:
        outbox = MemoryOutbox()
        outbox.put(text())
        texts = Carrier(outbox, lambda _: refuse(permanent=True))
        await send_until(outbox, ended(outbox), texts=texts)
        assert texts.ids == ["m-1"]
        assert outbox.rows["m-1"].reason == "answered 400"

    asyncio.run(story())


def test_an_expired_text_is_never_sent() -> None:
    async def story() -> None:
        outbox = MemoryOutbox()
        outbox.put(text(expires_at=NOON))
        texts = Carrier(outbox)
        await send_until(outbox, ended(outbox), texts=texts)
        assert texts.given == []
        assert outbox.rows["m-1"].reason == "expired"

    asyncio.run(story())


@pytest.mark.parametrize(
    ("row", "reason"),
    [(text(), "no carrier for texts is set up"), (mail(), "no mail server is set up")],
)
def test_without_a_carrier_a_message_fails_and_says_so(row: Row, reason: str) -> None:
    async def story() -> None:
        outbox = MemoryOutbox()
        outbox.put(row)
        await send_until(outbox, ended(outbox))
        assert outbox.rows["m-1"].reason == reason

    asyncio.run(story())


def test_KE4_an_exception_of_a_carrier_ends_nothing_and_its_text_is_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def break_once(call: int) -> None:
        if call == 1:
            raise LookupError("+447700900067 481620")

    async def story() -> None:
        outbox = MemoryOutbox()
        outbox.put(text())
        texts = Carrier(outbox, break_once)
        await send_until(outbox, ended(outbox), texts=texts)
        assert outbox.state() is DeliveryState.SENT

    with caplog.at_level(logging.DEBUG):
        asyncio.run(story())
    assert "unexpected LookupError" in caplog.text
    assert "7700900067" not in caplog.text
    assert "481620" not in caplog.text


def test_a_carrier_that_never_answers_is_left_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("proofup.delivery.failover.SENDING_LIMIT", timedelta(0))

    async def story() -> None:
        outbox = MemoryOutbox()
        outbox.put(text())
        texts = Carrier(outbox, lambda _: asyncio.Event().wait())
        await send_until(outbox, ended(outbox), texts=texts)
        assert outbox.rows["m-1"].reason == "no answer in time"

    asyncio.run(story())


def test_D11_a_dead_carrier_is_left_alone_after_five_failures_and_probed_by_one() -> None:
    async def story() -> None:
        outbox = MemoryOutbox()
        outbox.put(*(text(f"m-{number}") for number in range(1, 10)))
        texts = Carrier(outbox, lambda call: be_down() if call < 8 else None)
        await send_until(outbox, ended(outbox), texts=texts, slots=5)
        assert texts.ids[:5] == ["m-1", "m-2", "m-3", "m-4", "m-5"]
        assert texts.ids[5:8] == ["m-1", "m-2", "m-1"]  # one probe at a time, never the same twice
        assert texts.seconds[:8] == [0] * 5 + [2, 6, 14]
        assert len(texts.ids) == 16
        assert all(row.state is DeliveryState.SENT for row in outbox.rows.values())

    asyncio.run(story())


def test_D14_after_hours_without_a_mail_server_all_mails_go_once_and_in_order() -> None:
    async def story() -> None:
        outbox = MemoryOutbox()
        names = [f"m-{number:02}" for number in range(40)]
        outbox.put(*(mail(name) for name in names))
        back_at = NOON + timedelta(hours=6)
        taken: list[str] = []

        def act(_: int) -> None:
            if outbox.now < back_at:
                be_down()
            taken.append(mails.ids[-1])

        mails = Carrier(outbox, act)
        await send_until(outbox, ended(outbox), mails=mails, slots=4)
        assert sorted(taken) == names
        # Only the last failed probe is sent slightly after the others.
        assert sum(a > b for a, b in itertools.pairwise(taken)) <= 1
        assert len(mails.ids) < 40 + 6 * 60 + 20  # not stormed: about one probe a minute

    asyncio.run(story())


def test_a_hanging_mail_server_holds_up_no_text() -> None:
    async def story() -> None:
        outbox = MemoryOutbox(frozen=True)
        outbox.put(*(mail(f"m-{number}") for number in range(9)), text("t"))
        held = asyncio.Event()
        mails = Carrier(outbox, lambda _: held.wait())
        texts = Carrier(outbox)
        sender = Sender(
            outbox=outbox,
            texts={"first": texts},
            calls={},
            mails=mails,
            clock=outbox.clock,
            slots=2,
        )
        sender.start()
        await until(lambda: outbox.state("t") is DeliveryState.SENT and len(mails.given) > 1)
        assert len(mails.given) == 2  # bounded
        held.set()
        await until(ended(outbox))
        await sender.stop(GRACE)
        assert len(mails.given) == 9

    asyncio.run(story())


def test_trouble_with_the_outbox_ends_nothing() -> None:
    class Trouble(MemoryOutbox):
        troubles = 0

        async def claim(self, *args: Any) -> Any:
            self.troubles += 1
            if self.troubles < 4:
                raise OSError("the database is away")
            return await super().claim(*args)

        async def mark_sent(self, *args: Any) -> bool:
            self.troubles += 1
            if self.troubles < 8:
                raise OSError("the database is away")
            return await super().mark_sent(*args)

    async def story() -> None:
        outbox = Trouble()
        outbox.put(text())
        texts = Carrier(outbox)
        await send_until(outbox, ended(outbox), texts=texts)
        assert texts.ids == ["m-1"]  # marked in the end, hence sent once

    asyncio.run(story())


def test_trouble_while_waiting_ends_nothing() -> None:
    class Trouble(MemoryOutbox):
        troubles = 0

        async def wait(self, at_most: timedelta) -> None:
            self.troubles += 1
            if self.troubles < 3:
                raise OSError("the connection for notices broke")
            await super().wait(at_most)

    async def story() -> None:
        outbox = Trouble()
        texts = Carrier(outbox)
        outbox.put(text(free_at=NOON + timedelta(seconds=1)))
        await send_until(outbox, ended(outbox), texts=texts)
        assert outbox.troubles > 2

    asyncio.run(story())


def test_a_message_that_cannot_be_marked_comes_back_with_its_lease() -> None:
    class Trouble(MemoryOutbox):
        async def mark_sent(self, *args: Any) -> bool:
            if self.now < NOON + timedelta(seconds=30):
                raise OSError("the database is away")
            return await super().mark_sent(*args)

    async def story() -> None:
        outbox = Trouble()
        outbox.put(text())
        texts = Carrier(outbox)
        await send_until(outbox, ended(outbox), texts=texts)
        assert texts.ids == ["m-1", "m-1"]
        assert texts.seconds == [0, 60]

    asyncio.run(story())


def test_stopping_lets_what_is_in_flight_finish_and_claims_no_more() -> None:
    async def story() -> None:
        outbox = MemoryOutbox(frozen=True)
        outbox.put(text("t-1"))
        held = asyncio.Event()
        texts = Carrier(outbox, lambda _: held.wait())
        sender = Sender(
            outbox=outbox, texts={"first": texts}, calls={}, mails=None, clock=outbox.clock
        )
        sender.start()
        await until(lambda: bool(texts.given))
        stopping = asyncio.create_task(sender.stop(GRACE))
        await asyncio.sleep(0)
        outbox.put(text("t-2"))
        held.set()
        await stopping
        assert outbox.state("t-1") is DeliveryState.SENT
        assert outbox.state("t-2") is DeliveryState.QUEUED

    asyncio.run(story())


def test_what_does_not_finish_in_the_grace_stays_in_the_outbox() -> None:
    async def story() -> None:
        outbox = MemoryOutbox(frozen=True)
        outbox.put(text())
        texts = Carrier(outbox, lambda _: asyncio.Event().wait())
        sender = Sender(
            outbox=outbox, texts={"first": texts}, calls={}, mails=None, clock=outbox.clock
        )
        sender.start()
        await until(lambda: bool(texts.given))
        await sender.stop(timedelta(milliseconds=1))
        assert outbox.state() is DeliveryState.QUEUED
        assert not [task for task in asyncio.all_tasks() if task.get_name() == "delivery"]

    asyncio.run(story())


def test_stopping_before_the_start_does_nothing() -> None:
    async def story() -> None:
        outbox = MemoryOutbox()
        await Sender(outbox=outbox, texts={}, calls={}, mails=None, clock=outbox.clock).stop(GRACE)

    asyncio.run(story())
