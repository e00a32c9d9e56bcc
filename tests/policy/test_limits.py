from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import fields

from proofup.policy.limits import (
    MARKS_KEPT,
    REMEMBERED,
    Charge,
    Counter,
    Limit,
    ResetCounters,
    Spent,
    expires_at,
    spend,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

PLAIN = Limit(name="plain", most=3, within=MINUTE)
LARGE = Limit(name="large", most=100, within=64 * SECOND)
HARD = Limit(name="hard", most=3, within=15 * MINUTE, pause=15 * MINUTE, longest=DAY)
SOFT = Limit(name="soft", most=3, within=DAY, pause=MINUTE, longest=HOUR, again=1)


@dataclass
class Story:
    """Tries of one limit, one after the other, and which of them were allowed."""

    limit: Limit
    counter: Counter = field(default_factory=Counter)
    allowed: list[datetime] = field(default_factory=list)

    def attempt(self, at: datetime, mark: str | None = None) -> Spent:
        spent = spend(self.counter, Charge(key="k", limit=self.limit, mark=mark), at=at)
        if spent.refused_until is None:
            self.counter = spent.counter
            self.allowed.append(at)
        return spent

    def most_in_a_window(self) -> int:
        """Return how many allowed tries a window ever held; it ends with one of them."""
        return max(
            sum(at - self.limit.within < other <= at for other in self.allowed)
            for at in self.allowed
        )


def gaps(limit: Limit) -> st.SearchStrategy[list[timedelta]]:
    """Return spans between tries, many of them at the edges that matter to ``limit``."""
    edges = {timedelta(0), TICK, limit.within, limit.within / 3, limit.within / REMEMBERED}
    edges |= {limit.pause or SECOND, limit.longest, 2 * limit.within + limit.longest}
    near = {max(edge + by, timedelta(0)) for edge in edges for by in (-TICK, timedelta(0), TICK)}
    spans = st.sampled_from(sorted(near)) | st.timedeltas(timedelta(0), limit.within)
    return st.lists(spans, max_size=60)


def instants(spans: Sequence[timedelta]) -> list[datetime]:
    at, found = NOON, []
    for span in spans:
        at += span
        found.append(at)
    return found


@given(gaps(PLAIN))
def test_GU4_a_window_holds_exactly_the_published_number(spans: list[timedelta]) -> None:
    story = Story(PLAIN)
    for at in instants(spans):
        before = sum(other > at - PLAIN.within for other in story.allowed)
        spent = story.attempt(at)
        assert (spent.refused_until is None) == (before < PLAIN.most)
        assert spent.left == max(PLAIN.most - before - 1, 0)


def test_GU4_a_small_limit_gives_each_try_back_to_the_microsecond() -> None:
    story = Story(PLAIN)
    tries = [NOON, NOON + TICK, NOON + 2 * TICK]
    for at in tries:
        story.attempt(at)
    for at in tries:
        assert story.attempt(at + PLAIN.within - TICK).refused_until == at + PLAIN.within
        assert story.attempt(at + PLAIN.within).refused_until is None


@given(st.integers(1, 6), st.integers(1, 300).map(lambda count: count * SECOND), st.data())
def test_GU4_no_window_of_any_limit_holds_more(
    most: int, within: timedelta, data: st.DataObject
) -> None:
    limit = Limit(name="x", most=most, within=within)
    story = Story(limit)
    for at in instants([timedelta(0), *data.draw(gaps(limit))]):
        story.attempt(at)
    assert story.most_in_a_window() <= most


@given(st.lists(st.tuples(st.integers(0, 1_000_000), st.integers(1, 60)), max_size=60))
def test_GU4_grouping_many_tries_never_lets_more_through(
    bursts: list[tuple[int, int]],
) -> None:
    story = Story(LARGE)
    at = NOON
    for wait, tries in bursts:
        at += wait * TICK * 20
        for _ in range(tries):
            story.attempt(at)
    assert not story.allowed or story.most_in_a_window() <= LARGE.most
    assert len(story.counter.tries) <= REMEMBERED + 1


def test_GU4_grouping_gives_a_try_back_at_most_one_group_late() -> None:
    story = Story(LARGE)
    for count in range(LARGE.most):
        assert story.attempt(NOON + count * TICK).refused_until is None
    late = LARGE.within / REMEMBERED
    refused = story.attempt(NOON + LARGE.within)
    assert refused.refused_until is not None
    assert refused.refused_until <= NOON + LARGE.within + late
    assert story.attempt(refused.refused_until).refused_until is None


@pytest.mark.parametrize("limit", [PLAIN, LARGE], ids=lambda limit: limit.name)
@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=250))
@example([9_000] * 50 + [1_000] + [9_500] * 120)
def test_D10_a_clock_that_goes_back_gives_no_try(limit: Limit, ticks: list[int]) -> None:
    story = Story(limit)
    for tick in ticks:
        story.attempt(NOON + tick * limit.within / 10_001)
    assert len(story.allowed) <= limit.most


