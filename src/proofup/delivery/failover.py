"""Carriers of one kind in order: the first one that is available takes the message.

A message has the same id and text with every carrier, so two copies of a text hold the same code
(drill D12).
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
    """Gives messages to the ``carriers``, by name, in this order.

    A carrier that is down, refuses temporarily or does not serve the number is skipped. After a
    permanent refusal no other carrier is tried. ``none`` is the reason if there are no carriers.
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
        """Give ``message`` to the first carrier that takes it; return that carrier's reference.

        Raises CarrierRefusedError: the first permanent refusal, or else the refusal after which the
        message is most likely to arrive still.
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
            # Log only the class name: the text of a foreign exception may hold a number or a code.
            reason = f"unexpected {type(error).__name__}"
            raise CarrierDownError(reason) from error
        one.breaker.succeeded()
        return reference


def _hope(refusal: CarrierRefusedError) -> int:
    """Order refusals by how likely the message is to arrive still."""
    if isinstance(refusal, CarrierHoldsError):
        return 2
    return 0 if refusal.permanent else 1
