import asyncio
import contextlib
import os
import signal
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from proofup.serving.dev_tls import dev_certificate
from proofup.serving.guard import Bounds, Guard
from proofup.serving.server import listening_socket, serve

SMALL = Bounds(head=0.3, body=0.3, stalled=0.3, look=0.1, head_bytes=2048, connections=3)
HOST = b"host: localhost\r\n"
LIMIT = 10  # seconds until a test that waits in vain fails


async def answer(request: Request) -> Response:
    body = await request.body()
    return PlainTextResponse(f"{request.method} {len(body)}")


async def flood(_: Request) -> Response:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 65536
            await asyncio.sleep(0)

    return StreamingResponse(endless())


async def begun(_: Request) -> Response:
    async def half() -> AsyncIterator[bytes]:
        yield b"half"
        await asyncio.Event().wait()

    return StreamingResponse(half())


APP = Starlette(
    routes=[
        Route("/", answer, methods=["GET", "POST"]),
        Route("/flood", flood),
        Route("/begun", begun, methods=["POST"]),
    ]
)


class Peer:
    """A client that sends arbitrary bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def say(self, *parts: bytes) -> None:
        self.writer.write(b"".join(parts))

    async def status(self) -> bytes:
        """Read one answer with its body and return its status, or nothing if there is none."""
        async with asyncio.timeout(LIMIT):
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = await self.reader.readline()
                if not line:
                    return b""
                head += line
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            await self.reader.readexactly(int(length or 0))
            return head.split(b" ", 2)[1]

    async def rest(self) -> bytes:
        async with asyncio.timeout(LIMIT):
            try:
                return await self.reader.read()
            except ConnectionResetError:
                return b""


async def guarded(
    story: Callable[[Callable[[], Awaitable[Peer]]], Awaitable[None]], guard: Guard
) -> None:
    """Run ``story`` with a server behind ``guard``; its argument makes connections."""
    listener = listening_socket("127.0.0.1", 0)
    address = listener.getsockname()
    started = asyncio.Event()
    server = asyncio.create_task(serve(APP, [listener], guard=guard, started=started.set))
    peers: list[Peer] = []

    async def connect() -> Peer:
        connection = socket.create_connection(address)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.setblocking(False)  # noqa: FBT003 - the socket's own way
        peers.append(Peer(*await asyncio.open_connection(sock=connection, limit=4096)))
        return peers[-1]

    try:
        await started.wait()
        await story(connect)
    finally:
        for peer in peers:
            peer.writer.close()
            with contextlib.suppress(OSError):
                await peer.writer.wait_closed()
        async with asyncio.timeout(LIMIT):
            while guard.connections:  # noqa: ASYNC110 - the server tells nobody
                await asyncio.sleep(0)
        server.cancel()
        await asyncio.gather(server, return_exceptions=True)
        listener.close()


def tell(
    story: Callable[[Callable[[], Awaitable[Peer]]], Awaitable[None]],
    bounds: Bounds = SMALL,
    trusted: tuple[str, ...] = (),
) -> None:
    guard = Guard(bounds, tuple(ip_network(text) for text in trusted))
    asyncio.run(guarded(story, guard))


def test_requests_follow_each_other_on_one_connection() -> None:
    async def story(connect: Callable[[], Awaitable[Peer]]) -> None:
        peer = await connect()
        for _ in range(3):
            peer.say(b"GET / HTTP/1.1\r\n", HOST, b"\r\n")
            assert await peer.status() == b"200"
            peer.say(b"POST / HTTP/1.1\r\n", HOST, b"content-length: 2\r\n\r\nab")
            assert await peer.status() == b"200"

    tell(story)


@pytest.mark.parametrize(
    "said", [b"", b"GET", b"GET / HTTP/1.1\r\n" + HOST, b"\r\n", b"GET / HTTP/1.1\r\nx: "]
)
def test_WE12_a_head_that_does_not_come_ends_the_connection(said: bytes) -> None:
    async def story(connect: Callable[[], Awaitable[Peer]]) -> None:
        peer = await connect()
        peer.say(said)
        assert await peer.status() == b"408"
        assert await peer.rest() == b""

    tell(story)


def test_WE12_a_head_in_drips_has_no_more_time_than_one_at_once() -> None:
    async def story(connect: Callable[[], Awaitable[Peer]]) -> None:
        peer = await connect()
        peer.say(b"GET / HTTP/1.1\r\n")
        answered = asyncio.create_task(peer.status())
        while not answered.done():
            with contextlib.suppress(ConnectionError):
                peer.say(b"x: y\r\n")
                await peer.writer.drain()
            await asyncio.wait({answered}, timeout=0.1)
        assert answered.result() == b"408"

    tell(story)


def test_WE12_empty_lines_between_requests_hold_nothing_open() -> None:
    async def story(connect: Callable[[], Awaitable[Peer]]) -> None:
        peer = await connect()
        peer.say(b"GET / HTTP/1.1\r\n", HOST, b"\r\n")
        assert await peer.status() == b"200"
        peer.say(b"\r\n")
        assert await peer.status() == b"408"

    tell(story)


def test_WE12_a_body_that_does_not_come_ends_the_connection() -> None:
    async def story(connect: Callable[[], Awaitable[Peer]]) -> None:
        peer = await connect()
        peer.say(b"POST / HTTP/1.1\r\n", HOST, b"content-length: 9\r\n\r\nhalf")
        assert await peer.status() == b"408"
        begun = await connect()
        begun.say(b"POST /begun HTTP/1.1\r\n", HOST, b"content-length: 9\r\n\r\nhalf")
        assert (await begun.rest()).endswith(b"4\r\nhalf\r\n")

    tell(story)


def test_WE12_a_body_in_drips_ends_the_connection_and_one_that_flows_does_not() -> None:
    bounds = Bounds(body=30, patience=0.2, slowest=500, look=0.1)

    async def story(connect: Callable[[], Awaitable[Peer]]) -> None:
        head = b"POST / HTTP/1.1\r\n" + HOST + b"content-length: 3000\r\n\r\n"
        slow, steady = await connect(), await connect()
        for peer in (slow, steady):
            peer.say(head)
        answered = asyncio.create_task(slow.status())
        sent = 0
        while not answered.done() or sent < 3000:
            with contextlib.suppress(ConnectionError):
                slow.say(b"x")
                await slow.writer.drain()
            steady.say(b"x" * min(100, 3000 - sent))
            sent = min(3000, sent + 100)
            await asyncio.wait({answered}, timeout=0.02)
        assert answered.result() == b"408"
        assert await steady.status() == b"200"

    tell(story, bounds)


def test_D15_half_a_request_does_not_keep_a_server_from_stopping() -> None:
    bounds = Bounds(farewell=0.2)

    async def story(connect: Callable[[], Awaitable[Peer]]) -> None:
        peer = await connect()
        peer.say(b"POST / HTTP/1.1\r\n", HOST, b"content-length: 9\r\n\r\nhalf")
        other = await connect()
        other.say(b"GET / HTTP/1.1\r\n", HOST, b"\r\n")
        assert await other.status() == b"200"  # so the half request has arrived too
        os.kill(os.getpid(), signal.SIGTERM)
        assert await peer.status() == b"408"
        assert await other.rest() == b""

    tell(story, bounds)


def test_D15_an_idle_client_does_not_keep_a_server_with_tls_from_stopping(tmp_path: Path) -> None:
    files = dev_certificate(tmp_path, at=datetime.now(UTC))

    def asks(address: tuple[str, int]) -> ssl.SSLSocket:
        trust = ssl.create_default_context(cafile=str(files.authority))
        connection = trust.wrap_socket(
            socket.create_connection(address), server_hostname="localhost"
        )
        connection.sendall(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 200")
        return connection

    async def story() -> None:
        listener = listening_socket("127.0.0.1", 0)
        started = asyncio.Event()
        serving = serve(
            APP,
            [listener],
            guard=Guard(Bounds(goodbye=0.1)),
            started=started.set,
            certificate=(files.chain, files.key),
        )
        server = asyncio.create_task(serving)
        await started.wait()
        idle = await asyncio.to_thread(asks, listener.getsockname())
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(LIMIT):  # the client reads nothing, and so does not agree
            await server
        idle.close()
        listener.close()

    asyncio.run(story())


def test_WE12_a_reader_that_stalls_is_dropped() -> None:
    async def story(connect: Callable[[], Awaitable[Peer]]) -> None:
        peer = await connect()
        peer.say(b"GET /flood HTTP/1.1\r\n", HOST, b"\r\n")
        assert await peer.reader.readline() == b"HTTP/1.1 200 OK\r\n"
        # Nothing more is read; the connection is gone once the server gave up.
        other = await connect()
        while True:
            other.say(b"GET / HTTP/1.1\r\n", HOST, b"\r\n")
            assert await other.status() == b"200"
            try:
                peer.say(b"x")
                await peer.writer.drain()
            except ConnectionError:
                return

    tell(story)


def test_WE12_a_reader_that_is_slow_but_reads_is_served() -> None:
    async def story(connect: Callable[[], Awaitable[Peer]]) -> None:
        peer = await connect()
        peer.say(b"GET /flood HTTP/1.1\r\n", HOST, b"\r\n")
        clock = asyncio.get_running_loop().time
        until = clock() + 3 * SMALL.stalled
        while clock() < until:
            async with asyncio.timeout(LIMIT):
                assert await peer.reader.read(1 << 16)

    tell(story)


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * 3000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"x: " + b"a" * 3000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"x: y\r\n" * 500 + b"\r\n",
        b"GET / HTTP/1.1\r\nx: " + b"a" * 3000,
        b"POST / HTTP/1.1\r\nx: " + b"a" * 3000 + b"\r\ncontent-length: 2\r\n\r\nab",
    ],
)
def test_WE12_a_head_that_is_too_large_is_refused(head: bytes) -> None:
    async def story(connect: Callable[[], Awaitable[Peer]]) -> None:
        peer = await connect()
        peer.say(head)
        assert await peer.status() == b"431"
        assert await peer.rest() == b""

    tell(story)


def test_a_large_body_is_no_large_head() -> None:
    async def story(connect: Callable[[], Awaitable[Peer]]) -> None:
        peer = await connect()
        peer.say(b"POST / HTTP/1.1\r\n", HOST, b"content-length: 50000\r\n\r\n", b"a" * 50000)
        assert await peer.status() == b"200"

    tell(story)


def test_WE12_a_network_has_so_many_connections() -> None:
    async def story(connect: Callable[[], Awaitable[Peer]]) -> None:
        peers = [await connect() for _ in range(3)]
        for peer in peers:
            peer.say(b"GET / HTTP/1.1\r\n", HOST, b"\r\n")
            assert await peer.status() == b"200"
        late = await connect()
        assert await late.status() == b"429"
        assert await late.rest() == b""
        peers[0].say(b"GET / HTTP/1.1\r\n", HOST, b"connection: close\r\n\r\n")
        assert await peers[0].status() == b"200"
        assert await peers[0].rest() == b""
        again = await connect()
        again.say(b"GET / HTTP/1.1\r\n", HOST, b"\r\n")
        assert await again.status() == b"200"

    tell(story, Bounds(connections=3))


def test_WE12_a_trusted_proxy_brings_many() -> None:
    async def story(connect: Callable[[], Awaitable[Peer]]) -> None:
        for peer in [await connect() for _ in range(5)]:
            peer.say(b"GET / HTTP/1.1\r\n", HOST, b"\r\n")
            assert await peer.status() == b"200"

    tell(story, Bounds(connections=3), trusted=("::1/128", "127.0.0.0/8"))


@pytest.mark.parametrize(
    ("peer", "network"),
    [
        (None, None),
        (("192.0.2.77", 1), "192.0.2.0/24"),
        (("2001:db8:1:2::3", 1), "2001:db8:1::/48"),
        (("fe80::1%eth0", 1), "fe80::/48"),
        (("::ffff:192.0.2.77", 1), "192.0.2.0/24"),
        (("10.1.2.3", 1), None),
    ],
)
def test_a_peer_is_counted_for_its_network(
    peer: tuple[str, int] | None, network: str | None
) -> None:
    guard = Guard(trusted_proxies=(ip_network("10.0.0.0/8"),))
    assert guard.network_of(peer) == network
