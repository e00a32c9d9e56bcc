"""The log as a stream: in order, at least once, signed, by one node at a time; on both engines."""

import asyncio
import io
import json
import logging
from datetime import timedelta
from typing import Any

import pytest

from conftest import StoppedClock
from delivery.http_servers import HttpServer, answer, http_server
from proofup.audit.entry import Entry
from proofup.audit.events.event import Event
from proofup.audit.events.jobs import JobStarted
from proofup.audit.events.sign_ins import SignedIn
from proofup.delivery.log_stream import (
    IDLE,
    LEASE,
    LogStream,
    LogWebhook,
    NotTakenError,
    Sink,
    StandardOutput,
)
from proofup.delivery.outbound import OutboundClient
from proofup.delivery.signature import verify_signature
from proofup.storage.store import Store
from proofup.values.errors import StoreBusyError
from proofup.values.ids import CorrelationId, UserId
from proofup.values.secret import Secret

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]
SECRET = Secret("a-secret-of-32-letters-or-more-x")
ROBIN = UserId("0b1d3b7e-6d6f-4a9a-8f51-0f6f3c1c9a11")
SIGNED_IN = SignedIn(level="multiFactor", way="sms")


class Siem:
    """Takes batches, and refuses the first ones if told to."""

    def __init__(self, *, refusals: int = 0) -> None:
        self.refusals = refusals
        self.batches: list[list[dict[str, Any]]] = []

    async def take(self, lines: bytes) -> None:
        if self.refusals:
            self.refusals -= 1
            raise NotTakenError("not now")
        self.batches.append([json.loads(line) for line in lines.splitlines()])

    @property
    def sequences(self) -> list[int]:
        return [line["sequence"] for batch in self.batches for line in batch]


def stream(
    store: Store, clock: StoppedClock, sink: Sink, *, name: str = "siem", holder: str = "node 1"
) -> LogStream:
    return LogStream(
        name=name, sink=sink, streams=store.log_streams, holder=holder, clock=lambda: clock.now
    )


async def happen(store: Store, clock: StoppedClock, *events: Event) -> None:
    entries = [
        Entry(
            at=clock.now,
            event=event,
            actor=ROBIN,
            target=ROBIN,
            succeeded=True,
            correlation_id=CorrelationId("4f6c2a1e-8d0b-4c57-9b3e-2d7a51c09e84"),
            network="203.0.113.24",
        )
        for event in events
    ]
    await store.commit(*entries)


async def test_a_line_says_everything_the_paper_promises(store: Store, clock: StoppedClock) -> None:
    siem = Siem()
    sending = stream(store, clock, siem)
    await happen(store, clock, SIGNED_IN)
    await sending.look()
    assert siem.batches == [], "a new stream begins at the newest entry"
    await happen(store, clock, SIGNED_IN, JobStarted(act="resetMethods", job="j", reason="new"))
    await sending.look()
    ((first, second),) = siem.batches
    assert len(first.pop("id")) == 32
    assert first.pop("dateTime") == clock.now.isoformat().replace("+00:00", "Z")
    assert first == {
        "sequence": 2,
        "kind": "signIn",
        "event": "signedIn",
        "succeeded": True,
        "actor": ROBIN,
        "target": ROBIN,
        "network": "203.0.113.24",
        "correlationId": "4f6c2a1e-8d0b-4c57-9b3e-2d7a51c09e84",
        "reference": "4F6C-2A1E",
        "details": {"level": "multiFactor", "way": "sms"},
    }
    assert (second["kind"], second["details"]["reason"]) == ("audit", "new")


async def test_many_entries_are_sent_in_order_and_each_once_where_all_goes_well(
    store: Store, clock: StoppedClock
) -> None:
    siem = Siem()
    sending = stream(store, clock, siem)
    await sending.look()
    await happen(store, clock, *[SIGNED_IN] * 450)
    await sending.look()
    assert siem.sequences == list(range(1, 451))
    assert [len(batch) for batch in siem.batches] == [200, 200, 50]
    await sending.look()
    assert len(siem.batches) == 3
    assert sending.pause == IDLE


