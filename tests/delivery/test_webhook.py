import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from delivery.http_servers import HttpServer, answer, http_server
from delivery.outboxes import NOON, Row, call, text
from proofup.delivery.carriers import CarrierDownError, CarrierRefusedError
from proofup.delivery.outbound import OutboundClient
from proofup.delivery.signature import verify_signature
from proofup.delivery.webhook import Webhook, WebhookCaller, WebhookCarrier, WebhookSettings
from proofup.values.messages import Call, Text
from proofup.values.secret import Secret

SECRET = Secret("a-secret-of-32-letters-or-more-x")


async def send_by(
    server: HttpServer, row: Row, *, sender: str | None = "Contoso", allow: tuple[str, ...] = ()
) -> str | None:
    client = OutboundClient(allow=allow or ["127.0.0.1"])
    webhook = Webhook(
        settings=WebhookSettings(
            url=f"http://127.0.0.1:{server.port}/texts", secret=SECRET, sender=sender
        ),
        client=client,
        public_url="https://id.contoso.test/",
        clock=lambda: NOON,
    )
    try:
        if isinstance(row.content, Call):
            return await WebhookCaller(webhook).send(row.content, row)
        assert isinstance(row.content, Text)
        return await WebhookCarrier(webhook).send(row.content, row)
    finally:
        await client.close()


def order(server: HttpServer) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(server.requests[-1].body)
    return found


def test_SMS_12_the_order_says_everything_the_paper_promises() -> None:
    async def story() -> None:
        async with http_server(answer(202)) as server:
            assert await send_by(server, text()) is None
            assert server.requests[0].line == "POST /texts HTTP/1.1"
            assert server.requests[0].headers["content-type"] == "application/json"
            assert order(server) == {
                "id": "m-1",
                "kind": "text",
                "to": "+447700900067",
                "from": "Contoso",
                "text": "Your code is 481620",
                "language": "en",
                "expires_at": "2026-11-21T12:03:00Z",
                "callback_url": "https://id.contoso.test/delivery/v1/receipts/m-1",
            }

    asyncio.run(story())


def test_VOI_07_VOI_08_a_call_says_its_greeting_and_where_to_ask_what_is_next() -> None:
    async def story() -> None:
        async with http_server(answer(202, b'{"reference": "c-1"}')) as server:
            assert await send_by(server, call(), sender="+442079460018") == "c-1"
            assert order(server) == {
                "id": "m-1",
                "kind": "call",
                "to": "+442079460123",
                "extension": "77",
                "from": "+442079460018",
                "say": "Hello. Press the pound key.",
                "language": "en",
                "expires_at": "2026-11-21T12:03:00Z",
                "callback_url": "https://id.contoso.test/delivery/v1/calls/m-1",
            }

    asyncio.run(story())


def test_without_an_extension_the_order_names_none() -> None:
    async def story() -> None:
        async with http_server(answer(202)) as server:
            await send_by(server, call(extension=None), sender=None)
            assert not {"extension", "from"} & set(order(server))

    asyncio.run(story())


def test_without_a_sender_the_order_names_none() -> None:
    async def story() -> None:
        async with http_server(answer(202)) as server:
            await send_by(server, text(), sender=None)
            assert "from" not in order(server)

    asyncio.run(story())


def test_NE2_the_order_is_signed_over_time_and_body() -> None:
    async def story() -> None:
        async with http_server(answer(202)) as server:
            await send_by(server, text())
            request = server.requests[0]
            headers = {
                "Proofup-Timestamp": request.headers["proofup-timestamp"],
                "Proofup-Signature": request.headers["proofup-signature"],
            }
            verify_signature(SECRET, headers, request.body, at=NOON)

    asyncio.run(story())


def test_NE2_a_retry_bears_the_same_id() -> None:
    async def story() -> None:
        async with http_server(answer(503), answer(202)) as server:
            row = text()
            with pytest.raises(CarrierDownError):
                await send_by(server, row)
            await send_by(server, replace(row, attempts=2))
            assert [json.loads(one.body)["id"] for one in server.requests] == ["m-1", "m-1"]

    asyncio.run(story())


@pytest.mark.parametrize(
    ("body", "reference"),
    [
        (b"", None),
        (b'{"reference": "c-77"}', "c-77"),
        (b'{"reference": "c-77", "price": 4}', "c-77"),
        (b'{"reference": ""}', None),
        (b'{"reference": 77}', None),
        (b"accepted", None),
        (b'{"reference": "' + 200 * b"x" + b'"}', 128 * "x"),
    ],
)
def test_a_taken_text_may_have_a_reference(body: bytes, reference: str | None) -> None:
    async def story() -> None:
        for status in (200, 202):
            async with http_server(answer(status, body)) as server:
                assert await send_by(server, text()) == reference

    asyncio.run(story())


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (403, True), (422, True), (302, True), (408, False), (425, False), (429, False)],
)
def test_a_refusal_is_permanent_unless_it_asks_to_come_again(status: int, permanent: bool) -> None:  # noqa: FBT001 - a row of the table
    async def story() -> None:
        async with http_server(answer(status, b"+447700900067 is bad")) as server:
            with pytest.raises(CarrierRefusedError) as refusal:
                await send_by(server, text())
            assert not isinstance(refusal.value, CarrierDownError)
            assert refusal.value.permanent is permanent
            assert refusal.value.reason == f"answered {status}"  # KE4: nothing the carrier wrote

    asyncio.run(story())


@pytest.mark.parametrize("status", [401, 500, 502, 503])
def test_D11_5xx_and_a_wrong_secret_mean_that_the_carrier_is_down(status: int) -> None:
    async def story() -> None:
        async with http_server(answer(status)) as server:
            with pytest.raises(CarrierDownError, match=f"answered {status}"):
                await send_by(server, text())

    asyncio.run(story())


def test_D11_a_carrier_that_does_not_answer_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proofup.delivery.outbound.TOTAL_TIME", timedelta(milliseconds=50))

    async def story() -> None:
        async with http_server(None) as server:
            with pytest.raises(CarrierDownError, match="no answer in time"):
                await send_by(server, text())

    asyncio.run(story())


def test_NE1_a_carrier_inside_the_network_must_be_allowed() -> None:
    async def story() -> None:
        async with http_server(answer(202)) as server:
            with pytest.raises(CarrierDownError, match="allowed"):
                await send_by(server, text(), allow=("elsewhere",))
            assert server.connections == 0

    asyncio.run(story())
