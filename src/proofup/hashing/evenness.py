"""Makes wrong answers take the same time, whatever the kind of hash.

Hashes of other systems take from a microsecond to a second. The time of a wrong password would
reveal which accounts were imported, and thus that they exist.
"""

LONGEST_SECONDS = 2.0  # a limit, because one measurement may be wrong by a stalled machine
MOST_KINDS = 64  # that are remembered
GROWTH, DECAY = 1.25, 0.05


class Evenness:
    """Remembers how long each kind of hash takes, and how long faster ones must wait."""

    def __init__(self) -> None:
        self._usual: dict[str, float] = {}

    def note(self, effort: str, seconds: float) -> None:
        """Remember that a hash of ``effort`` took ``seconds``.

        Slower measurements count almost at once, faster ones gradually. So the estimate is above
        most measurements, and a single stall is soon forgotten.
        """
        usual = self._usual.get(effort)
        if usual is None:
            if len(self._usual) == MOST_KINDS:
                self._usual.pop(next(iter(self._usual)))
            usual = seconds
        elif seconds > usual:
            usual = min(seconds, usual * GROWTH)
        else:
            usual += (seconds - usual) * DECAY
        self._usual[effort] = usual

    def seconds_left(self, seconds: float) -> float:
        """Return how long to wait with a wrong answer that took ``seconds``.

        Zero while all hashes are of one kind, because then there is nothing to hide.
        """
        if len(self._usual) < 2:  # noqa: PLR2004 - of one kind
            return 0.0
        return max(0.0, min(max(self._usual.values()), LONGEST_SECONDS) - seconds)
