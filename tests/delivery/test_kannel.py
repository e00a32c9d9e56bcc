"""Texts through a real Kannel to a real SMPP peer, with receipts at our own route."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from msgspec.structs import replace

from delivery.http_servers import HttpServer, answer, http_server
from delivery.kannel_server import PASSWORD, USER, Kannel, free_port, kannel
from delivery.operator_smsc import Operator, operator
from delivery.outboxes import NOON, MemoryOutbox, Row, text
from mounted import mounted
from proofup.delivery.callbacks import carriers_door
from proofup.delivery.carriers import (
    CarrierDownError,
    CarrierHoldsError,
    CarrierRefusedError,
    NoRouteError,
)
from proofup.delivery.gsm import is_gsm
from proofup.delivery.kannel import KannelCarrier, KannelSettings
from proofup.delivery.kannel_receipts import kannel_receipt_route
from proofup.delivery.outbound import OutboundClient
from proofup.values.messages import DeliveryState, Text
from proofup.values.phone_numbers import PhoneNumber
from proofup.values.secret import Secret

ROBIN = "447700900067"  # as an operator writes numbers, without a plus


def proofs(message_id: str) -> list[str]:
    return [f"proof-of-{message_id}", f"older-proof-of-{message_id}"]


def carrier_at(
    url: str,
    client: OutboundClient,
    *,
    public_url: str = "https://id.contoso.test",
    password: str = PASSWORD,
    sender: str | None = "Contoso",
) -> KannelCarrier:
    return KannelCarrier(
        KannelSettings(url=url, user=USER, password=Secret(password), sender=sender),
        client=client,
        public_url=public_url,
        proofs=proofs,
        clock=lambda: NOON,
    )


@dataclass
class Story:
    """An outbox with receipts by HTTP, a Kannel, and its operator."""

    outbox: "ToldOutbox"
    kannel: Kannel
    operator: Operator
    carrier: KannelCarrier
    client: OutboundClient
    public_url: str
    marks: list[str] = field(default_factory=list)

    async def send(self, row: Row) -> None:
        self.outbox.put(row)
        assert isinstance(row.content, Text)
        await self.carrier.send(row.content, row)

    async def state(self, wanted: DeliveryState, name: str = "m-1") -> None:
        async with asyncio.timeout(20):
            while self.outbox.state(name) is not wanted:
                await self.outbox.marked.wait()
                self.outbox.marked.clear()


class ToldOutbox(MemoryOutbox):
    """Signals when a message was marked."""

    def __init__(self) -> None:
        super().__init__()
        self.marked = asyncio.Event()

    def _mark(self, *args: Any, **facts: Any) -> bool:
        known = super()._mark(*args, **facts)
        self.marked.set()
        return known


@asynccontextmanager
async def receipts_door(outbox: MemoryOutbox) -> AsyncIterator[str]:
    """Serve Kannel's door on a free port, and give the URL in front of it."""
    route = kannel_receipt_route(outbox=outbox, proofs=proofs, clock=outbox.clock)
    port = free_port()
    app = mounted(replace(carriers_door([route]), any_host=True), clock=outbox.clock)
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - it has no event for it
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def story(folder: Path) -> AsyncIterator[Story]:
    outbox, client = ToldOutbox(), OutboundClient(allow=["127.0.0.1"])
    async with operator() as phones, receipts_door(outbox) as public_url:
        async with kannel(folder, operator_port=phones.port) as running:
            await running.sees_operator(online=True)
            carrier = carrier_at(running.url, client, public_url=public_url)
            yield Story(outbox, running, phones, carrier, client, public_url)
        await client.close()


def to(number: str, name: str, body: str = "Your Contoso code is 481 620") -> Row:
    country, national = number[:2], number[2:]
    content = Text(to=PhoneNumber(country, national), body=Secret(body))
    return Row(id=text(name).id, content=content)


