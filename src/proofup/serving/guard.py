"""A connection guard around uvicorn's HTTP/1.1 protocol (security row WE12).

uvicorn waits for clients without a limit and reads headers of any size. The guard limits the time
and size of a request, the time in which a client must read its answer, and the connections of each
network.
"""

import asyncio
import contextlib
import fcntl
import ipaddress
import sys
import termios
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from typing import Any, TypeAlias

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from proofup.values.client import Client

Network: TypeAlias = IPv4Network | IPv6Network

OVERHEAD_BYTES = 4  # of a header line: colon, space, end of line
TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\n"
    b"connection: close\r\n\r\n"
)
TOO_MANY = (
    b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 5\r\ncontent-length: 0\r\n"
    b"connection: close\r\n\r\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The limits of a client; times in seconds. ``body`` is longer than the form reader's 30.

    A body that is incomplete after ``patience`` must have averaged ``slowest`` bytes a second.
    ``farewell`` is how long a stopping server waits for the rest of a request, and ``goodbye`` how
    long for a client without a request to agree that the connection ends.
    """

    head: float = 10
    body: float = 35
    patience: float = 10
    slowest: int = 1024
    stalled: float = 10
    farewell: float = 5
    goodbye: float = 1
    look: float = 2
    head_bytes: int = 32 * 1024
    connections: int = 100


@dataclass(slots=True)
class Guard:
    """What all connections share: the bounds, and how many each network has.

    Connections of ``trusted_proxies`` are not counted, because many people share them.
    """

    bounds: Bounds = field(default_factory=Bounds)
    trusted_proxies: Sequence[Network] = ()
    connections: Counter[str] = field(default_factory=Counter)

    def network_of(self, peer: tuple[str, int] | None) -> str | None:
        """Return the network that ``peer`` is counted for, or None for a trusted proxy."""
        if peer is None:
            return None
        host = peer[0].partition("%")[0]
        address = ipaddress.ip_address(host)
        trusted = any(
            address in network
            for network in self.trusted_proxies
            if network.version == address.version
        )
        return None if trusted else Client(address=host).network


class GuardedProtocol(HttpToolsProtocol):
    """One connection, with the limits enforced."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        guard: Guard,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._guard = guard
        self._network: str | None = None
        self._head_bytes = 0  # parsed bytes of the head
        self._unparsed = 0  # bytes received since the last complete head
        self._in_head = True
        self._body_since: float | None = None  # when the present body started
        self._body_bytes = 0
        self._refused = False
        self._deadline: asyncio.TimerHandle | None = None
        self._look: asyncio.TimerHandle | None = None
        self._unread = 0
        self._stalled = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn
        """Accept the connection, or refuse it if its network has too many."""
        super().connection_made(transport)
        self._look_later()
        self._network = self._guard.network_of(self.client)
        if self._network is not None:
            self._guard.connections[self._network] += 1
            if self._guard.connections[self._network] > self._guard.bounds.connections:
                self._refuse(TOO_MANY)
                return
        self._set_deadline(self._guard.bounds.head)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        super().connection_lost(exc)
        self._set_deadline(None)
        if self._look is not None:
            self._look.cancel()
        if self._network is not None:
            self._guard.connections[self._network] -= 1
            if not self._guard.connections[self._network]:
                del self._guard.connections[self._network]

    def data_received(self, data: bytes) -> None:
        """Parse received bytes, as long as the head is not too large."""
        if self.transport.is_closing():
            return  # otherwise uvicorn would answer a refused request
        if self._in_head:
            self._unparsed += len(data)
        super().data_received(data)
        if self._in_head and self._unparsed > self._guard.bounds.head_bytes:
            self._refuse(TOO_LARGE)
        elif self._deadline is None and self.timeout_keep_alive_task is None and self._is_idle:
            # Empty lines stop uvicorn's idle timer without starting a request.
            self._set_deadline(self._guard.bounds.head)

    def on_message_begin(self) -> None:
        """Start the time limit of a head, at its first byte."""
        super().on_message_begin()
        self._in_head = True
        self._head_bytes = 0
        self._set_deadline(self._guard.bounds.head)

    def on_url(self, url: bytes) -> None:
        """Count the address."""
        self._head_bytes += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count the header, and keep it as long as all of them are not too large."""
        self._head_bytes += len(name) + len(value) + OVERHEAD_BYTES
        if self._head_bytes <= self._guard.bounds.head_bytes:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Start the time limit of the body, or refuse the request."""
        self._in_head = False
        self._unparsed = 0
        if self._head_bytes > self._guard.bounds.head_bytes:
            self._refuse(TOO_LARGE)
            return
        self._body_since = self.loop.time()
        self._body_bytes = 0
        self._set_deadline(self._guard.bounds.body)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass on a piece of the body, unless the request was refused."""
        self._body_bytes += len(body)
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """End the time limit: the request is complete."""
        self._body_since = None
        if not self._refused:
            self._set_deadline(None)
            super().on_message_complete()

    def shutdown(self) -> None:
        """Finish the present answer, and wait only ``farewell`` for the rest of a request."""
        super().shutdown()
        if self.transport.is_closing():
            # TLS waits for the client's own close_notify, which an idle client does not send.
            self._set_deadline(self._guard.bounds.goodbye)
        elif self._deadline is not None:
            self._set_deadline(self._guard.bounds.farewell)

    @property
    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _set_deadline(self, seconds: float | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None if seconds is None else self.loop.call_later(seconds, self._too_late)

    def _too_late(self) -> None:
        # An error answer cannot be sent after the answer has started, or after the end.
        has_begun = not self._is_idle and self.cycle.response_started
        if has_begun or self.transport.is_closing():
            self.transport.abort()
        else:
            self._refuse(TOO_SLOW)

    def _refuse(self, answer: bytes) -> None:
        self._refused = True
        self._set_deadline(None)
        if not self.transport.is_closing():
            self.transport.write(answer)
            self.transport.close()

    def _drips(self) -> bool:
        if self._body_since is None:
            return False
        seconds = self.loop.time() - self._body_since
        bounds = self._guard.bounds
        return seconds >= bounds.patience and self._body_bytes < bounds.slowest * seconds

    def _unread_bytes(self) -> int:
        """Return how many answered bytes the peer has not received, including kernel buffers."""
        connection = self.transport.get_extra_info("socket")
        of_system = bytearray(4)
        with contextlib.suppress(OSError):  # the connection was just closed
            fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, of_system)
        return self.transport.get_write_buffer_size() + int.from_bytes(of_system, sys.byteorder)

    def _look_later(self) -> None:
        self._look = self.loop.call_later(self._guard.bounds.look, self._look_at_peer)

    def _look_at_peer(self) -> None:
        """Drop a peer that sends its body too slowly or reads nothing of its answer."""
        if self._drips():
            self._too_late()
            return
        unread = self._unread_bytes()
        self._stalled = self._stalled + self._guard.bounds.look if unread >= self._unread > 0 else 0
        self._unread = unread
        if self._stalled >= self._guard.bounds.stalled:
            self.transport.abort()
            return
        self._look_later()