def test_D10_a_try_that_is_dated_back_does_not_age_its_group() -> None:
    story = Story(LARGE)
    for _ in range(LARGE.most - 1):
        story.attempt(NOON + 0.9 * SECOND)
    story.attempt(NOON + 0.1 * SECOND)
    assert story.attempt(NOON + LARGE.within + 0.5 * SECOND).refused_until is not None


@given(gaps(PLAIN), st.sampled_from([PLAIN, LARGE, HARD, SOFT]))
def test_GU4_a_refused_try_changes_nothing(spans: list[timedelta], limit: Limit) -> None:
    story = Story(limit)
    for at in instants(spans):
        spent = story.attempt(at)
        if spent.refused_until is not None:
            assert spent.counter == story.counter
            assert spent.left == 0
            assert spent.refused_until > at


@given(gaps(PLAIN), st.sampled_from([PLAIN, HARD, SOFT]))
def test_a_refusal_says_exactly_when_to_try_again(spans: list[timedelta], limit: Limit) -> None:
    story = Story(limit)
    for at in instants(spans):
        until = story.attempt(at).refused_until
        if until is not None:
            charge = Charge(key="k", limit=limit)
            assert spend(story.counter, charge, at=until - TICK).refused_until == until
            assert spend(story.counter, charge, at=until).refused_until is None


@given(gaps(HARD))
def test_GU4_a_hard_stop_holds_in_every_window_whatever_was_forgiven(
    spans: list[timedelta],
) -> None:
    story = Story(HARD)
    for at in instants([timedelta(0), *spans]):
        story.attempt(at)
    assert story.most_in_a_window() <= HARD.most


def test_GU4_tries_before_the_pauses_are_forgiven_still_count_after_it() -> None:
    story = Story(HARD)
    for _ in range(HARD.most):
        story.attempt(NOON)
    forgiven = NOON + 15 * MINUTE + DAY
    story.attempt(forgiven - SECOND)
    story.attempt(forgiven - SECOND)
    assert story.attempt(forgiven).left == 0
    assert story.attempt(forgiven).refused_until is not None


def test_GU4_pauses_double_up_to_the_longest_and_stay_there() -> None:
    story = Story(SOFT)
    at = NOON
    for _ in range(SOFT.most):
        story.attempt(at)
    lengths = []
    for _ in range(60):
        until = story.attempt(at).refused_until
        assert until is not None
        lengths.append(until - at)
        at = until
        assert story.attempt(at).left == 0  # one try, then the next pause
    assert lengths[:6] == [MINUTE * 2**doubling for doubling in range(6)]
    assert lengths[6:] == [HOUR] * 54


def test_GU4_after_a_hard_pause_the_whole_number_is_free_again() -> None:
    story = Story(HARD)
    at = NOON
    for pause in (15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR):
        assert [story.attempt(at).left for _ in range(HARD.most)] == [2, 1, 0]
        assert story.attempt(at).refused_until == at + pause
        at += pause


