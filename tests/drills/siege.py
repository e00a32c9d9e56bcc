"""Clients that only hold resources: ``python siege.py PORT HOST FILE MANY``, MANY of each kind.

It prints ``ready`` once all have started, and runs until it is killed. Each kind has its entry in
``NETWORKS``, and every ninety clients have their own network. Clients that read nothing request
``FILE``.
"""

import asyncio
import resource
import socket
import sys
from functools import partial

PER_NETWORK = 90
NETWORKS = {"idle": 11, "head": 12, "body": 13, "reader": 14}  # 127.<this>.*.7
FILES = 5  # that wait for a reader
FORM = b"content-type: application/x-www-form-urlencoded\r\ncontent-length: 5000\r\n\r\nuser"


def begins(kind: str, host: str, file: str) -> bytes:
    """Return what a peer says at once."""
    ours = f"host: {host}\r\nsec-fetch-site: same-origin\r\n".encode()
    return {
        "idle": b"",
        "head": b"GET /signin HTTP/1.1\r\n" + ours + b"x: ",
        "body": b"POST /signin HTTP/1.1\r\n" + ours + FORM,
        "reader": (f"GET {file} HTTP/1.1\r\n".encode() + ours + b"\r\n") * FILES,
    }[kind]


class Peer(asyncio.Protocol):
    """One connection: sends its beginning, then, if it is a slow one, one byte each second.

    ``first`` is when, in that second.
    """

    def __init__(self, kind: str, begin: bytes, first: float) -> None:
        self._kind = kind
        self._first = first
        self._begin = begin

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(self._begin)
        if self._kind == "reader":
            transport.pause_reading()
        elif self._kind != "idle":
            asyncio.get_running_loop().call_later(self._first, self._drip, transport)

    def _drip(self, transport: asyncio.Transport) -> None:
        if not transport.is_closing():
            transport.write(b"a")
            asyncio.get_running_loop().call_later(1, self._drip, transport)


async def main(port: int, host: str, file: str, many: int) -> None:
    loop = asyncio.get_running_loop()
    for kind, network in NETWORKS.items():
        begin = begins(kind, host, file)
        for number in range(many):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.bind((f"127.{network}.{number // PER_NETWORK}.7", 0))
            connection.setblocking(False)  # noqa: FBT003 - the socket's own way
            await loop.sock_connect(connection, ("127.0.0.1", port))
            await loop.create_connection(partial(Peer, kind, begin, number / many), sock=connection)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])))