@pytest.mark.kannel
def test_a_text_reaches_the_phone_and_its_receipts_reach_us(tmp_path: Path) -> None:
    async def tell() -> None:
        async with story(tmp_path) as here:
            await here.send(text("m-1"))
            await here.state(DeliveryState.DELIVERED)
            await here.send(to(ROBIN, "m-2", "Ваш код: 481 620 €"))
            await here.state(DeliveryState.DELIVERED, "m-2")
            assert here.operator.texts == [
                ("Contoso", ROBIN, "Your code is 481620"),
                ("Contoso", ROBIN, "Ваш код: 481 620 €"),
            ]

    asyncio.run(tell())


@pytest.mark.kannel
def test_what_fails_behind_kannel_fails_here_and_says_why(tmp_path: Path) -> None:
    async def tell() -> None:
        async with story(tmp_path) as here:
            here.operator.refused.add("447700900001")
            here.operator.lost.add("447700900002")
            await here.send(to("447700900001", "m-1"))
            await here.state(DeliveryState.FAILED, "m-1")
            assert here.outbox.rows["m-1"].reason == "Invalid Destination Address"
            await here.send(to("447700900002", "m-2"))
            await here.state(DeliveryState.FAILED, "m-2")
            assert here.outbox.rows["m-2"].reason == "UNDELIV, error 001"
            with pytest.raises(NoRouteError):
                await here.send(to("997700900003", "m-3"))
            await here.send(text("m-4"))
            await here.state(DeliveryState.DELIVERED, "m-4")
            # By now Kannel has also reported that it found no route; another carrier may have the
            # text.
            assert here.outbox.state("m-3") is DeliveryState.QUEUED
            stranger = carrier_at(here.kannel.url, here.client, password="wrong")
            row = text("m-5")
            assert isinstance(row.content, Text)
            with pytest.raises(CarrierDownError, match="account"):
                await stranger.send(row.content, row)

    asyncio.run(tell())


@pytest.mark.kannel
def test_D11_a_text_that_waits_for_the_operator_is_not_sent(tmp_path: Path) -> None:
    """Once the operator is back, the text is sent once, and its receipts update it."""

    async def tell() -> None:
        port = free_port()
        outbox, client = ToldOutbox(), OutboundClient(allow=["127.0.0.1"])
        async with (
            receipts_door(outbox) as public_url,
            kannel(tmp_path, operator_port=port) as running,
        ):
            carrier = carrier_at(running.url, client, public_url=public_url)
            row = text()
            outbox.put(row)
            assert isinstance(row.content, Text)
            with pytest.raises(CarrierHoldsError):
                await carrier.send(row.content, row)
            async with operator(port) as phones:
                here = Story(outbox, running, phones, carrier, client, public_url)
                await here.state(DeliveryState.DELIVERED)
                assert len(phones.texts) == 1
        await client.close()

    asyncio.run(tell())


@pytest.mark.kannel
def test_D11_a_receipt_may_come_before_kannel_has_answered(tmp_path: Path) -> None:
    async def tell() -> None:
        async with story(tmp_path) as here:

            async def hold_answer(
                reader: asyncio.StreamReader, writer: asyncio.StreamWriter
            ) -> None:
                inner, outer = await asyncio.open_connection("127.0.0.1", here.kannel.port)
                outer.write(await reader.readuntil(b"\r\n\r\n"))
                outer.write(await reader.readexactly(len("Your code is 481620")))
                await here.state(DeliveryState.DELIVERED)
                writer.write(await inner.readuntil(b"delivery"))
                for one in (outer, writer):
                    one.close()
                    await one.wait_closed()

            between = await asyncio.start_server(hold_answer, "127.0.0.1", 0)
            port = between.sockets[0].getsockname()[1]
            url = f"http://127.0.0.1:{port}/cgi-bin/sendsms"
            here.carrier = carrier_at(url, here.client, public_url=here.public_url)
            await here.send(text())
            await here.outbox.mark_sent(text().id, None, NOON)
            assert here.outbox.state() is DeliveryState.DELIVERED
            between.close()
            await between.wait_closed()

    asyncio.run(tell())


