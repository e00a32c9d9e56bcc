"""The background task that empties the outbox."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from proofup.delivery.carriers import Carrier, Mailer, PushService, SmsCarrier, VoiceCarrier
from proofup.delivery.failover import Failover
from proofup.delivery.lane import Lane
from proofup.delivery.outbox import Kind, Outbox
from proofup.delivery.pace import Pace
from proofup.values.clock import Clock

log = logging.getLogger(__name__)

LOOKING_PAUSE = timedelta(
    seconds=5
)  # to find messages of other nodes; a commit on this node wakes the sender

# Pauses between attempts, of a message and of a breaker. A text or a call is useless after some
# minutes, so the pauses are short. A mail server may be down for hours (drill D14) and must not be
# flooded when it is back.
PHONE_PACES = (
    Pace(first=timedelta(seconds=1), longest=timedelta(seconds=15)),
    Pace(first=timedelta(seconds=2), longest=timedelta(seconds=10)),
)
MAIL_PACES = (
    Pace(first=timedelta(seconds=5), longest=timedelta(minutes=5)),
    Pace(first=timedelta(seconds=5), longest=timedelta(seconds=60)),
)
TROUBLE_PACE = Pace(first=timedelta(milliseconds=100), longest=timedelta(seconds=5))


class Sender:
    """Sends the messages of the outbox, from ``start`` until ``stop``.

    Texts, calls, mails and messages that wake devices are sent in parallel, at most ``slots`` of
    each at a time, so that a mail server that is down does not delay texts. ``texts`` and ``calls``
    are the carriers by name, in the order in which they are tried. Messages of a kind without a
    carrier fail at once, with that reason. If the process dies, its messages in flight become
    claimable at the end of their lease, under the same id.
    """

    def __init__(
        self,
        *,
        outbox: Outbox,
        texts: Mapping[str, SmsCarrier],
        calls: Mapping[str, VoiceCarrier],
        mails: Mailer | None,
        pushes: PushService | None = None,
        clock: Clock,
        slots: int = 16,
        trouble_pace: Pace = TROUBLE_PACE,
    ) -> None:
        self._outbox = outbox
        self._clock = clock
        self._slots = slots
        self._trouble_pace = trouble_pace
        self._stirred = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._lanes = [
            self._lane("text", texts, PHONE_PACES, "no carrier for texts is set up"),
            self._lane("call", calls, PHONE_PACES, "no carrier for calls is set up"),
            self._lane(
                "mail", {"smtp": mails} if mails else {}, MAIL_PACES, "no mail server is set up"
            ),
            self._lane(
                "notification",
                {"webPush": pushes} if pushes else {},
                PHONE_PACES,
                "nothing that wakes devices is set up",
            ),
        ]

    def start(self) -> None:
        """Start to send, in a task of the running loop."""
        self._task = asyncio.create_task(self._run(), name="delivery")

    async def stop(self, grace: timedelta) -> None:
        """Claim no more messages, let those in flight finish within ``grace``, then stop.

        Unfinished messages stay in the outbox and become claimable at the end of their lease.
        """
        self._stopping = True
        self._stirred.set()
        tasks = {self._task} if self._task else set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace.total_seconds()):
                while tasks:
                    await asyncio.wait(tasks)  # the main task first: it may still start others
                    tasks = {task for lane in self._lanes for task in lane.in_flight}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _lane(
        self, kind: Kind, carriers: Mapping[str, Carrier[Any]], paces: tuple[Pace, Pace], none: str
    ) -> Lane:
        retries, breaks = paces
        return Lane(
            kind=kind,
            carriers=Failover(carriers, none=none, breaker_pace=breaks, clock=self._clock),
            outbox=self._outbox,
            clock=self._clock,
            pace=retries,
            slots=self._slots,
            stir=self._stirred.set,
            marking_pace=self._trouble_pace,
        )

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
        """Wait for a commit, a free slot, the next known time, or ``stop``."""
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
