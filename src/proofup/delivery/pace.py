"""Retries after failures: pauses between attempts, and a circuit breaker."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Pauses that double from ``first`` up to ``longest``."""

    first: timedelta
    longest: timedelta

    def after(self, failures: int) -> timedelta:
        """Return the pause after ``failures`` failures in a row, at least 1."""
        doublings = min(failures - 1, 30)  # beyond that every pace is at its longest
        return min(self.first * (1 << doublings), self.longest)


@dataclass(slots=True, kw_only=True)
class Breaker:
    """A circuit breaker: stops using a carrier that is down, except for one probe at a time.

    It opens after ``threshold`` failures in a row. After each pause one message is the probe
    (half-open). A failed probe doubles the pause; any answer of the carrier closes the breaker.
    """

    pace: Pace
    threshold: int = 5  # opens within five failures in a row
    failures: int = field(default=0, init=False)
    opens_at: datetime | None = field(default=None, init=False)
    is_probing: bool = field(default=False, init=False)

    def room(self, most: int, at: datetime, *, in_flight: int) -> int:
        """Return how many of ``most`` messages may be tried at ``at`` beside those in flight."""
        if self.opens_at is None:
            return most
        return 0 if self._rests(at) or in_flight else min(most, 1)

    def enters(self, at: datetime) -> bool:
        """Return whether a message may go to the carrier now; after a pause it is the probe.

        The caller must report the result with ``succeeded`` or ``failed``.
        """
        if self.opens_at is None:
            return True
        if self._rests(at) or self.is_probing:
            return False
        self.is_probing = True
        return True

    def succeeded(self) -> None:
        """Note that the carrier answered."""
        self.failures = 0
        self.opens_at = None
        self.is_probing = False

    def failed(self, at: datetime) -> None:
        """Note that the carrier was down."""
        if self._rests(at) and not self.is_probing:
            return  # it started before the breaker opened, so it is no new information
        self.is_probing = False
        self.failures += 1
        if self.failures >= self.threshold:
            self.opens_at = at + self.pace.after(self.failures - self.threshold + 1)

    def _rests(self, at: datetime) -> bool:
        """Return whether the pause lasts. One above the longest means a clock that was set back."""
        if self.opens_at is None:
            return False
        return timedelta(0) < self.opens_at - at <= self.pace.longest
