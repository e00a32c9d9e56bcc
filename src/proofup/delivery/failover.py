"""Carriers of one kind in order: the first that can takes the message.

Whoever carries it, a message has the same id and the same words, so that a text which goes by
two carriers holds one code, not two (drill D12).
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from proofup.delivery.carriers import (
    Carrier,
    CarrierDownError,
    CarrierHoldsError,
    CarrierRefusedError,
    NoRouteError,
)
from proofup.delivery.outbox import ClaimedMessage
from proofup.delivery.pace import Breaker, Pace
from proofup.values.clock import Clock

log = logging.getLogger(__name__)

SENDING_LIMIT = timedelta(seconds=30)  # for all carriers together; a lease is twice as long


class _Guarded(Struct, frozen=True):
    """A carrier behind its own breaker."""

    name: str
    carrier: Carrier[Any]
    breaker: Breaker


class Failover:
    """Hands messages to the carriers in ``carriers``, by name and in this order.

    One that is down, refuses in passing or does not serve the number is passed over; one that
    refuses for good has the last word. ``none`` is the reason where there are no carriers.
    """

    def __init__(
        self,
        carriers: Mapping[str, Carrier[Any]],
        *,
        none: str,
        breaker_pace: Pace,
        clock: Clock,
    ) -> None:
        self._guarded = [
            _Guarded(name, carrier, Breaker(pace=breaker_pace))
            for name, carrier in carriers.items()
        ]
        self._none = none
        self._clock = clock

    @property
    def opens_at(self) -> datetime | None:
        """When the first breaker lets a message through; None where one does so now."""
        times = [one.breaker.opens_at for one in self._guarded]
        return None if None in times else min((time for time in times if time), default=None)

    def room(self, most: int, at: datetime, *, in_flight: int) -> int:
        """Return how many of ``most`` messages may be tried at ``at`` beside those in flight."""
        rooms = (one.breaker.room(most, at, in_flight=in_flight) for one in self._guarded)
        return max(rooms, default=most)

    async def carry(self, message: ClaimedMessage) -> str | None:
        """Hand ``message`` to the first carrier that takes it; return that one's reference.

        Raises CarrierRefusedError: the refusal of the first that is for good, or else the one
        that leaves the most hope.
        """
        refusals: list[CarrierRefusedError] = []
        for one in self._guarded:
            if not one.breaker.enters(self._clock()):
                refusals.append(CarrierDownError("the carrier is out of order"))
                continue
            try:
                return await self._try(one, message)
            except CarrierRefusedError as refusal:
                if refusal.permanent and not isinstance(refusal, NoRouteError):
                    raise
                log.info("message %s: %s: %s", message.id, one.name, refusal.reason)
                refusals.append(refusal)
        if not refusals:
            raise CarrierRefusedError(self._none, permanent=True)
        raise max(refusals, key=_hope)

    async def _try(self, one: _Guarded, message: ClaimedMessage) -> str | None:
        limit = SENDING_LIMIT / len(self._guarded)
        try:
            async with asyncio.timeout(limit.total_seconds()):
                reference = await one.carrier.send(message.content, message)
        except CarrierDownError:
            one.breaker.failed(self._clock())
            raise
        except CarrierRefusedError:
            one.breaker.succeeded()  # a refusal is an answer
            raise
        except TimeoutError as error:
            one.breaker.failed(self._clock())
            raise CarrierDownError("no answer in time") from error
        except Exception as error:
            one.breaker.failed(self._clock())
            # Its name alone: the text of a foreign exception may hold a number or a code.
            reason = f"unexpected {type(error).__name__}"
            raise CarrierDownError(reason) from error
        one.breaker.succeeded()
        return reference


def _hope(refusal: CarrierRefusedError) -> int:
    """Order refusals by what may still come of the message."""
    if isinstance(refusal, CarrierHoldsError):
        return 2
    return 0 if refusal.permanent else 1
