"""The results of a run, and how they are printed."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.measuring import Cost

MICRO = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One measurement over another of the same run."""

    what: str
    value: float
    at_most: float | None = None
    at_least: float | None = None

    @property
    def is_over(self) -> bool:
        """Return whether the bar is missed."""
        return (self.at_most is not None and self.value > self.at_most) or (
            self.at_least is not None and self.value < self.at_least
        )

    @property
    def bar(self) -> str:
        """The bar in words, or nothing."""
        if self.at_most is not None:
            return f"at most {self.at_most:g}"
        return "" if self.at_least is None else f"at least {self.at_least:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The cost of one act; ``at_most`` is the bar for its CPU, in seconds."""

    what: str
    cost: Cost
    at_most: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A result that is not a time per act: ``value`` in ``unit``."""

    what: str
    value: float
    unit: str
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class Yardstick:
    """A fixed piece of work: its seconds ``there``, where the bars were set, and ``here``."""

    what: str
    here: float
    there: float


@dataclass(slots=True)
class Report:
    """Everything that was measured in one run; ``loops`` are the calibrations.

    ``notes`` say what of it cannot be compared.
    """

    ratios: list[Ratio] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    sizes: list[Size] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    loops: list[float] = field(default_factory=list)
    yardsticks: list[Yardstick] = field(default_factory=list)

    @property
    def slower(self) -> float:
        """How many times slower this machine is than the one where the bars were set."""
        return statistics.median(one.here / one.there for one in self.yardsticks)

    def show(self, machine: Sequence[str]) -> None:
        """Print ratios, figures, sizes, what was left out, notes, and the machine.

        A figure that misses its bar on this machine but meets it by the yardsticks is marked so.
        """
        print("\nRatios within this run")
        for ratio in self.ratios:
            print(f"  {ratio.what:<66}{ratio.value:8.2f}  {ratio.bar:<14}{_over(ratio.is_over)}")
        loop = min(self.loops)
        print(f"\nFigures for one act; a loop is {loop * MICRO:.0f} us of CPU on this machine")
        print(f"  {'':<66}{'CPU us':>8}{'wall us':>9}{'loops':>8}{'there':>8}  bar, CPU")
        for figure in self.figures:
            cpu, wall = figure.cost.cpu, figure.cost.wall
            bar = "" if figure.at_most is None else f"{figure.at_most * MICRO:.0f} us"
            there = cpu / self.slower
            print(
                f"  {figure.what:<66}{cpu * MICRO:8.0f}{wall * MICRO:9.0f}{cpu / loop:8.2f}"
                f"{there * MICRO:8.0f}  {bar:<10}{_place(cpu, there, figure.at_most)}"
            )
        print("\nYardsticks: the same work here, and where the bars were set")
        print(f"  {'':<66}{'here us':>8}{'there us':>9}{'ratio':>8}")
        for one in self.yardsticks:
            here, there = one.here * MICRO, one.there * MICRO
            print(f"  {one.what:<66}{here:8.1f}{there:9.0f}{here / there:8.2f}")
        print(f"  {'median':<83}{self.slower:8.2f}")
        print("\nOther figures")
        for size in self.sizes:
            bar = "" if size.at_most is None else f"at most {size.at_most:g}"
            is_over = size.at_most is not None and size.value > size.at_most
            print(f"  {size.what:<66}{size.value:8.0f} {size.unit:<8}  {bar:<14}{_over(is_over)}")
        for line in self.left_out:
            print(f"  left out: {line}")
        for line in self.notes:
            print(f"  note: {line}")
        print("\nMachine")
        for line in machine:
            print(f"  {line}")


def _place(here: float, there: float, bar: float | None) -> str:
    if bar is None or here <= bar:
        return ""
    return "over" if there > bar else "over here, not by the yardsticks"


def _over(is_over: bool) -> str:  # noqa: FBT001 - the one fact there is
    return "over" if is_over else ""
