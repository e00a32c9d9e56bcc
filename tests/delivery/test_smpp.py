"""Texts straight to an operator by SMPP; the peer is the one that Kannel's own client speaks to."""

import asyncio
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
import trustme

from delivery.operator_smsc import DELIVER, HEAD, Operator, operator
from delivery.outboxes import NOON, MemoryOutbox, Row, text
from proofup.delivery.carriers import CarrierDownError, CarrierRefusedError, NoRouteError
from proofup.delivery.outbound import OutboundClient, UnreachableError
from proofup.delivery.smpp import SmppCarrier, SmppSettings
from proofup.delivery.smpp_pdus import MalformedError, Submitted, length_in, receipt_in
from proofup.delivery.smpp_session import SmppSession
from proofup.delivery.smpp_texts import parts_of
from proofup.values.errors import StoreBusyError
from proofup.values.ids import MessageId
from proofup.values.messages import DeliveryState, Text
from proofup.values.secret import Secret

pytestmark = pytest.mark.anyio
ROBIN = "447700900067"


class FoundOutbox(MemoryOutbox):
    """Finds texts by the reference of the carrier, and may be busy."""

    is_busy = False

    async def by_reference(self, carrier_ref: str) -> MessageId | None:
        if self.is_busy:
            raise StoreBusyError
        found = [row.id for row in self.rows.values() if row.carrier_ref == carrier_ref]
        return found[0] if found else None


