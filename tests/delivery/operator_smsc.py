"""A simulated mobile operator: the peer of Kannel's SMPP 3.4 connection, with phones."""

import asyncio
import contextlib
import ssl
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

HEAD = struct.Struct(">IIII")  # SMPP 3.4, section 3.2: length, command, status, sequence
BIND, SUBMIT, DELIVER, ANSWER = 0x9, 0x4, 0x5, 0x80000000
INVALID_ADDRESS = 0xB
UCS2 = 8
HAS_HEADER = 0x40
FINAL_STATES = {True: b"DELIVRD", False: b"UNDELIV"}


@dataclass(frozen=True)
class Submission:
    """What else a text came with."""

    kind: int
    validity: str
    wants_receipt: bool
    coding: int
    raw: bytes


@dataclass
class Operator:
    """Refuses numbers in ``refused``; texts to numbers in ``lost`` are accepted and lost.

    ``statuses`` are the answers to the next texts, ``bind_status`` to a bind. While ``is_silent``
    nothing is answered. With ``in_decimal`` texts get a hexadecimal reference, and receipts name it
    in decimal, in optional parameters.
    """

    refused: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    statuses: list[int] = field(default_factory=list)
    bind_status: int = 0
    is_silent: bool = False
    in_decimal: bool = False
    bound: list[bytes] = field(default_factory=list)
    commands: list[int] = field(default_factory=list)
    answers: list[tuple[int, int]] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    texts: list[tuple[str, str, str]] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                length, command, status, sequence = HEAD.unpack(await reader.readexactly(HEAD.size))
                body = await reader.readexactly(length - HEAD.size)
                self.commands.append(command)
                if command & ANSWER:
                    self.answers.append((command, status))
                elif self.is_silent:
                    pass
                elif command == SUBMIT:
                    self._take(writer, body, sequence)
                elif command == BIND:
                    self.bound.append(body)
                    _write(writer, BIND | ANSWER, sequence, b"operator\0", status=self.bind_status)
                else:
                    _write(writer, command | ANSWER, sequence, b"")
                self.heard.set()
                await writer.drain()
        writer.close()

    def _take(self, writer: asyncio.StreamWriter, body: bytes, sequence: int) -> None:
        source, target, sent = _submitted(body)
        status = self.statuses.pop(0) if self.statuses else 0
        if target in self.refused or status:
            _write(writer, SUBMIT | ANSWER, sequence, b"", status=status or INVALID_ADDRESS)
            return
        self.submissions.append(sent)
        raw = sent.raw[sent.raw[0] + 1 :] if sent.kind & HAS_HEADER else sent.raw
        letters = raw.decode("utf-16-be") if sent.coding == UCS2 else raw.decode("latin-1")
        self.texts.append((source, target, letters))
        number = 4000 + len(self.texts)
        name = b"%x" % number if self.in_decimal else b"op-%d" % len(self.texts)
        _write(writer, SUBMIT | ANSWER, sequence, name + b"\0")
        if not sent.wants_receipt:
            return
        state = FINAL_STATES[target not in self.lost]
        told = (
            b"id:%b sub:001 dlvrd:001 submit date:2611211200 done date:2611211200 stat:%b err:001 "
        )
        receipt = told % (name, state) + b"text:" + raw[:20]
        head = b"\0\1\1" + target.encode() + b"\0\0\1" + source.encode() + b"\0\4" + bytes(8)
        told = head + bytes([len(receipt)]) + receipt
        if self.in_decimal:
            decimal = b"%d\0" % number
            tags = struct.pack(">HH", 0x1E, len(decimal)) + decimal
            told = head + b"\0" + tags + struct.pack(">HHB", 0x427, 1, 2)
        _write(writer, DELIVER, 1000 + sequence, told)
        self.arrived.set()


def _submitted(body: bytes) -> tuple[str, str, Submission]:
    """Return sender, receiver and the rest of ``submit_sm`` (SMPP 3.4, section 4.4.1)."""
    _, rest = body.split(b"\0", 1)
    source, rest = rest[2:].split(b"\0", 1)
    target, rest = rest[2:].split(b"\0", 1)
    kind = rest[0]
    _, rest = rest[3:].split(b"\0", 1)  # when to send
    validity, rest = rest.split(b"\0", 1)
    wanted, coding, length = rest[0], rest[2], rest[4]
    sent = Submission(kind, validity.decode(), bool(wanted), coding, rest[5 : 5 + length])
    return source.decode(), target.decode(), sent


def _write(
    writer: asyncio.StreamWriter, command: int, sequence: int, body: bytes, *, status: int = 0
) -> None:
    writer.write(HEAD.pack(HEAD.size + len(body), command, status, sequence) + body)


@contextlib.asynccontextmanager
async def operator(port: int = 0, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[Operator]:
    """Run an operator; Kannel connects to it within a second."""
    found = Operator()
    connections: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(writer)
        await found.serve(reader, writer)
        connections.discard(writer)

    listener = await asyncio.start_server(serve, "127.0.0.1", port, ssl=tls)
    found.port = listener.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        listener.close()
        for writer in connections:
            writer.close()
        await listener.wait_closed()
