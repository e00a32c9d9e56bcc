"""Sends the log on, batch by batch: to standard output, or to a webhook in signed posts.

Nothing is skipped: a batch that was not taken is sent again, with the same ids, at a slower pace
each time. What was taken and could not be noted is sent again too.
"""

import asyncio
import logging
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import BinaryIO, Protocol

from msgspec import Struct

from proofup.audit.log_stream import LogStreams, json_line
from proofup.delivery.outbound import OutboundClient, UnreachableError
from proofup.delivery.pace import Pace
from proofup.delivery.signature import signed_headers
from proofup.values.clock import Clock
from proofup.values.errors import ProofupError
from proofup.values.secret import Secret

log = logging.getLogger(__name__)

MOST = 200  # entries in a batch
LEASE = timedelta(seconds=60)  # a batch is taken or refused well inside it
IDLE = timedelta(seconds=1)
PACE = Pace(first=timedelta(seconds=1), longest=timedelta(minutes=5))


class NotTakenError(ProofupError):
    """The other system did not take a batch; ``reason`` holds nothing of it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Sink(Protocol):
    """Where a stream goes."""

    async def take(self, lines: bytes) -> None:
        """Take a batch of lines durably. Raises NotTakenError."""
        ...


class StandardOutput(Struct, frozen=True):
    """Lines for whatever collects the output of the process."""

    out: Callable[[], BinaryIO] = lambda: sys.stdout.buffer

    async def take(self, lines: bytes) -> None:
        """Write a batch of lines, in a thread, since a pipe may be full."""
        try:
            await asyncio.to_thread(self._write, lines)
        except (OSError, ValueError) as error:
            raise NotTakenError("standard output is closed") from error

    def _write(self, lines: bytes) -> None:
        out = self.out()
        out.write(lines)
        out.flush()


class LogWebhook(Struct, frozen=True, kw_only=True):
    """Posts batches to another system, signed as posts to carriers are."""

    url: str
    secret: Secret[str]
    client: OutboundClient
    clock: Clock

    async def take(self, lines: bytes) -> None:
        """Post a batch; any 2xx answer takes it."""
        headers = {
            "Content-Type": "application/x-ndjson",
            "User-Agent": "Proofup",
            **signed_headers(self.secret, lines, at=self.clock()),
        }
        try:
            answer = await self.client.post(self.url, body=lines, headers=headers)
        except UnreachableError as error:
            raise NotTakenError(error.reason) from error
        if not 200 <= answer.status < 300:  # noqa: PLR2004 - the class of answers that say yes
            reason = f"answered {answer.status}"
            raise NotTakenError(reason)


class LogStream:
    """One stream; every node runs it, and the one that has the lease sends."""

    def __init__(
        self, *, name: str, sink: Sink, streams: LogStreams, holder: str, clock: Clock
    ) -> None:
        self._name = name
        self._sink = sink
        self._streams = streams
        self._holder = holder
        self._clock = clock
        self._failures = 0

    @property
    def pause(self) -> timedelta:
        """How long to wait before the next look."""
        return PACE.after(self._failures) if self._failures else IDLE

    async def keep(self) -> None:
        """Send what comes, in an endless loop."""
        while True:
            await self.look()
            await asyncio.sleep(self.pause.total_seconds())

    async def look(self) -> None:
        """Send all that is due, or note that it is not taken now."""
        try:
            while await self._streams.is_due(self._name) and await self._send_batch():
                self._failures = 0
        except NotTakenError as error:
            self._failures += 1
            log.warning("the log is not taken by %s: %s", self._name, error.reason)
        except ProofupError as error:  # the next round does it
            log.warning("the log cannot be sent: %s", type(error).__name__)

    async def _send_batch(self) -> bool:
        batch = await self._streams.take(
            self._name, self._holder, most=MOST, lease=LEASE, at=self._clock()
        )
        if not batch:
            return False
        await self._sink.take(b"".join(json_line(one) for one in batch))
        await self._streams.sent(self._name, self._holder, batch[-1].sequence)
        return True
