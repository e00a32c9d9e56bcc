import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from delivery.outboxes import NOON, MemoryOutbox, text
from mounted import ORIGIN, mounted
from proofup.delivery.callbacks import carriers_door
from proofup.delivery.signature import signed_headers
from proofup.delivery.webhook_receipts import receipt_route
from proofup.values.errors import StoreBusyError
from proofup.values.messages import DeliveryState
from proofup.values.secret import Secret

SECRET = Secret("a-secret-of-32-letters-or-more-x")
PATH = "/delivery/v1/receipts/m-1"


class Door:
    """A carrier's view of the receipts' door."""

    def __init__(self, outbox: MemoryOutbox) -> None:
        self.outbox = outbox
        route = receipt_route(outbox=outbox, secret=SECRET, clock=outbox.clock)
        self.client = TestClient(
            mounted(carriers_door([route]), clock=outbox.clock), base_url=ORIGIN
        )

    def post(self, body: bytes | dict[str, Any], *, path: str = PATH, **headers: str) -> Any:
        raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
        signed = signed_headers(SECRET, raw, at=self.outbox.now) | headers
        return self.client.post(path, content=raw, headers=signed)

    def report(self, status: str, **facts: str) -> Any:
        return self.post({"id": "m-1", "status": status, **facts})


@pytest.fixture
def door() -> Iterator[Door]:
    outbox = MemoryOutbox()
    outbox.put(text())
    door = Door(outbox)
    with door.client:
        yield door


@pytest.mark.parametrize("status", ["sent", "delivered", "failed"])
def test_a_signed_receipt_moves_the_message(door: Door, status: str) -> None:
    answer = door.report(status)
    assert answer.status_code == 204
    assert answer.content == b""
    assert door.outbox.state() is DeliveryState(status)
    assert door.outbox.rows["m-1"].marked_at == NOON


def test_NE2_a_receipt_that_comes_twice_changes_nothing(door: Door) -> None:
    assert door.report("delivered").status_code == 204
    before = door.outbox.rows["m-1"]
    assert door.report("delivered").status_code == 204
    assert door.outbox.rows["m-1"] == before


def test_NE2_D11_receipts_out_of_order_never_move_a_message_back(door: Door) -> None:
    assert door.report("delivered").status_code == 204
    assert door.report("sent").status_code == 204
    assert door.report("failed", reason="late").status_code == 204
    assert door.outbox.state() is DeliveryState.DELIVERED


def test_D11_a_receipt_may_overtake_the_answer_to_the_order(door: Door) -> None:
    assert door.report("delivered").status_code == 204
    asyncio.run(door.outbox.mark_sent(door.outbox.rows["m-1"].id, "ref", NOON))
    assert door.outbox.state() is DeliveryState.DELIVERED


def test_the_time_of_the_carrier_counts_but_never_the_future(door: Door) -> None:
    def marked_at(at: datetime) -> datetime | None:
        assert door.report("delivered", at=at.isoformat()).status_code == 204
        return door.outbox.rows["m-1"].marked_at

    assert marked_at(NOON - timedelta(seconds=3)) == NOON - timedelta(seconds=3)
    assert marked_at(NOON + timedelta(hours=3)) == NOON


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("absent subscriber", "absent subscriber"),
        ("no route to +44 7700 900067\nError: 12", "no route to … Error: 12"),
        ("(0)7700-900067 blocked", "(… blocked"),
        (None, "the carrier gave no reason"),
    ],
)
def test_KE4_a_reason_is_kept_without_numbers(door: Door, given: str | None, kept: str) -> None:
    facts = {} if given is None else {"reason": given}
    assert door.report("failed", **facts).status_code == 204
    assert door.outbox.rows["m-1"].reason == kept


def test_NE2_an_unsigned_receipt_is_refused(door: Door) -> None:
    answer = door.client.post(PATH, content=b'{"id":"m-1","status":"delivered"}')
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "unauthorized"
    assert "Proofup-Timestamp" in answer.json()["error"]["message"]
    assert door.outbox.state() is DeliveryState.QUEUED


def test_NE2_a_receipt_signed_by_another_is_refused(door: Door) -> None:
    answer = door.post(b"{}", **{"Proofup-Signature": "v1=" + 64 * "0"})
    assert answer.status_code == 401
    assert "Proofup-Signature" in answer.json()["error"]["message"]


def test_NE2_a_receipt_kept_for_later_is_refused(door: Door) -> None:
    body = {"id": "m-1", "status": "failed"}
    headers = signed_headers(SECRET, msgspec.json.encode(body), at=NOON)
    door.outbox.now += timedelta(minutes=6)
    assert door.post(body, **headers).status_code == 401
    assert door.outbox.state() is DeliveryState.QUEUED


def test_NE2_a_receipt_cannot_be_turned_into_one_for_another_message(door: Door) -> None:
    door.outbox.put(text("m-2"))
    answer = door.post({"id": "m-1", "status": "delivered"}, path="/delivery/v1/receipts/m-2")
    assert answer.status_code == 400
    assert "id" in answer.json()["error"]["message"]
    assert door.outbox.state("m-2") is DeliveryState.QUEUED


def test_a_receipt_for_no_message_is_not_found(door: Door) -> None:
    path = "/delivery/v1/receipts/m-9"
    for status in ("sent", "delivered", "failed"):
        answer = door.post({"id": "m-9", "status": status}, path=path)
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "notFound"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"", "truncated"),
        (b"[]", "object"),
        (b'{"id":"m-1"}', "status"),
        (b'{"status":"sent"}', "id"),
        (b'{"id":"m-1","status":"read"}', "status"),
        (b'{"id":"m-1","status":"failed","reason":5}', "reason"),
        (b'{"id":"m-1","status":"sent","at":"yesterday"}', "at"),
        (b'{"id":"m-1","status":"sent","at":"2026-11-21T12:00:00"}', "at"),
        (b'{"id":"m-1","status":"sent","digits":"#"}', "digits"),
        (b'{"id":"m-1","status":"sent"', "truncated"),
        (b'{"id":"' + 65 * b"m" + b'","status":"sent"}', "id"),
        (b'{"id":"m-1","status":"failed","reason":"' + 121 * b"x" + b'"}', "reason"),
        (4000 * b"[", "object"),
    ],
)
def test_a_malformed_receipt_is_refused_by_naming_the_fault(
    door: Door, body: bytes, named: str
) -> None:
    answer = door.post(body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalidRequest"
    assert named in answer.json()["error"]["message"]
    assert door.outbox.state() is DeliveryState.QUEUED


def test_WE11_a_receipt_that_is_too_long_is_not_read(door: Door) -> None:
    answer = door.post(b'{"id":"m-1","status":"failed","reason":"' + 4096 * b"x" + b'"}')
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "bodyTooLarge"
    assert "4096" in answer.json()["error"]["message"]
    assert door.outbox.state() is DeliveryState.QUEUED


def test_a_busy_store_asks_to_come_again(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    async def busy(*_: object) -> bool:
        raise StoreBusyError(retry_after_seconds=2)

    monkeypatch.setattr(door.outbox, "mark_delivered", busy)
    answer = door.report("delivered")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"


def test_the_door_knows_no_cookies_and_no_other_verb(door: Door) -> None:
    answer = door.report("sent")
    assert "set-cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert door.client.get(PATH).status_code == 405
