"""Limits: how often an action may be attempted, as a pure function of earlier attempts.

An attempt is counted durably before the answer is judged. The window slides: the instants of the
last attempts are counted or, if there may be many, small groups of them, which may expire late but
never early. So no timing allows more attempts than the limit.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from proofup.values.changes import Change
from proofup.values.clock import EPOCH

SECOND = timedelta(seconds=1)

CounterKey: TypeAlias = Callable[..., str]
"""Makes the key of a counter from its limit's name and whom it counts, as a keyed digest."""


class Limit(Struct, frozen=True, kw_only=True):
    """At most ``most`` within ``within``.

    With a ``pause``, reaching ``most`` starts a pause that doubles each time up to ``longest``;
    after a pause ``again`` attempts are free before the next. Without a pause, attempts expire when
    they leave the window.

    ``bounds`` are the least and the greatest figure that a rule may set, if it may: ``most``, or
    for a ``pace`` the seconds between two attempts. ``says`` is what it counts, as shown to
    administrators.
    """

    name: str
    most: int
    within: timedelta
    pause: timedelta | None = None
    longest: timedelta = timedelta(0)
    again: int | None = None
    bounds: tuple[int, int] | None = None
    pace: bool = False
    says: str = ""

    @property
    def figure(self) -> int:
        """What a rule sets."""
        return self.within // SECOND if self.pace else self.most

    def set_to(self, figure: int) -> "Limit":
        """Return the limit with another figure, which is moved into its bounds."""
        least, greatest = self.bounds or (self.figure, self.figure)
        figure = min(max(figure, least), greatest)
        return replace(self, within=figure * SECOND) if self.pace else replace(self, most=figure)


class Tries(Struct, frozen=True):
    """A group of attempts: how many, and the time of the last one."""

    last_at: datetime
    count: int


class Counter(Struct, frozen=True, kw_only=True):
    """The state under one key: the attempts, the pauses, the last few wrong answers."""

    tries: tuple[Tries, ...] = ()
    pauses: int = 0
    paused_until: datetime | None = None
    marks: tuple[str, ...] = ()


class Charge(Struct, frozen=True, kw_only=True):
    """One try to be counted under ``key``.

    ``key`` is what ``counter_key`` makes.

    ``mark`` recognises the same wrong answer given again, which is counted once: a program with
    an old password must not lock its owner out.
    """

    key: str
    limit: Limit
    mark: str | None = None
    weight: int = 1  # how much of the limit one attempt takes; for money, its price


class Spent(Struct, frozen=True, kw_only=True):
    """The result of a charge: how many attempts are left, or until when there are none."""

    counter: Counter
    left: int
    refused_until: datetime | None = None


def counter_key(limit: str, now: Sequence[str], older: Sequence[str]) -> str:
    """Return the key of a counter from its names: digests change when their key does.

    The attempt is counted under each name of ``now``. A new name starts with the count of an older
    one. So no attempt is lost while two processes use different keys.
    """
    together = "+".join([f"{limit}:{name}" for name in now])
    return " ".join([together, *(f"{limit}:{name}" for name in older)])


def names_in(key: str) -> tuple[list[str], list[str]]:
    """Return the names that were put together: those to count under, and the older ones."""
    together, *older = key.split(" ")
    return together.split("+"), older


MARKS_KEPT = 3
REMEMBERED = 64  # groups at most, so that a large limit costs no more than a small one


def spend(counter: Counter, charge: Charge, *, at: datetime) -> Spent:
    """Count one try, or refuse it; a refused one leaves the counter as it was."""
    limit = charge.limit
    counter = _forgiven(counter, limit, at)
    if counter.paused_until and at < counter.paused_until:
        return Spent(counter=counter, left=0, refused_until=counter.paused_until)
    allowed = limit.again if limit.again is not None and counter.pauses else limit.most
    tries = _in_window(counter, limit, at)
    made = _sum(tries)
    if charge.mark is not None and charge.mark in counter.marks:
        return Spent(counter=counter, left=max(allowed - made, 1))
    if made + charge.weight > allowed:
        until = _room_at(tries, limit, allowed - charge.weight, at)
        return Spent(counter=counter, left=0, refused_until=until)
    tries = _with_more(tries, limit, charge.weight, at)
    left = allowed - made - charge.weight
    marks = counter.marks if charge.mark is None else (*counter.marks, charge.mark)[-MARKS_KEPT:]
    if left or limit.pause is None:
        kept = Counter(
            tries=tries, pauses=counter.pauses, paused_until=counter.paused_until, marks=marks
        )
        return Spent(counter=kept, left=left)
    until = at + _pause(limit.pause, limit.longest, counter.pauses)
    paused = Counter(tries=(), pauses=counter.pauses + 1, paused_until=until, marks=marks)
    return Spent(counter=paused, left=0)


