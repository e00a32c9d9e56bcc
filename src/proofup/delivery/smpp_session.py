"""One connection to an operator by SMPP: bound, kept alive, and read until it ends."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import count
from typing import TypeAlias

from proofup.delivery.outbound import UnreachableError
from proofup.delivery.smpp_pdus import (
    HEAD,
    RESPONSE,
    Command,
    MalformedError,
    Pdu,
    SmppReceipt,
    decoded,
    length_in,
    receipt_in,
)

PATIENCE = timedelta(seconds=5)  # for an answer, as with HTTP
IDLE = timedelta(seconds=30)  # between two questions whether the other end is there
WINDOW = 10  # messages without an answer yet; operators often allow no more
OK, UNKNOWN_COMMAND, TRY_AGAIN = 0x0, 0x3, 0x64  # statuses, section 5.1.3
LAST_SEQUENCE = 0x7FFFFFFF

OnReceipt: TypeAlias = Callable[[SmppReceipt], Awaitable[bool]]
"""Takes a receipt; False asks the operator to deliver it again."""
Noted: TypeAlias = Callable[[Pdu], None]
"""Takes an answer at the moment at which it is read."""


def _nothing(_: Pdu) -> None:
    """Note nothing."""


class SmppSession:
    """Sends messages and waits for their answers; ``on_receipt`` gets what the operator reports."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        on_receipt: OnReceipt,
        idle: timedelta = IDLE,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._on_receipt = on_receipt
        self._idle = idle
        self._waiting: dict[int, tuple[asyncio.Future[Pdu], Noted]] = {}
        self._sequence = count(1)
        self._window = asyncio.Semaphore(WINDOW)
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._keep_alive())]

    @property
    def is_open(self) -> bool:
        """Whether the connection still stands, as far as is known."""
        return not self._tasks[0].done() and not self._writer.is_closing()

    async def ask(self, command: Command, body: bytes = b"", noted: Noted = _nothing) -> Pdu:
        """Send a message and return its answer. Raises UnreachableError.

        ``noted`` gets the answer before anything is read behind it, such as its own receipt.
        """
        async with self._window:
            sequence = next(self._sequence) & LAST_SEQUENCE
            answer: asyncio.Future[Pdu] = asyncio.get_running_loop().create_future()
            self._waiting[sequence] = (answer, noted)
            try:
                async with asyncio.timeout(PATIENCE.total_seconds()):
                    await self._send(Pdu(command, OK, sequence, body))
                    return await answer
            except TimeoutError as error:
                self.close()  # an answer that is late would be taken for another connection's
                raise UnreachableError("no answer in time") from error
            except OSError as error:
                raise UnreachableError("the connection failed") from error
            finally:
                del self._waiting[sequence]

    def close(self) -> None:
        """End the connection."""
        self._writer.close()
        self._tasks[1].cancel()

    async def _send(self, pdu: Pdu) -> None:
        if not self.is_open:
            raise ConnectionResetError
        self._writer.write(pdu.encoded())
        await self._writer.drain()

    async def _keep_alive(self) -> None:
        """Ask now and then whether the other end is there, so that a dead one is noticed."""
        with contextlib.suppress(UnreachableError):
            while True:
                await asyncio.sleep(self._idle.total_seconds())
                await self.ask(Command.ENQUIRE_LINK)

    async def _listen(self) -> None:
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, MalformedError):
                while True:
                    head = await self._reader.readexactly(HEAD.size)
                    pdu = decoded(head, await self._reader.readexactly(length_in(head)))
                    if not pdu.is_response:
                        await self._answer(pdu)
                    else:
                        self._settle(pdu)
        finally:
            self.close()
            for answer, _ in self._waiting.values():
                if not answer.done():
                    answer.set_exception(ConnectionResetError())

    def _settle(self, pdu: Pdu) -> None:
        if pdu.sequence in self._waiting:
            answer, noted = self._waiting[pdu.sequence]
            if not answer.done():
                noted(pdu)
                answer.set_result(pdu)

    async def _answer(self, pdu: Pdu) -> None:
        """Answer a message of the operator."""
        if pdu.command == Command.DELIVER:
            receipt = receipt_in(pdu.body)
            is_taken = receipt is None or await self._on_receipt(receipt)
            status = OK if is_taken else TRY_AGAIN
            await self._send(Pdu(Command.DELIVER | RESPONSE, status, pdu.sequence, b"\0"))
        elif pdu.command in {Command.ENQUIRE_LINK, Command.UNBIND}:
            await self._send(Pdu(pdu.command | RESPONSE, OK, pdu.sequence, b""))
            if pdu.command == Command.UNBIND:
                raise ConnectionResetError
        else:
            await self._send(Pdu(Command.GENERIC_NACK, UNKNOWN_COMMAND, pdu.sequence, b""))
