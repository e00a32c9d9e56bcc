import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from delivery.outboxes import NOON, MemoryOutbox, text
from mounted import ORIGIN, mounted
from proofup.delivery.callbacks import carriers_door
from proofup.delivery.kannel_receipts import kannel_receipt_route
from proofup.values.errors import StoreBusyError
from proofup.values.messages import DeliveryState


def proofs(message_id: str) -> list[str]:
    return [f"proof-of-{message_id}", f"older-proof-of-{message_id}"]


class Door:
    """Kannel's view of the door."""

    def __init__(self, outbox: MemoryOutbox) -> None:
        self.outbox = outbox
        route = kannel_receipt_route(outbox=outbox, proofs=proofs, clock=outbox.clock)
        self.client = TestClient(
            mounted(carriers_door([route]), clock=outbox.clock), base_url=ORIGIN
        )

    def tell(self, status: str, *, name: str = "m-1", **told: str) -> Any:
        query = {"proof": proofs(name)[0], "status": status, "answer": "ACK/"} | told
        return self.client.get(f"/delivery/v1/kannel/{name}", params=query)


@pytest.fixture
def door() -> Iterator[Door]:
    outbox = MemoryOutbox()
    outbox.put(text())
    door = Door(outbox)
    with door.client:
        yield door


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("8", DeliveryState.SENT),
        ("4", DeliveryState.SENT),
        ("1", DeliveryState.DELIVERED),
        ("2", DeliveryState.FAILED),
        ("16", DeliveryState.FAILED),
    ],
)
def test_each_receipt_moves_the_message(door: Door, status: str, state: DeliveryState) -> None:
    assert door.tell(status).status_code == 204
    assert door.outbox.state() is state
    assert door.outbox.rows["m-1"].marked_at == NOON


def test_NE2_receipts_twice_and_out_of_order_never_move_a_message_back(door: Door) -> None:
    for status in ("1", "1", "8", "16", "4"):
        assert door.tell(status).status_code == 204
        door.outbox.now += timedelta(seconds=1)
    assert door.outbox.state() is DeliveryState.DELIVERED


@pytest.mark.parametrize("given", ["", "proof-of-m-2", "prööf"])
def test_NE2_a_receipt_without_its_proof_is_refused(door: Door, given: str) -> None:
    assert door.tell("1", proof=given).status_code == 404
    assert door.outbox.state() is DeliveryState.QUEUED


def test_KE2_a_proof_under_a_key_that_was_changed_since_is_good(door: Door) -> None:
    assert door.tell("1", proof=proofs("m-1")[1]).status_code == 204
    assert door.outbox.state() is DeliveryState.DELIVERED


def test_NE2_the_proof_of_one_message_is_worth_nothing_for_another(door: Door) -> None:
    door.outbox.put(text("m-2"))
    assert door.tell("1", name="m-2", proof=proofs("m-1")[0]).status_code == 404
    assert door.outbox.state("m-2") is DeliveryState.QUEUED


@pytest.mark.parametrize("status", ["", "3", "delivered", "%d", "32"])
def test_a_status_that_is_none_is_refused(door: Door, status: str) -> None:
    answer = door.tell(status)
    assert answer.status_code == 400
    assert "status" in answer.json()["error"]["message"]
    assert door.outbox.state() is DeliveryState.QUEUED


def test_a_receipt_for_no_message_is_not_found(door: Door) -> None:
    assert door.tell("1", name="m-9").status_code == 404


@pytest.mark.parametrize("answer", ["NACK/no SMSC", "NACK/validity expired"])
def test_D12_what_kannel_never_handed_on_is_no_news_of_the_other_carriers_text(
    door: Door, answer: str
) -> None:
    asyncio.run(door.outbox.mark_sent(text().id, None, NOON))
    assert door.tell("16", answer=answer).status_code == 204
    assert door.outbox.state() is DeliveryState.SENT


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ("NACK/0x0000000b/Invalid Destination Address", "Invalid Destination Address"),
        (
            "id:op-1 sub:001 dlvrd:000 submit date:2611211200 stat:UNDELIV err:045 text:481 620",
            "UNDELIV, error 045",
        ),
        ("+447700900067 does not want 481 620", "the carrier gave no reason"),
        ("", "the carrier gave no reason"),
        (5000 * "x", "the carrier gave no reason"),
    ],
)
def test_KE4_of_the_operators_answer_only_the_reason_is_kept(
    door: Door, answer: str, kept: str
) -> None:
    assert door.tell("16", answer=answer).status_code == 204
    assert door.outbox.rows["m-1"].reason == kept


def test_a_busy_store_asks_to_come_again(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    async def busy(*_: object) -> bool:
        raise StoreBusyError(retry_after_seconds=2)

    monkeypatch.setattr(door.outbox, "mark_delivered", busy)
    answer = door.tell("1")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


def test_D11_a_receipt_that_overtakes_the_sender_stays(door: Door) -> None:
    assert door.tell("1").status_code == 204
    asyncio.run(door.outbox.mark_sent(text().id, None, NOON))
    assert door.outbox.state() is DeliveryState.DELIVERED