async def send_to(server: HttpServer, row: Row, **told: Any) -> None:
    client = OutboundClient(allow=["127.0.0.1"])
    carrier = carrier_at(f"http://127.0.0.1:{server.port}/cgi-bin/sendsms", client, **told)
    assert isinstance(row.content, Text)
    try:
        await carrier.send(row.content, row)
    finally:
        await client.close()


def test_KE4_neither_the_password_nor_the_code_stands_in_the_address() -> None:
    async def tell() -> None:
        async with http_server(answer(202, b"0: Accepted for delivery")) as server:
            await send_to(server, text())
            request = server.requests[0]
            assert request.line == "POST /cgi-bin/sendsms HTTP/1.1"
            assert request.body == b"Your code is 481620"
            assert request.headers["x-kannel-password"] == PASSWORD
            assert request.headers["x-kannel-to"] == "+447700900067"
            assert request.headers["x-kannel-coding"] == "0"
            assert request.headers["x-kannel-from"] == "Contoso"
            assert request.headers["x-kannel-dlr-mask"] == "31"
            assert request.headers["x-kannel-dlr-url"] == (
                "https://id.contoso.test/delivery/v1/kannel/m-1"
                "?proof=proof-of-m-1&status=%d&answer=%A"
            )

    asyncio.run(tell())


@pytest.mark.parametrize(("seconds", "minutes"), [(180, "3"), (179, "2"), (59, "1"), (1, "1")])
def test_a_text_is_worth_sending_no_longer_than_its_code_lives(seconds: int, minutes: str) -> None:
    async def tell() -> None:
        async with http_server(answer(202, b"0: Accepted for delivery")) as server:
            await send_to(server, text(expires_at=NOON + timedelta(seconds=seconds)), sender=None)
            assert server.requests[0].headers["x-kannel-validity"] == minutes
            assert "x-kannel-from" not in server.requests[0].headers

    asyncio.run(tell())


@pytest.mark.parametrize(
    ("status", "body", "refusal"),
    [
        (202, b"3: Queued for later delivery", CarrierHoldsError),
        (202, b"what is this", CarrierDownError),
        (403, b"Not routable. Do not try again.", NoRouteError),
        (403, b"Authorization failed for sendsms", CarrierDownError),
        (404, b"", CarrierDownError),
        (503, b"Temporal failure, try again later.", CarrierDownError),
    ],
)
def test_what_kannel_answers_is_told_apart(
    status: int, body: bytes, refusal: type[CarrierRefusedError]
) -> None:
    async def tell() -> None:
        async with http_server(answer(status, body)) as server:
            with pytest.raises(CarrierRefusedError) as found:
                await send_to(server, text())
            assert type(found.value) is refusal

    asyncio.run(tell())


def test_a_number_that_kannel_refuses_is_refused_for_good() -> None:
    async def tell() -> None:
        denied = b"Number(s) has/have been denied by white- and/or black-lists."
        async with http_server(answer(400, denied)) as server:
            with pytest.raises(CarrierRefusedError) as found:
                await send_to(server, text())
            assert type(found.value) is CarrierRefusedError
            assert found.value.permanent

    asyncio.run(tell())


def test_NE1_a_kannel_that_is_not_allowed_is_not_called() -> None:
    async def tell() -> None:
        async with http_server(answer(202, b"0: Accepted")) as server:
            client = OutboundClient()
            carrier = carrier_at(f"http://127.0.0.1:{server.port}/cgi-bin/sendsms", client)
            row = text()
            assert isinstance(row.content, Text)
            with pytest.raises(CarrierDownError, match="allowed"):
                await carrier.send(row.content, row)
            await client.close()
            assert server.connections == 0

    asyncio.run(tell())


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("Your code is 481 620", True),
        ("@£$¥ {[~]} € ΔΩ ñ", True),
        ("Größe", True),
        ("ключ", False),
        ("naïve", False),
        ("a`b", False),
    ],
)
def test_only_what_fits_the_alphabet_goes_in_seven_bits(words: str, fits: bool) -> None:  # noqa: FBT001 - a row of the table
    assert is_gsm(words) is fits