async def test_what_is_not_taken_is_sent_again_with_the_same_ids_at_a_slower_pace(
    store: Store, clock: StoppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    siem = Siem(refusals=3)
    sending = stream(store, clock, siem)
    await sending.look()
    await happen(store, clock, SIGNED_IN)
    pauses = []
    for _ in range(3):
        await sending.look()
        pauses.append(sending.pause.total_seconds())
    assert pauses == [1, 2, 4]
    assert "the log is not taken by siem: not now" in caplog.text
    await sending.look()
    assert siem.sequences == [1]
    assert sending.pause == IDLE


async def test_a_batch_that_was_taken_and_not_noted_comes_again(
    store: Store, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process ends after the other system has taken the batch; another node goes on."""
    siem = Siem()
    sending = stream(store, clock, siem)
    await sending.look()
    await happen(store, clock, SIGNED_IN)

    async def lost(_: object, __: str, ___: str, ____: int) -> None:
        raise StoreBusyError

    with monkeypatch.context() as broken:
        broken.setattr(type(store.log_streams), "sent", lost)
        await sending.look()
    other = stream(store, clock, siem, holder="node 2")
    await other.look()
    assert siem.sequences == [1], "the lease of the first has not ended"
    clock.now += LEASE + timedelta(seconds=1)
    await other.look()
    assert siem.sequences == [1, 1]
    assert siem.batches[0] == siem.batches[1]
    await store.log_streams.sent("siem", "node 1", 0)
    assert not await store.log_streams.is_due("siem"), "who has lost the lease moves nothing"


async def test_of_two_nodes_one_sends(store: Store, clock: StoppedClock) -> None:
    siem = Siem()
    nodes = [stream(store, clock, siem, holder=f"node {number}") for number in (1, 2)]
    await nodes[0].look()
    for _ in range(4):
        await happen(store, clock, SIGNED_IN)
        await asyncio.gather(*[node.look() for node in nodes])
    assert siem.sequences == [1, 2, 3, 4]


async def test_two_streams_come_along_apart(store: Store, clock: StoppedClock) -> None:
    slow, fast = Siem(refusals=9), Siem()
    streams = [
        stream(store, clock, sink, name=name) for name, sink in (("slow", slow), ("fast", fast))
    ]
    for one in streams:
        await one.look()
    await happen(store, clock, SIGNED_IN)
    for one in streams:
        await one.look()
    assert (slow.sequences, fast.sequences) == ([], [1])


async def test_entries_that_a_standby_lacked_do_not_stop_the_stream(
    store: Store, clock: StoppedClock
) -> None:
    siem = Siem()
    sending = stream(store, clock, siem)
    await sending.look()
    await store.log_streams.take("siem", "node 1", most=1, lease=timedelta(seconds=1), at=clock.now)
    await store.log_streams.sent("siem", "node 1", 7)
    await sending.look()
    await happen(store, clock, SIGNED_IN)
    await sending.look()
    assert siem.sequences == [1]


async def test_the_loop_goes_on_after_trouble_of_the_store(
    store: Store,
    clock: StoppedClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    looked = asyncio.Event()

    async def busy(_: object, __: str) -> bool:
        looked.set()
        raise StoreBusyError

    monkeypatch.setattr(type(store.log_streams), "is_due", busy)
    task = asyncio.create_task(stream(store, clock, Siem()).keep())
    with caplog.at_level(logging.WARNING):
        await looked.wait()
        await asyncio.sleep(0)
    assert "the log cannot be sent" in caplog.text
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def post_to(server: HttpServer, clock: StoppedClock) -> None:
    client = OutboundClient(allow=["127.0.0.1"])
    webhook = LogWebhook(
        url=f"http://127.0.0.1:{server.port}/log",
        secret=SECRET,
        client=client,
        clock=lambda: clock.now,
    )
    try:
        await webhook.take(b'{"sequence":1}\n')
    finally:
        await client.close()


@pytest.mark.engine("sqlite")
async def test_NE1_a_post_is_signed_and_taken_by_any_answer_that_says_yes(
    clock: StoppedClock,
) -> None:
    async with http_server(answer(204)) as server:
        await post_to(server, clock)
        (request,) = server.requests
        verify_signature(
            SECRET,
            {
                "Proofup-Timestamp": request.headers["proofup-timestamp"],
                "Proofup-Signature": request.headers["proofup-signature"],
            },
            request.body,
            at=clock.now,
        )
        assert request.headers["content-type"] == "application/x-ndjson"


@pytest.mark.engine("sqlite")
async def test_any_other_answer_or_none_takes_nothing(clock: StoppedClock) -> None:
    async with http_server(answer(302)) as server:
        with pytest.raises(NotTakenError, match="answered 302"):
            await post_to(server, clock)
    with pytest.raises(NotTakenError, match="the connection failed"):
        await post_to(server, clock)


@pytest.mark.engine("sqlite")
async def test_standard_output_takes_lines_until_it_is_closed() -> None:
    out = io.BytesIO()
    await StandardOutput(lambda: out).take(b"{}\n")
    assert out.getvalue() == b"{}\n"
    out.close()
    with pytest.raises(NotTakenError, match="closed"):
        await StandardOutput(lambda: out).take(b"{}\n")