@pytest.mark.parametrize("limit", [HARD, SOFT], ids=lambda limit: limit.name)
def test_GU4_pauses_are_forgotten_when_the_last_is_long_over(limit: Limit) -> None:
    story = Story(limit)
    for _ in range(limit.most):
        story.attempt(NOON)
    assert story.counter.paused_until is not None
    forgiven = story.counter.paused_until + max(limit.within, limit.longest)
    before = spend(story.counter, Charge(key="k", limit=limit), at=forgiven - TICK)
    after = spend(story.counter, Charge(key="k", limit=limit), at=forgiven)
    assert before.counter.pauses >= 1
    assert (after.counter.pauses, after.left) == (0, limit.most - 1)


@pytest.mark.parametrize("limit", [PLAIN, HARD], ids=lambda limit: limit.name)
def test_I10_a_limit_of_nothing_refuses_everything(limit: Limit) -> None:
    nothing = Limit(name="none", most=0, within=limit.within, pause=limit.pause)
    spent = spend(Counter(), Charge(key="k", limit=nothing), at=NOON)
    assert (spent.left, spent.refused_until) == (0, NOON + limit.within)


def test_I10_a_limit_that_was_lowered_holds_for_the_tries_before_it() -> None:
    story = Story(PLAIN)
    for second in range(3):
        story.attempt(NOON + second * SECOND)
    story.limit = Limit(name="plain", most=1, within=MINUTE)
    assert story.attempt(NOON + 3 * SECOND).refused_until == NOON + 2 * SECOND + MINUTE


@given(st.lists(st.sampled_from("abcde"), max_size=40))
def test_I10_LCK_04_the_last_three_wrong_answers_given_again_are_not_counted(
    marks: list[str],
) -> None:
    story = Story(LARGE)
    last: list[str] = []
    counted = 0
    for mark in marks:
        if mark not in last:
            counted += 1
            last = [*last, mark][-MARKS_KEPT:]
        assert story.attempt(NOON, mark=mark).left == LARGE.most - counted
    assert list(story.counter.marks) == last


def test_I10_a_repeated_answer_passes_a_full_window_but_no_pause() -> None:
    full = Story(PLAIN)
    for mark in "abc":
        full.attempt(NOON, mark=mark)
    assert full.attempt(NOON, mark="c").left == 1
    assert full.attempt(NOON, mark="d").refused_until is not None
    paused = Story(HARD)
    for mark in "abc":
        paused.attempt(NOON, mark=mark)
    assert paused.attempt(NOON, mark="c").refused_until is not None
    assert paused.counter.marks == ("a", "b", "c")


def test_a_try_without_a_mark_leaves_the_marks() -> None:
    story = Story(LARGE)
    story.attempt(NOON, mark="a")
    story.attempt(NOON)
    assert story.counter.marks == ("a",)


def test_GU5_a_reset_names_its_counters_and_nothing_else_gives_tries_back() -> None:
    assert [part.name for part in fields(ResetCounters)] == ["keys"]
    outcomes: list[Callable[[Story], object]] = [
        lambda story: story.attempt(NOON),
        lambda story: story.attempt(NOON, mark="a"),
    ]
    for again in outcomes:
        story = Story(PLAIN)
        left = [spent.left for spent in (story.attempt(NOON), story.attempt(NOON))]
        again(story)
        assert left == [2, 1]
        assert sum(group.count for group in story.counter.tries) == 3


@given(gaps(PLAIN), st.sampled_from([PLAIN, LARGE, HARD, SOFT]))
def test_GU6_a_counter_is_forgotten_only_when_nobody_gains_by_it(
    spans: list[timedelta], limit: Limit
) -> None:
    story = Story(limit)
    for at in instants([timedelta(0), *spans]):
        if story.attempt(at).refused_until is not None:
            continue
        when = expires_at(story.counter, limit, at=at)
        kept = spend(story.counter, Charge(key="k", limit=limit), at=when)
        fresh = spend(Counter(), Charge(key="k", limit=limit), at=when)
        assert kept.left == fresh.left
        assert kept.counter.pauses == fresh.counter.pauses
