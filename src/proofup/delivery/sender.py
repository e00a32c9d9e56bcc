"""The background task that empties the outbox."""

import asyncio
import contextlib
import logging
from datetime import timedelta

from proofup.delivery.carriers import CarrierRefusedError, Mailer, SmsCarrier
from proofup.delivery.lane import Lane
from proofup.delivery.outbox import ClaimedMessage, Outbox
from proofup.delivery.pace import Breaker, Pace
from proofup.values.clock import Clock
from proofup.values.messages import Call, Text

log = logging.getLogger(__name__)

LOOKING_PAUSE = timedelta(seconds=5)  # for what other nodes left behind; a commit wakes at once

# A text is worth little after a minute, so its pauses are short; a mail server may be away for
# hours (drill D14) and must not be stormed when it comes back.
TEXT_PACE = Pace(first=timedelta(seconds=1), longest=timedelta(seconds=15))
MAIL_PACE = Pace(first=timedelta(seconds=5), longest=timedelta(minutes=5))
TEXT_BREAKER_PACE = Pace(first=timedelta(seconds=2), longest=timedelta(seconds=10))
MAIL_BREAKER_PACE = Pace(first=timedelta(seconds=5), longest=timedelta(seconds=60))
TROUBLE_PACE = Pace(first=timedelta(milliseconds=100), longest=timedelta(seconds=5))


class Sender:
    """Sends what is committed to the outbox, from ``start`` until ``stop``.

    Texts and mails go side by side, at most ``slots`` of each at a time, so that a dead mail
    server costs no text. Where there is no carrier for a kind, its messages fail at once and
    say so. What is in flight when the process dies comes back with the end of its lease, under
    the same id.
    """

    def __init__(
        self,
        *,
        outbox: Outbox,
        texts: SmsCarrier | None,
        mails: Mailer | None,
        clock: Clock,
        slots: int = 16,
        trouble_pace: Pace = TROUBLE_PACE,
    ) -> None:
        self._outbox = outbox
        self._texts = texts
        self._mails = mails
        self._clock = clock
        self._trouble_pace = trouble_pace
        self._stirred = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._lanes = [
            Lane(
                kind="text",
                carry=self._carry,
                outbox=outbox,
                clock=clock,
                pace=TEXT_PACE,
                breaker=Breaker(pace=TEXT_BREAKER_PACE),
                slots=slots,
                stir=self._stirred.set,
                marking_pace=trouble_pace,
            ),
            Lane(
                kind="mail",
                carry=self._carry,
                outbox=outbox,
                clock=clock,
                pace=MAIL_PACE,
                breaker=Breaker(pace=MAIL_BREAKER_PACE),
                slots=slots,
                stir=self._stirred.set,
                marking_pace=trouble_pace,
            ),
        ]

    def start(self) -> None:
        """Begin to send, in a task of the running loop."""
        self._task = asyncio.create_task(self._run(), name="delivery")

    async def stop(self, grace: timedelta) -> None:
        """Claim no more, let what is in flight finish within ``grace``, then end.

        What does not finish is still in the outbox, and comes back with the end of its lease.
        """
        self._stopping = True
        self._stirred.set()
        tasks = {self._task} if self._task else set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace.total_seconds()):
                while tasks:
                    await asyncio.wait(tasks)  # the loop itself first: it may yet start some
                    tasks = {task for lane in self._lanes for task in lane.in_flight}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _carry(self, message: ClaimedMessage) -> str | None:
        match message.content:
            case Text() as text:
                if self._texts is None:
                    raise CarrierRefusedError("no carrier for texts is set up", permanent=True)
                return await self._texts.send(text, message)
            case Call():
                raise CarrierRefusedError("no carrier for calls is set up", permanent=True)
            case mail:
                if self._mails is None:
                    raise CarrierRefusedError("no mail server is set up", permanent=True)
                return await self._mails.send(mail, message)

    async def _run(self) -> None:
        failures = 0
        while not self._stopping:
            self._stirred.clear()
            try:
                for lane in self._lanes:
                    await lane.fill()
                await self._rest()
                failures = 0
            except Exception as error:  # noqa: BLE001 - a database that is away comes back
                failures += 1
                log.warning("outbox cannot be read: %s", type(error).__name__)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._trouble_pace.after(failures).total_seconds()):
                        await self._stirred.wait()

    async def _rest(self) -> None:
        """Wait for a commit, for room, for the next time that is known, or for the end."""
        at = self._clock()
        pauses = [time - at for lane in self._lanes for time in lane.times()]
        pause = max(min([LOOKING_PAUSE, *pauses]), timedelta(0))
        woken = asyncio.ensure_future(self._outbox.wait(pause))
        stirred = asyncio.ensure_future(self._stirred.wait())
        try:
            await asyncio.wait({woken, stirred}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stirred.cancel()
            woken.cancel()
        await asyncio.wait({woken})
        if not woken.cancelled():
            woken.result()
