"""The sending of one kind of message: its carriers, its retry pace, and messages in flight."""

import asyncio
import heapq
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

from proofup.delivery.carriers import CarrierHoldsError, CarrierRefusedError
from proofup.delivery.failover import Failover
from proofup.delivery.outbox import ClaimedMessage, Kind, Outbox
from proofup.delivery.pace import Pace
from proofup.values.clock import Clock

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # sending ends well inside it, so that no other node sends too
MARKING_PACE = Pace(first=timedelta(milliseconds=50), longest=timedelta(seconds=2))
MARKING_TRIES = 6
# A message that always breaks the carrier must not stay the probe and block the others.
BEHIND_THE_PROBE = timedelta(milliseconds=100)


class Lane:
    """Claims messages of one kind while there are free slots, and sends each.

    ``stir`` is called when the sender should look again: a needed slot is free, or there is a new
    time to wake up.
    """

    def __init__(
        self,
        *,
        kind: Kind,
        carriers: Failover,
        outbox: Outbox,
        clock: Clock,
        pace: Pace,
        slots: int,
        stir: Callable[[], None],
        marking_pace: Pace = MARKING_PACE,
    ) -> None:
        self.kind = kind
        self.in_flight: set[asyncio.Task[None]] = set()
        self._carriers = carriers
        self._outbox = outbox
        self._clock = clock
        self._pace = pace
        self._slots = slots
        self._stir = stir
        self._marking_pace = marking_pace
        self._wake_times: list[datetime] = []  # a heap
        self._wants_more = False

    async def fill(self) -> None:
        """Claim messages for the free slots, and start to send them."""
        at = self._clock()
        free = self._slots - len(self.in_flight)
        room = self._carriers.room(free, at, in_flight=len(self.in_flight))
        claimed = await self._outbox.claim(self.kind, room, LEASE, at) if room else ()
        self._wants_more = len(claimed) == room
        for message in claimed:
            task = asyncio.create_task(self._see_through(message))
            self.in_flight.add(task)
            task.add_done_callback(self._landed)

    def times(self) -> Iterable[datetime]:
        """Return the instants in the future at which there may be something to do."""
        at = self._clock()
        while self._wake_times and self._wake_times[0] <= at:
            heapq.heappop(self._wake_times)
        return self._wake_times[:1]

    def _landed(self, task: asyncio.Task[None]) -> None:
        self.in_flight.discard(task)
        if self._wants_more:
            self._stir()

    async def _see_through(self, message: ClaimedMessage) -> None:
        """Send one message and store the result. Raises only CancelledError."""
        at = self._clock()
        if message.expires_at <= at:
            await self._give_up(message, "expired", at)
            return
        try:
            carrier_ref = await self._carriers.carry(message)
        except CarrierHoldsError as error:
            # A receipt will update it. Without one, it expires like a message that was never sent.
            await self._put_back(message, error.reason, message.expires_at)
        except CarrierRefusedError as error:
            if error.permanent:
                await self._give_up(message, error.reason, self._clock())
            else:
                await self._try_later(message, error.reason)
        else:
            sent_at = self._clock()
            await self._mark(lambda: self._outbox.mark_sent(message.id, carrier_ref, sent_at))

    async def _try_later(self, message: ClaimedMessage, reason: str) -> None:
        at = self._clock()
        opens_at = self._carriers.opens_at
        if opens_at is None:
            retry_at = at + self._pace.after(message.attempts)
        else:
            heapq.heappush(self._wake_times, opens_at)
            retry_at = opens_at + BEHIND_THE_PROBE
        if retry_at >= message.expires_at:
            await self._give_up(message, reason, at)
        else:
            await self._put_back(message, reason, retry_at)

    async def _put_back(self, message: ClaimedMessage, reason: str, retry_at: datetime) -> None:
        at = self._clock()
        log.warning("message %s: %s; again at %s", message.id, reason, retry_at.isoformat())
        await self._mark(lambda: self._outbox.mark_failed(message.id, reason, at, retry_at))
        heapq.heappush(self._wake_times, retry_at)
        self._stir()

    async def _give_up(self, message: ClaimedMessage, reason: str, at: datetime) -> None:
        log.warning(
            "message %s was given up after %d tries: %s (correlation id %s)",
            message.id,
            message.attempts,
            reason,
            message.correlation_id,
        )
        await self._mark(lambda: self._outbox.mark_failed(message.id, reason, at, None))

    async def _mark(self, write: Callable[[], Awaitable[bool]]) -> None:
        """Store the result of a message; storing it twice does no harm.

        Retries several times, because a message that was sent and not marked is sent again. If all
        attempts fail, the message becomes claimable at the end of its lease.
        """
        for failures in range(1, MARKING_TRIES + 1):
            try:
                await write()
            except Exception as error:  # noqa: BLE001 - the store's trouble must not end the lane
                log.warning("outbox cannot be written: %s", type(error).__name__)
                await asyncio.sleep(self._marking_pace.after(failures).total_seconds())
            else:
                return
        log.error("outbox could not be written; the message comes back with its lease")
