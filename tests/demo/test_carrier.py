import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from demo.carrier import Carrier, Mood, Stage
from demo.posting import is_signed, signature

from proofup.delivery.signature import signed_headers, verify_signature
from proofup.values.secret import Secret

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NUMBER = "+447700900067"
SECRET = "a-secret-of-32-letters-or-more-x"


class Receipts:
    """Takes receipts as told: each answer once, then 204."""

    def __init__(self, *answers: int | OSError) -> None:
        self.answers = list(answers)
        self.taken: list[str] = []

    async def __call__(self, url: str, receipt: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        assert url == "http://localhost/receipts/" + receipt["id"]
        self.taken.append(receipt["status"])
        answer = self.answers.pop(0) if self.answers else 204
        if isinstance(answer, OSError):
            raise answer
        return answer, {}


class Story:
    def __init__(self, *answers: int | OSError) -> None:
        self.now = NOON
        self.receipts = Receipts(*answers)
        self.carrier = Carrier(post=self.receipts, delay=timedelta(0), clock=lambda: self.now)

    def order(self, name: str = "m-1", **changed: Any) -> tuple[int, dict[str, str]]:
        fields = {
            "id": name,
            "kind": "text",
            "to": NUMBER,
            "from": "Contoso",
            "text": "Your Contoso code to sign in is 481 620.",
            "language": "en",
            "expires_at": (NOON + timedelta(minutes=3)).isoformat(),
            "callback_url": f"http://localhost/receipts/{name}",
        }
        return self.carrier.take(json.dumps(fields | changed).encode())

    def stages(self) -> list[str]:
        return [text.stage for text in self.carrier.of_number(NUMBER)]


def test_NE2_the_demo_signs_and_verifies_as_the_product_does() -> None:
    body = b'{"id":"m-1"}'
    headers = signed_headers(Secret(SECRET), body, at=NOON)
    timestamp, given = headers["Proofup-Timestamp"], headers["Proofup-Signature"]
    assert is_signed(SECRET, timestamp, given, body, at=NOON)
    assert not is_signed(SECRET, timestamp, given, body + b" ", at=NOON)
    assert not is_signed(SECRET, timestamp, given, body, at=NOON + timedelta(seconds=301))
    assert not is_signed(SECRET, "soon", given, body, at=NOON)
    own = headers | {"Proofup-Signature": signature(SECRET, timestamp, body)}
    verify_signature(Secret(SECRET), own, body, at=NOON)


def test_a_text_is_sent_and_then_delivered() -> None:
    async def story() -> None:
        demo = Story()
        assert demo.order() == (202, {"reference": "demo-m-1"})
        assert demo.stages() == [Stage.WAITING]
        await demo.carrier.settle()
        assert demo.stages() == [Stage.DELIVERED]
        assert demo.receipts.taken == ["sent", "delivered"]

    asyncio.run(story())


def test_the_same_order_twice_reaches_the_phone_once() -> None:
    async def story() -> None:
        demo = Story()
        assert demo.order() == demo.order()
        await demo.carrier.settle()
        assert demo.receipts.taken == ["sent", "delivered"]

    asyncio.run(story())


@pytest.mark.parametrize(("mood", "status"), [(Mood.REFUSED, 422), (Mood.BROKEN, 503)])
def test_a_carrier_told_to_refuse_does_so_and_says_it_on_the_phone(mood: Mood, status: int) -> None:
    demo = Story()
    demo.carrier.set_mood(NUMBER, mood)
    assert demo.order()[0] == status
    assert [(one.to, one.status) for one in demo.carrier.refusals] == [(NUMBER, status)]
    assert demo.stages() == []


def test_a_lost_text_is_sent_and_nothing_more() -> None:
    async def story() -> None:
        demo = Story()
        demo.carrier.set_mood(NUMBER, Mood.LOST)
        demo.order()
        await demo.carrier.settle()
        demo.carrier.set_mood(NUMBER, Mood.WORKING)
        await demo.carrier.settle()
        assert demo.stages() == [Stage.LOST]
        assert demo.receipts.taken == ["sent"]

    asyncio.run(story())


def test_a_phone_that_is_switched_on_gets_what_has_not_expired() -> None:
    async def story() -> None:
        demo = Story()
        demo.carrier.set_mood(NUMBER, Mood.OFF)
        demo.order("m-1", expires_at=(NOON + timedelta(minutes=1)).isoformat())
        demo.order("m-2")
        await demo.carrier.settle()
        assert demo.stages() == [Stage.WAITING, Stage.WAITING]
        demo.now += timedelta(minutes=2)
        demo.carrier.set_mood(NUMBER, Mood.WORKING)
        await demo.carrier.settle()
        assert demo.stages() == [Stage.EXPIRED, Stage.DELIVERED]
        assert sorted(demo.receipts.taken) == ["delivered", "failed", "sent", "sent"]

    asyncio.run(story())


def test_a_receipt_is_posted_again_where_the_service_is_away_or_busy() -> None:
    async def story() -> None:
        demo = Story(ConnectionRefusedError(), 503, 204, 503, 503, 503)
        demo.order()
        await demo.carrier.settle()
        assert demo.receipts.taken == 3 * ["sent"] + 3 * ["delivered"]
        assert demo.carrier.texts["m-1"].receipts[:3] == [
            "sent: ConnectionRefusedError",
            "sent: 503",
            "sent: 204",
        ]

    asyncio.run(story())


@pytest.mark.parametrize(
    ("changed", "status", "named"),
    [
        ({"kind": "fax"}, 422, "kind"),
        ({"kind": "call"}, 400, "say"),
        ({"to": None}, 400, "to"),
        ({"text": 5}, 400, "text"),
    ],
)
def test_an_order_it_cannot_use_is_refused_by_name(
    changed: dict[str, Any], status: int, named: str
) -> None:
    answer = Story().order(**changed)
    assert answer[0] == status
    assert answer[1]["error"].startswith(named)


@pytest.mark.parametrize("body", [b"", b"[]", b"5", b"\xff"])
def test_what_is_no_order_is_refused(body: bytes) -> None:
    assert Story().carrier.take(body)[0] == 400


def test_old_texts_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demo.carrier.MOST_TEXTS", 2)

    async def story() -> None:
        demo = Story()
        for name in ("m-1", "m-2", "m-3"):
            demo.order(name)
        assert list(demo.carrier.texts) == ["m-2", "m-3"]
        await demo.carrier.close()

    asyncio.run(story())
