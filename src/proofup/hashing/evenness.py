"""Wrong answers come equally late, whatever kind of hash they were judged by.

Hashes of other systems take from a microsecond to a second. Who measures how long a wrong
password takes would learn which accounts came from elsewhere, and thereby that they exist.
"""

LONGEST_SECONDS = 2.0  # nobody waits longer for a machine that was once asleep
MOST_KINDS = 64  # that are remembered
GROWTH, DECAY = 1.25, 0.05


class Evenness:
    """Remembers how long each kind of hash takes here, and how long the others must wait."""

    def __init__(self) -> None:
        self._usual: dict[str, float] = {}

    def note(self, effort: str, seconds: float) -> None:
        """Remember that a hash of ``effort`` took ``seconds``.

        A slower one counts nearly at once, a quicker one little by little: what is remembered is
        what most of them stay below, and a machine that stood still for once is soon forgotten.
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

        Nothing while all hashes are of one kind, for then there is nothing to hide.
        """
        if len(self._usual) < 2:  # noqa: PLR2004 - of one kind
            return 0.0
        return max(0.0, min(max(self._usual.values()), LONGEST_SECONDS) - seconds)
