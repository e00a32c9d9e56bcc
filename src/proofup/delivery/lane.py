"""One kind of message on its way: its carrier, its pace, and what is in flight."""

import asyncio
import heapq
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

from proofup.delivery.carriers import CarrierDownError, CarrierRefusedError
from proofup.delivery.outbox import ClaimedMessage, Kind, Outbox
from proofup.delivery.pace import Breaker, Pace
from proofup.values.clock import Clock

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
SENDING_LIMIT = timedelta(seconds=30)  # well inside the lease, so that no other node sends too
MARKING_PACE = Pace(first=timedelta(milliseconds=50), longest=timedelta(seconds=2))
MARKING_TRIES = 6
# One message on which the carrier breaks must not be the probe for ever and hold up the rest.
BEHIND_THE_PROBE = timedelta(milliseconds=100)

Carry = Callable[[ClaimedMessage], Awaitable[str | None]]
"""Hands a message to the carrier of its kind and returns the carrier's reference."""


class Lane:
    """Claims as many messages of one kind as there is room for, and sees each through.

    ``stir`` is called whenever the sender should look again: a slot came free that is wanted,
    or there is a new time to wake at.
    """

    def __init__(
        self,
        *,
        kind: Kind,
        carry: Carry,
        outbox: Outbox,
        clock: Clock,
        pace: Pace,
        breaker: Breaker,
        slots: int,
        stir: Callable[[], None],
        marking_pace: Pace = MARKING_PACE,
    ) -> None:
        self.kind = kind
        self.in_flight: set[asyncio.Task[None]] = set()
        self._carry = carry
        self._outbox = outbox
        self._clock = clock
        self._pace = pace
        self._breaker = breaker
        self._slots = slots
        self._stir = stir
        self._marking_pace = marking_pace
        self._wake_times: list[datetime] = []  # a heap
        self._wants_more = False

    async def fill(self) -> None:
        """Claim what there is room for and set it on its way."""
        at = self._clock()
        free = self._slots - len(self.in_flight)
        room = self._breaker.admits(free, at, in_flight=len(self.in_flight))
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
        """Send one message and write down what became of it. Raises nothing but cancellation."""
        at = self._clock()
        if message.expires_at <= at:
            await self._give_up(message, "expired", at)
            return
        try:
            async with asyncio.timeout(SENDING_LIMIT.total_seconds()):
                carrier_ref = await self._carry(message)
        except CarrierDownError as error:
            await self._went_down(message, error.reason)
        except TimeoutError:
            await self._went_down(message, "no answer in time")
        except CarrierRefusedError as error:
            self._breaker.succeeded()  # a refusal is an answer
            if error.permanent:
                await self._give_up(message, error.reason, self._clock())
            else:
                await self._try_later(message, error.reason)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other messages go on
            # Its name alone: the text of a foreign exception may hold a number or a code.
            await self._try_later(message, f"unexpected {type(error).__name__}")
        else:
            self._breaker.succeeded()
            sent_at = self._clock()
            await self._mark(lambda: self._outbox.mark_sent(message.id, carrier_ref, sent_at))

    async def _went_down(self, message: ClaimedMessage, reason: str) -> None:
        at = self._clock()
        self._breaker.failed(at)
        opens_at = self._breaker.opens_at
        if opens_at is None:
            await self._try_later(message, reason)
        else:
            heapq.heappush(self._wake_times, opens_at)
            await self._try_at(message, reason, opens_at + BEHIND_THE_PROBE)

    async def _try_later(self, message: ClaimedMessage, reason: str) -> None:
        retry_at = self._clock() + self._pace.after(message.attempts)
        await self._try_at(message, reason, retry_at)

    async def _try_at(self, message: ClaimedMessage, reason: str, retry_at: datetime) -> None:
        at = self._clock()
        if retry_at >= message.expires_at:
            await self._give_up(message, reason, at)
            return
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
        """Write down what became of a message; every mark may be written twice.

        Tried hard, because a message that was sent and not marked is sent again. If nothing
        helps, the end of the lease brings the message back.
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