@dataclass
class Story:
    outbox: FoundOutbox
    operator: Operator
    carrier: SmppCarrier

    async def send(self, row: Row) -> str:
        self.outbox.put(row)
        assert isinstance(row.content, Text)
        return await self.carrier.send(row.content, row)

    async def until(self, happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not happened():  # noqa: ASYNC110 - the peer and the outbox have no common event
                await asyncio.sleep(0.01)


def carrier_at(
    host: str, port: int, client: OutboundClient, outbox: FoundOutbox, *, tls: bool = False
) -> SmppCarrier:
    settings = SmppSettings(
        host=host,
        port=port,
        tls=tls,
        user="contoso",
        password=Secret("secret"),
        system_type="",
        sender="Contoso",
    )
    return SmppCarrier(settings, client=client, outbox=outbox, clock=lambda: NOON)


@asynccontextmanager
async def story() -> AsyncIterator[Story]:
    outbox, client = FoundOutbox(), OutboundClient(allow=["127.0.0.1"])
    async with operator() as peer:
        try:
            yield Story(outbox, peer, carrier_at("127.0.0.1", peer.port, client, outbox))
        finally:
            await client.close()


async def test_a_text_arrives_and_its_receipt_too() -> None:
    async with story() as told:
        assert await told.send(text()) == "op-1"
        assert told.operator.texts == [("Contoso", ROBIN, "Your code is 481620")]
        (sent,) = told.operator.submissions
        assert (sent.coding, sent.validity, sent.wants_receipt) == (0, "000000000300000R", True)
        assert told.operator.bound[0].startswith(b"contoso\0secret\0\0\x34")
        await told.until(lambda: told.outbox.state() is DeliveryState.DELIVERED)
        await told.send(text("m-2"))
        assert len(told.operator.bound) == 1, "one connection for all texts"


async def test_a_text_that_is_lost_has_failed_with_the_operators_reason() -> None:
    async with story() as told:
        told.operator.lost.add(ROBIN)
        await told.send(text())
        await told.until(lambda: told.outbox.state() is DeliveryState.FAILED)
        assert told.outbox.rows["m-1"].reason == "UNDELIV, error 001"


async def test_a_reference_may_be_told_in_another_spelling_and_to_another_node() -> None:
    async with story() as told:
        told.operator.in_decimal = True
        told.outbox.put(text("m-0"))
        await told.outbox.mark_sent(MessageId("m-0"), "fa1", NOON)
        await told.send(text())
        await told.until(lambda: told.outbox.state() is DeliveryState.DELIVERED)
        told.carrier._sent.clear()  # as if another node had sent it
        await deliver(told.operator, b"id:4001 stat:UNDELIV err:7")
        await told.until(lambda: told.outbox.state("m-0") is DeliveryState.FAILED)


@pytest.mark.parametrize(
    ("body", "coding", "parts"),
    [
        ("x" * 160, 0, ["x" * 160]),
        ("x" * 161, 0, ["x" * 153, "x" * 8]),
        ("{" * 80, 0, ["\x1b(" * 80]),
        ("x" * 152 + "€" * 5, 0, ["x" * 152, "\x1be" * 5]),
        ("ж" * 70, 8, ["ж" * 70]),
        ("ж" * 71, 8, ["ж" * 67, "ж" * 4]),
        ("😀" * 36, 8, ["😀" * 33, "😀" * 3]),
        ("@é\nÄ", 0, ["\x00\x05\n["]),
    ],
)
async def test_long_texts_and_other_alphabets(body: str, coding: int, parts: list[str]) -> None:
    async with story() as told:
        reference = await told.send(text(body=body))
        assert [letters for *_, letters in told.operator.texts] == parts
        sent = told.operator.submissions
        assert {one.coding for one in sent} == {coding}
        assert [one.wants_receipt for one in sent] == [False] * (len(parts) - 1) + [True]
        assert reference == f"op-{len(parts)}"
        if len(parts) > 1:
            headers = [one.raw[:6] for one in sent]
            assert [(one[4], one[5]) for one in headers] == [(len(parts), 1), (len(parts), 2)]
            assert len({one[:4] for one in headers}) == 1


def test_a_text_that_never_ends_is_cut() -> None:
    assert len(parts_of("x" * 153 * 300, 7).parts) == 255


@pytest.mark.parametrize(
    ("status", "error", "permanent"),
    [
        (0x0B, CarrierRefusedError, True),
        (0x66, NoRouteError, True),
        (0x58, CarrierRefusedError, False),  # throttled
        (0x14, CarrierRefusedError, False),  # its queue is full
        (0x08, CarrierDownError, False),
    ],
)
async def test_a_refusal_is_for_the_number_the_moment_or_all(
    status: int,
    error: type[CarrierRefusedError],
    permanent: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    async with story() as told:
        told.operator.statuses.append(status)
        with pytest.raises(CarrierRefusedError) as refused:
            await told.send(text())
        assert type(refused.value) is error
        assert refused.value.permanent is permanent
        assert refused.value.reason == f"answered with status 0x{status:02x}"
        await told.send(text())


async def test_an_account_that_is_refused_is_down() -> None:
    async with story() as told:
        told.operator.bind_status = 0x0E
        with pytest.raises(CarrierDownError, match="0x0e"):
            await told.send(text())
        told.operator.bind_status = 0
        await told.send(text())


async def test_a_connection_that_ends_is_opened_anew() -> None:
    async with story() as told:
        await told.send(text())
        told.operator.writers[0].close()
        await told.until(lambda: not told.carrier._session or not told.carrier._session.is_open)
        await told.send(text("m-2"))
        assert len(told.operator.bound) == 2


async def test_an_operator_that_falls_silent_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proofup.delivery.smpp_session.PATIENCE", timedelta(milliseconds=500))
    async with story() as told:
        await told.send(text())
        told.operator.is_silent = True
        with pytest.raises(CarrierDownError, match="no answer in time"):
            await told.send(text())
        told.operator.is_silent = False
        await told.send(text("m-2"))


async def test_an_operator_that_hangs_up_is_down() -> None:
    async with story() as told:
        await told.send(text())
        told.operator.is_silent = True
        sending = asyncio.create_task(told.send(text("m-2")))
        await told.until(lambda: len(told.operator.commands) >= 3)
        told.operator.writers[0].close()
        with pytest.raises(CarrierDownError, match="the connection failed"):
            await sending


async def deliver(peer: Operator, letters: bytes, *, kind: bytes = b"\4") -> None:
    head = b"\0\1\1447700900067\0\0\0Contoso\0" + kind + bytes(8)
    body = head + bytes([len(letters)]) + letters
    await say(peer, DELIVER, body)


async def say(peer: Operator, command: int, body: bytes = b"") -> None:
    peer.writers[-1].write(HEAD.pack(HEAD.size + len(body), command, 0, 77) + body)
    await peer.writers[-1].drain()


async def test_what_the_operator_says_besides_is_answered() -> None:
    async with story() as told:
        await told.send(text())
        answers = told.operator.answers
        await told.until(lambda: len(answers) == 1)  # the receipt
        await deliver(told.operator, b"Hello", kind=b"\0")  # a text from a phone
        await deliver(told.operator, b"id:unknown stat:DELIVRD err:000")
        await deliver(told.operator, b"id:op-1 stat:ACCEPTD")
        await deliver(told.operator, b"id:op-1 stat:UNKNOWN err:000")
        await say(told.operator, 0x15)
        await say(told.operator, 0x21)  # submit_multi, which we do not take
        await told.until(lambda: len(answers) == 7)
        assert answers[1:5] == [(0x80000005, 0)] * 4
        assert answers[5:] == [(0x80000015, 0), (0x80000000, 3)]
        told.outbox.is_busy = True
        await deliver(told.operator, b"id:op-9 stat:DELIVRD err:000")
        await told.until(lambda: len(answers) == 8)
        assert answers[7] == (0x80000005, 0x64), "to be delivered again"
        await say(told.operator, 0x6)
        await told.until(lambda: answers[-1] == (0x80000006, 0))
        told.outbox.is_busy = False
        await told.send(text("m-2"))


@pytest.mark.parametrize("raw", [b"\0\0\0\1" + bytes(12), HEAD.pack(17, DELIVER, 0, 1) + b"x"])
async def test_nonsense_ends_the_connection(raw: bytes) -> None:
    async with story() as told:
        await told.send(text())
        told.operator.writers[0].write(raw)
        await told.until(lambda: not told.carrier._session or not told.carrier._session.is_open)


async def test_a_quiet_connection_is_asked_whether_it_stands() -> None:
    async def nothing(_: object) -> bool:
        return True

    async with operator() as peer:
        reader, writer = await asyncio.open_connection("127.0.0.1", peer.port)
        session = SmppSession(reader, writer, on_receipt=nothing, idle=timedelta(milliseconds=10))
        async with asyncio.timeout(5):
            while peer.commands.count(0x15) < 2:
                await peer.heard.wait()
                peer.heard.clear()
        session.close()
        with pytest.raises(UnreachableError):
            await session.ask(0x15)  # type: ignore[arg-type]
        await writer.wait_closed()


async def test_by_tls_the_certificate_is_checked() -> None:
    authority = trustme.CA()
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(serving)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    async with operator(tls=serving) as peer:
        for tls, allowed, says in (
            (trusting, "localhost", None),
            (None, "localhost", "is not trusted"),
            (trusting, "elsewhere", "only allowed hosts"),
        ):
            outbox, client = FoundOutbox(), OutboundClient(allow=[allowed], tls=tls)
            sending = carrier_at("localhost", peer.port, client, outbox, tls=True)
            if says is None:
                await sending_of(sending, outbox)
            else:
                with pytest.raises(CarrierDownError, match=says):
                    await sending_of(sending, outbox)
            await client.close()


def sending_of(carrier: SmppCarrier, outbox: FoundOutbox) -> Awaitable[str]:
    row = text()
    outbox.put(row)
    assert isinstance(row.content, Text)
    return carrier.send(row.content, row)


async def test_nobody_who_listens_is_down() -> None:
    outbox, client = FoundOutbox(), OutboundClient(allow=["127.0.0.1"])
    with pytest.raises(CarrierDownError, match="the connection failed"):
        await sending_of(carrier_at("127.0.0.1", 1, client, outbox), outbox)


@pytest.mark.parametrize(
    ("sender", "source"),
    [("+447700900190", b"\1\x01447700900190"), ("61234", b"\0\x0061234"), ("", b"\0\0")],
)
def test_a_sender_may_be_a_number_a_short_one_or_none(sender: str, source: bytes) -> None:
    part = Submitted(
        sender=sender, to=ROBIN, coding=0, header=b"", letters=b"", validity=0, wants_receipt=False
    )
    assert part.encoded().startswith(b"\0" + source + b"\0\1\1" + ROBIN.encode() + b"\0")
    assert b"000000000001000R" in part.encoded(), "a second at least"


def test_a_receipt_without_facts_names_nothing() -> None:
    found = receipt_in(b"\0\1\1a\0\0\0b\0\4" + bytes(8) + b"\0")
    assert found is not None
    assert (found.reference, found.state, found.error) == ("", "", "")
    with pytest.raises(MalformedError):
        length_in(struct.pack(">IIII", 1 << 20, 4, 0, 1))
