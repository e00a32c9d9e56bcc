"""How fast delivery goes on when things go wrong: pauses between tries, and a breaker."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Pauses that double from ``first`` up to ``longest``."""

    first: timedelta
    longest: timedelta

    def after(self, failures: int) -> timedelta:
        """Return the pause after that many failures in a row, 1 or more."""
        doublings = min(failures - 1, 30)  # beyond that every pace is at its longest
        return min(self.first * (1 << doublings), self.longest)


@dataclass(slots=True, kw_only=True)
class Breaker:
    """Stops trying a carrier that is down, and lets one message through now and then.

    Open after ``threshold`` failures in a row; each pause over, one message is the probe
    (half-open). A probe that fails doubles the pause; any answer of the carrier closes it.
    """

    pace: Pace
    threshold: int = 5  # security.md section 5: open within five failures
    failures: int = field(default=0, init=False)
    opens_at: datetime | None = field(default=None, init=False)
    is_probing: bool = field(default=False, init=False)

    def room(self, most: int, at: datetime, *, in_flight: int) -> int:
        """Return how many of ``most`` messages may be tried at ``at`` beside those in flight."""
        if self.opens_at is None:
            return most
        return 0 if self._rests(at) or in_flight else min(most, 1)

    def enters(self, at: datetime) -> bool:
        """Tell whether a message may go to the carrier now; after a pause it is the probe.

        What came of it has to be told by ``succeeded`` or ``failed``.
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
            return  # started before it opened; it says nothing new
        self.is_probing = False
        self.failures += 1
        if self.failures >= self.threshold:
            self.opens_at = at + self.pace.after(self.failures - self.threshold + 1)

    def _rests(self, at: datetime) -> bool:
        """Tell whether the pause goes on; one longer than any was made by a clock set back."""
        if self.opens_at is None:
            return False
        return timedelta(0) < self.opens_at - at <= self.pace.longest
