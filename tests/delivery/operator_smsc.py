"""A simulated mobile operator: the peer of Kannel's SMPP 3.4 connection, with phones."""

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

HEAD = struct.Struct(">IIII")  # SMPP 3.4, section 3.2: length, command, status, sequence
BIND, SUBMIT, DELIVER, ANSWER = 0x9, 0x4, 0x5, 0x80000000
INVALID_ADDRESS = 0xB
UCS2 = 8
FINAL_STATES = {True: b"DELIVRD", False: b"UNDELIV"}


@dataclass
class Operator:
    """Refuses numbers in ``refused``; texts to numbers in ``lost`` are accepted and lost."""

    refused: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    texts: list[tuple[str, str, str]] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                length, command, _, sequence = HEAD.unpack(await reader.readexactly(HEAD.size))
                body = await reader.readexactly(length - HEAD.size)
                if command == SUBMIT:
                    self._take(writer, body, sequence)
                elif not command & ANSWER:
                    name = b"operator\0" if command == BIND else b""
                    _write(writer, command | ANSWER, sequence, name)
                await writer.drain()
        writer.close()

    def _take(self, writer: asyncio.StreamWriter, body: bytes, sequence: int) -> None:
        source, target, coding, raw = _submitted(body)
        if target in self.refused:
            _write(writer, SUBMIT | ANSWER, sequence, b"", status=INVALID_ADDRESS)
            return
        letters = raw.decode("utf-16-be") if coding == UCS2 else raw.decode("ascii")
        self.texts.append((source, target, letters))
        name = b"op-%d" % len(self.texts)
        _write(writer, SUBMIT | ANSWER, sequence, name + b"\0")
        state = FINAL_STATES[target not in self.lost]
        told = (
            b"id:%b sub:001 dlvrd:001 submit date:2611211200 done date:2611211200 stat:%b err:001 "
        )
        receipt = told % (name, state) + b"text:" + raw[:20]
        head = b"\0\1\1" + target.encode() + b"\0\0\1" + source.encode() + b"\0\4" + bytes(8)
        _write(writer, DELIVER, 1000 + sequence, head + bytes([len(receipt)]) + receipt)
        self.arrived.set()


def _submitted(body: bytes) -> tuple[str, str, int, bytes]:
    """Return sender, receiver, data coding and text of ``submit_sm`` (SMPP 3.4, section 4.4.1)."""
    _, rest = body.split(b"\0", 1)
    source, rest = rest[2:].split(b"\0", 1)
    target, rest = rest[2:].split(b"\0", 1)
    _, rest = rest[3:].split(b"\0", 1)  # when to send
    _, rest = rest.split(b"\0", 1)  # until when
    coding, length = rest[2], rest[4]
    return source.decode(), target.decode(), coding, rest[5 : 5 + length]


def _write(
    writer: asyncio.StreamWriter, command: int, sequence: int, body: bytes, *, status: int = 0
) -> None:
    writer.write(HEAD.pack(HEAD.size + len(body), command, status, sequence) + body)


@contextlib.asynccontextmanager
async def operator(port: int = 0) -> AsyncIterator[Operator]:
    """Run an operator; Kannel connects to it within a second."""
    found = Operator()
    connections: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(writer)
        await found.serve(reader, writer)
        connections.discard(writer)

    listener = await asyncio.start_server(serve, "127.0.0.1", port)
    found.port = listener.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        listener.close()
        for writer in connections:
            writer.close()
        await listener.wait_closed()
