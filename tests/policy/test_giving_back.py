"""A try that turned out right is taken back, and nobody else's with it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from proofup.policy.giving_back import without
from proofup.policy.limits import REMEMBERED, Charge, Counter, Limit, spend

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SMALL = Charge(key="k", limit=Limit(name="small", most=REMEMBERED, within=HOUR))
LARGE = Charge(key="k", limit=Limit(name="large", most=REMEMBERED + 1, within=HOUR))
instants = st.lists(st.integers(0, 3599), min_size=1, max_size=40).map(sorted)


def counted(charge: Charge, seconds: list[int]) -> Counter:
    counter = Counter()
    for second in seconds:
        counter = spend(counter, charge, at=NOON + timedelta(seconds=second)).counter
    return counter


def tries(counter: Counter) -> int:
    return sum(group.count for group in counter.tries)


@given(instants, st.data())
def test_GU5_a_try_that_was_counted_is_given_back_once(
    seconds: list[int], data: st.DataObject
) -> None:
    at = NOON + timedelta(seconds=data.draw(st.sampled_from(seconds)))
    for charge in (SMALL, LARGE):
        counter = counted(charge, seconds)
        left = without(counter, charge, at=at)
        assert left is not None
        assert tries(left) == tries(counter) - 1
        assert all(group.count > 0 for group in left.tries)


@given(instants)
def test_GU5_each_try_can_be_given_back_and_then_all_are_free(seconds: list[int]) -> None:
    counter = counted(SMALL, seconds)
    for second in seconds:
        left = without(counter, SMALL, at=NOON + timedelta(seconds=second))
        assert left is not None
        counter = left
    assert counter.tries == ()


def test_GU5_what_was_not_counted_takes_back_nobody_elses() -> None:
    counter = counted(SMALL, [0, 100, 200])
    for second in (-1, 50, 201):
        assert without(counter, SMALL, at=NOON + timedelta(seconds=second)) is None
    grouped = counted(LARGE, [0, 1, 600])
    for second in (-3600, 300, 1200):
        assert without(grouped, LARGE, at=NOON + timedelta(seconds=second)) is None


def test_a_heavy_try_is_given_back_whole() -> None:
    heavy = Charge(key="k", limit=LARGE.limit, weight=5)
    counter = counted(heavy, [0, 1])
    left = without(counter, heavy, at=NOON)
    assert left is not None
    assert tries(left) == 5
    assert without(left, Charge(key="k", limit=LARGE.limit, weight=9), at=NOON) == Counter()
