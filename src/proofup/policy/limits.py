"""How often a thing may be done, as a pure function over what was done before.

A charge is made before an answer is judged, and is durable before anything depends on it
(security.md 4.6 and 4.7 of the design). The window slides exactly: what is counted are the
instants of the last tries, never an estimate, so no timing buys more tries than the figure.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from proofup.values.changes import Change

CounterKey: TypeAlias = Callable[..., str]
"""Makes the key of a counter from its limit's name and whom it counts, as a keyed digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most ``most`` within ``within``.

    With a ``pause``, reaching the figure starts a pause that doubles each time up to
    ``longest``; after a pause ``again`` tries are free before the next. Without one, tries come
    back as they leave the window.
    """

    name: str
    most: int
    within: timedelta
    pause: timedelta | None = None
    longest: timedelta = timedelta(0)
    again: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """What is remembered under one key: the tries, the pauses, the last few wrong answers."""

    tries: tuple[datetime, ...] = ()
    pauses: int = 0
    paused_until: datetime | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One try to be counted under ``key``.

    ``mark`` recognises the same wrong answer given again, which is counted once: a program with
    an old password must not lock its owner out.
    """

    key: str
    limit: Limit
    mark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What came of a charge: how many tries are left, or until when there is none."""

    counter: Counter
    left: int
    refused_until: datetime | None = None


MARKS_KEPT = 3


def spend(counter: Counter, charge: Charge, *, at: datetime) -> Spent:
    """Count one try, or refuse it; a refused one leaves the counter as it was."""
    limit = charge.limit
    counter = _forgiven(counter, limit, at)
    if counter.paused_until and at < counter.paused_until:
        return Spent(counter=counter, left=0, refused_until=counter.paused_until)
    allowed = limit.again if limit.again is not None and counter.pauses else limit.most
    tries = tuple(instant for instant in counter.tries if instant > at - limit.within)
    if charge.mark is not None and charge.mark in counter.marks:
        return Spent(counter=counter, left=max(allowed - len(tries), 1))
    if len(tries) >= allowed:
        # The oldest try that has to leave the window before one more fits.
        blocking = tries[len(tries) - allowed]
        return Spent(counter=counter, left=0, refused_until=blocking + limit.within)
    tries = (*tries, at)
    left = allowed - len(tries)
    marks = counter.marks if charge.mark is None else (*counter.marks, charge.mark)[-MARKS_KEPT:]
    if left or limit.pause is None:
        return Spent(counter=replace(counter, tries=tries, marks=marks), left=left)
    until = at + min(limit.pause * 2**counter.pauses, limit.longest)
    paused = Counter(tries=(), pauses=counter.pauses + 1, paused_until=until, marks=marks)
    return Spent(counter=paused, left=0)


def expires_at(counter: Counter, limit: Limit, *, at: datetime) -> datetime:
    """Return from when the counter may be forgotten without anybody gaining a try."""
    return max(at, counter.paused_until or at) + max(limit.within, limit.longest)


def _forgiven(counter: Counter, limit: Limit, at: datetime) -> Counter:
    """Return a fresh counter where the last pause ended long enough ago."""
    if counter.paused_until and at >= counter.paused_until + max(limit.within, limit.longest):
        return Counter(marks=counter.marks)
    return counter


class Counters(Protocol):
    """Counts tries in the database."""

    async def charge(self, *charges: Charge, at: datetime) -> list[int]:
        """Count all of ``charges`` durably, or none, and return how many tries each leaves.

        Raises LimitReachedError for the first that is refused.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetCounter(Change):
    """Forgets the tries under ``key``: what they guarded was proven."""

    key: str
