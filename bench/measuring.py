"""Timers: CPU of the whole process and wall time, per act, and a loop to compare machines."""

import hashlib
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Self

PARTS = 5  # a measurement has this many parts, and the best one counts

# The work of the loop: compiling a program, and random memory accesses.
SOURCE = "".join(f"def f{n}(a, b):\n    return [a + {n}, {{b: a}}, str(b)]\n" for n in range(15))
SCATTERED = list(range(200_000))
Random(1).shuffle(SCATTERED)  # noqa: S311 - the same walk in every run
DIGESTS, STEPS = 100, 1000


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one act, in seconds; CPU includes every thread of this process."""

    cpu: float
    wall: float


class Watch:
    """Measures the time inside its ``with`` block; ``cost`` is that time per act."""

    def __init__(self) -> None:
        self._cpu = self._wall = 0.0

    def __enter__(self) -> Self:
        self._from = time.process_time(), time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self._cpu += time.process_time() - self._from[0]
        self._wall += time.perf_counter() - self._from[1]

    def cost(self, acts: int) -> Cost:
        """Return the cost of each of ``acts``."""
        return Cost(self._cpu / acts, self._wall / acts)


def best(costs: Sequence[Cost]) -> Cost:
    """Return the minimum of each: disturbances only ever add time."""
    return Cost(min(cost.cpu for cost in costs), min(cost.wall for cost in costs))


def mean(costs: Sequence[Cost]) -> Cost:
    """Return the mean of each, for comparisons of equally disturbed measurements."""
    return Cost(
        statistics.fmean(cost.cpu for cost in costs), statistics.fmean(cost.wall for cost in costs)
    )


async def cost_of(act: Callable[[int], Awaitable[object]], acts: int) -> Cost:
    """Return the cost of one ``act``, called with its number, after some warm-up calls."""
    for number in range(min(acts, 20)):
        await act(number)
    costs = []
    each = max(1, acts // PARTS)
    for part in range(PARTS):
        watch = Watch()
        with watch:
            for number in range(part * each, (part + 1) * each):
                await act(number)
        costs.append(watch.cost(each))
    return best(costs)


def loop() -> int:
    """Do a fixed piece of work similar to the service's: much code, hashing, distant memory."""
    compile(SOURCE, "loop", "exec")
    digest = b"proofup"
    for _ in range(DIGESTS):
        digest = hashlib.sha256(digest).digest()
    place = digest[0]
    for _ in range(STEPS):
        place = SCATTERED[place]
    return place


def calibrated() -> float:
    """Return the CPU seconds of one ``loop`` on this machine, as it is now."""
    times = []
    for _ in range(50):
        before = time.process_time()
        loop()
        times.append(time.process_time() - before)
    return statistics.median_low(sorted(times)[:25])