def spent_of(counter: Counter, limit: Limit, *, at: datetime) -> int:
    """Return how much of the limit is taken by the tries in the window that ends at ``at``."""
    return _sum(_in_window(counter, limit, at))


def _in_window(counter: Counter, limit: Limit, at: datetime) -> tuple[Tries, ...]:
    return tuple(group for group in counter.tries if group.last_at > at - limit.within)


def _sum(tries: Sequence[Tries]) -> int:
    return sum(group.count for group in tries)


def _pause(first: timedelta, longest: timedelta, before: int) -> timedelta:
    """Return how long the pause after ``before`` earlier ones lasts."""
    # Doubling stops beyond the longest pause, because a patient attacker would overflow timedelta.
    enough = (longest // first).bit_length()
    return min(first * (1 << min(before, enough)), longest)


def _with_more(
    tries: tuple[Tries, ...], limit: Limit, weight: int, at: datetime
) -> tuple[Tries, ...]:
    """Return ``tries`` and one of ``weight`` at ``at``.

    Attempts close together become one group if there may be many. A group counts until its last
    attempt leaves the window, so an attempt may expire late, but never early.
    """
    if limit.most > REMEMBERED and tries and _is_near(tries[-1], limit, at):
        last = tries[-1]
        # Another node's clock may be behind: its attempts must not make the others expire early.
        return (*tries[:-1], Tries(max(at, last.last_at), last.count + weight))
    return (*tries, Tries(at, weight))


def is_remembered_in(group: Tries, limit: Limit, at: datetime) -> bool:
    """Tell whether a try at ``at`` is one of ``group``, if it was counted at all."""
    if limit.most > REMEMBERED:
        return group.last_at >= at and _is_near(group, limit, at)
    return group.last_at == at


def _is_near(group: Tries, limit: Limit, at: datetime) -> bool:
    grain = limit.within / REMEMBERED
    return (at - EPOCH) // grain == (group.last_at - EPOCH) // grain


def _room_at(tries: tuple[Tries, ...], limit: Limit, most: int, at: datetime) -> datetime:
    """Return when at most ``most`` of ``tries`` are left in the window.

    If the limit is 0, that never happens; the result is then one whole window away.
    """
    kept = 0
    for group in reversed(tries):
        kept += group.count
        if kept > most:
            return group.last_at + limit.within
    return at + limit.within


def expires_at(counter: Counter, limit: Limit, *, at: datetime) -> datetime:
    """Return when the counter may be deleted without giving anybody an attempt."""
    return max(at, counter.paused_until or at) + max(limit.within, limit.longest)


def _forgiven(counter: Counter, limit: Limit, at: datetime) -> Counter:
    """Return the counter without its pauses where the last of them ended long enough ago.

    Attempts since then stay, because they are still in the window.
    """
    if counter.paused_until and at >= counter.paused_until + max(limit.within, limit.longest):
        return replace(counter, pauses=0, paused_until=None)
    return counter


class Counters(Protocol):
    """Counts tries in the database."""

    async def charge(self, *charges: Charge, at: datetime) -> list[int]:
        """Count all of ``charges`` durably, or none, and return how many tries each leaves.

        Raises LimitReachedError for the first that is refused.
        """
        ...

    async def spent(self, key: str, limit: Limit, *, at: datetime) -> int:
        """Return how much of ``limit`` was taken under ``key``, and count nothing."""
        ...

    async def refused(self, charges: Sequence[Charge], *, at: datetime) -> frozenset[str]:
        """Return the keys of those ``charges`` that would be refused, and count nothing."""
        ...


class CountTries(Change, frozen=True, kw_only=True):
    """Counts all of ``charges`` together with what they allow.

    Raises LimitReachedError for the first that is refused.
    """

    charges: tuple[Charge, ...]
    at: datetime


class RequireTries(Change, frozen=True, kw_only=True):
    """Writes nothing; raises LimitReachedError where one of ``charges`` would be refused."""

    charges: tuple[Charge, ...]
    at: datetime


class ResetCounters(Change, frozen=True, kw_only=True):
    """Forgets the tries under ``keys``: what they guarded was proven."""

    keys: tuple[str, ...]
