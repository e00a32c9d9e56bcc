"""Runs an application behind listening sockets until it is told to stop."""

import asyncio
import contextlib
import functools
import resource
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp
from uvicorn.config import Config
from uvicorn.server import Server

from proofup.serving.errors import CannotListenError
from proofup.serving.guard import Guard, GuardedProtocol

GRACE_SECONDS = 20  # for requests in progress when the process must stop
IDLE_SECONDS = 75  # that a browser may keep a connection between two requests
BACKLOG = 2048
EVERY_ADDRESS = "::"


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens on ``host`` and ``port``. Raises CannotListenError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, *_, address = found[0]
        # "::" is every address of this machine, those of IPv4 too, whatever the system's default.
        return socket.create_server(
            address[:2], family=family, backlog=BACKLOG, dualstack_ipv6=host == EVERY_ADDRESS
        )
    except OSError as error:
        raise CannotListenError(host, port, error.strerror or str(error)) from error


class SignalledServer(Server):
    """uvicorn's server, which gives the process back to its caller after TERM or INT."""

    def __init__(self, config: Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to answer, and say so."""
        await super().startup(sockets)
        if self.started:
            self._tell()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at TERM and INT. uvicorn would raise them again and skip our own clean-up."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)


async def serve(
    app: ASGIApp,
    listeners: Sequence[socket.socket],
    *,
    guard: Guard,
    started: Callable[[], None],
    certificate: tuple[Path, Path] | None = None,
) -> None:
    """Serve ``app`` on all ``listeners`` until TERM or INT, and then for the grace period.

    ``certificate`` is a chain and its key in PEM, for TLS without a proxy. ``started`` is called
    when the server is ready.
    """
    protocol: Any = functools.partial(GuardedProtocol, guard=guard)
    chain, key = certificate or (None, None)
    config = Config(
        app,
        http=protocol,
        ws="none",
        loop="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        ssl_certfile=chain,
        ssl_keyfile=key,
    )
    _open_many_files()
    await SignalledServer(config, started).serve(list(listeners))


def _open_many_files() -> None:
    """Raise the limit of open files to the maximum: each connection needs one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
