"""Two carriers in order, each behind its own breaker."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from delivery.outboxes import NOON, MemoryOutbox, Row, text
from delivery.test_sender import AT_ONCE, GRACE, Carrier, be_down, ended, refuse, until
from proofup.delivery.carriers import CarrierDownError, CarrierHoldsError, NoRouteError
from proofup.delivery.failover import Failover
from proofup.delivery.sender import PHONE_PACES, Sender
from proofup.values.messages import DeliveryState


def hold(_: int = 0) -> None:
    raise CarrierHoldsError("the operator is away")


def have_no_route(_: int = 0) -> None:
    raise NoRouteError("there is no route to the number")


def refuse_for_good(_: int = 0) -> None:
    refuse(permanent=True)


def refuse_in_passing(_: int = 0) -> None:
    refuse(permanent=False)


async def send(
    outbox: MemoryOutbox,
    first: Carrier,
    second: Carrier,
    rule: Callable[[], bool] | None = None,
    *,
    slots: int = 16,
) -> None:
    sender = Sender(
        outbox=outbox,
        texts={"first": first, "second": second},
        calls={},
        mails=None,
        clock=outbox.clock,
        slots=slots,
        trouble_pace=AT_ONCE,
    )
    sender.start()
    try:
        await until(rule or ended(outbox))
    finally:
        await sender.stop(GRACE)


@pytest.mark.parametrize("trouble", [be_down, refuse_in_passing, have_no_route, hold])
def test_D12_the_second_carrier_takes_the_same_message_in_the_same_moment(
    trouble: Callable[[int], None],
) -> None:
    async def story() -> None:
        outbox = MemoryOutbox()
        outbox.put(text())
        first, second = Carrier(outbox, trouble), Carrier(outbox)
        await send(outbox, first, second)
        assert (first.ids, second.ids) == (["m-1"], ["m-1"])
        assert second.seconds == [0]
        assert outbox.state() is DeliveryState.SENT
        assert outbox.rows["m-1"].attempts == 1

    asyncio.run(story())


def test_while_the_first_works_the_second_has_nothing_to_do() -> None:
    async def story() -> None:
        outbox = MemoryOutbox()
        outbox.put(text("m-1"), text("m-2"))
        first, second = Carrier(outbox), Carrier(outbox)
        await send(outbox, first, second)
        assert (first.ids, second.ids) == (["m-1", "m-2"], [])

    asyncio.run(story())


def test_a_number_refused_for_good_is_tried_nowhere_else() -> None:
    async def story() -> None:
        outbox = MemoryOutbox()
        outbox.put(text())
        first, second = Carrier(outbox, refuse_for_good), Carrier(outbox)
        await send(outbox, first, second)
        assert second.ids == []
        assert outbox.state() is DeliveryState.FAILED

    asyncio.run(story())


def test_D11_a_carrier_that_hangs_leaves_time_for_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("proofup.delivery.failover.SENDING_LIMIT", timedelta(milliseconds=2))

    async def story() -> None:
        outbox = MemoryOutbox()
        outbox.put(text())
        first, second = Carrier(outbox, lambda _: asyncio.Event().wait()), Carrier(outbox)
        await send(outbox, first, second)
        assert second.ids == ["m-1"]
        assert outbox.state() is DeliveryState.SENT

    asyncio.run(story())


def test_D11_a_dead_first_carrier_is_not_asked_for_every_text_and_comes_back() -> None:
    async def story() -> None:
        outbox = MemoryOutbox()

        def act(_: int) -> None:
            if outbox.now < NOON + timedelta(seconds=5):
                be_down()

        first, second = Carrier(outbox, act), Carrier(outbox)
        failover = Failover(
            {"first": first, "second": second},
            none="",
            breaker_pace=PHONE_PACES[1],
            clock=outbox.clock,
        )
        for _ in range(20):
            await failover.carry(text())
            outbox.now += timedelta(milliseconds=500)
        # Five failures, a pause of two seconds, a probe, a pause of four, a successful probe.
        assert first.seconds == [0, 0.5, 1, 1.5, 2, 4, 8, 8.5, 9, 9.5]
        assert len(second.seconds) == 16

    asyncio.run(story())


def test_D11_two_probes_are_never_under_way_at_once() -> None:
    async def story() -> None:
        outbox = MemoryOutbox()
        held = asyncio.Event()

        def act(call: int) -> None:
            if call <= 5:
                be_down()

        async def wait(call: int) -> None:
            act(call)
            await held.wait()

        first, second = Carrier(outbox, wait), Carrier(outbox)
        outbox.put(*(text(f"m-{number}") for number in range(5)))
        outbox.put(
            *(text(f"n-{number}", free_at=NOON + timedelta(seconds=3)) for number in range(5))
        )
        sending = asyncio.create_task(send(outbox, first, second))
        await until(lambda: len(second.ids) == 9)
        assert len(first.ids) == 6
        held.set()
        await sending
        assert outbox.state("n-0") is DeliveryState.SENT

    asyncio.run(story())


def test_what_a_carrier_holds_is_not_given_to_it_again() -> None:
    """It would reach the phone twice. A receipt updates it, or it expires unsent."""

    async def story() -> None:
        outbox = MemoryOutbox()
        outbox.put(text(expires_at=NOON + timedelta(minutes=3)))
        first, second = Carrier(outbox, hold), Carrier(outbox, be_down)
        await send(outbox, first, second)
        assert (len(first.ids), len(second.ids)) == (1, 1)
        assert outbox.rows["m-1"].reason == "expired"

    asyncio.run(story())


@pytest.mark.parametrize(
    ("one", "other", "tries"),
    [(have_no_route, have_no_route, 1), (have_no_route, refuse_in_passing, 3)],
)
def test_a_message_is_given_up_when_no_carrier_leaves_hope(
    one: Callable[[int], None], other: Callable[[int], None], tries: int
) -> None:
    async def story() -> None:
        outbox = MemoryOutbox()
        outbox.put(text(expires_at=NOON + timedelta(seconds=6)))
        first, second = Carrier(outbox, one), Carrier(outbox, other)
        await send(outbox, first, second)
        assert (len(first.ids), len(second.ids)) == (tries, tries)
        assert outbox.state() is DeliveryState.FAILED

    asyncio.run(story())


def test_when_all_are_out_of_order_messages_wait_for_the_first_to_open() -> None:
    async def story() -> None:
        outbox = MemoryOutbox()
        rows: list[Row] = [text(f"m-{number}") for number in range(5)]
        outbox.put(*rows)

        def act(carrier: list[Carrier], call: int) -> None:
            del carrier
            if call < 6:
                be_down()

        first, second = Carrier(outbox, partial(act, [])), Carrier(outbox, be_down)
        await send(outbox, first, second)
        assert {row.state for row in outbox.rows.values()} == {DeliveryState.SENT}
        assert min(first.seconds[5:]) == 2

    asyncio.run(story())


def test_an_error_of_a_driver_hands_over_too() -> None:
    def break_down(_: int) -> None:
        raise LookupError("a fault of ours")

    async def story() -> None:
        outbox = MemoryOutbox()
        outbox.put(text())
        first, second = Carrier(outbox, break_down), Carrier(outbox)
        await send(outbox, first, second)
        assert second.ids == ["m-1"]

    asyncio.run(story())


def test_a_hold_is_an_outage_to_the_breaker() -> None:
    assert issubclass(CarrierHoldsError, CarrierDownError)
