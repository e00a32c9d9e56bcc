from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofup.values.clock import EPOCH, from_microseconds, to_microseconds

INSTANTS = st.datetimes(timezones=st.just(UTC))


@given(INSTANTS)
def test_an_instant_comes_back_as_it_was(instant: datetime) -> None:
    assert from_microseconds(to_microseconds(instant)) == instant


@given(INSTANTS, INSTANTS)
def test_counts_lie_in_the_order_of_the_instants(one: datetime, other: datetime) -> None:
    assert (to_microseconds(one) < to_microseconds(other)) == (one < other)


def test_what_comes_back_is_aware_and_in_utc() -> None:
    assert from_microseconds(0) == EPOCH
    assert from_microseconds(1).utcoffset() == timedelta(0)


def test_another_offset_is_the_same_instant() -> None:
    here = datetime(2026, 3, 1, 13, 0, tzinfo=timezone(timedelta(hours=1)))
    assert to_microseconds(here) == to_microseconds(datetime(2026, 3, 1, 12, 0, tzinfo=UTC))


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(TypeError):
        to_microseconds(datetime(2026, 3, 1, 12, 0))  # noqa: DTZ001 - that is the point
