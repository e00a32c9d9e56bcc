from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from proofup.policy.conversion import (
    JUDGED,
    SPANS_KEPT,
    STOPPED_FOR,
    Conversion,
    has_failed,
    is_stopped,
    stopped,
    with_answered,
    with_sent,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LATER = NOON + 6 * MINUTE


def told(*, sent: int, answered: int, at: datetime = NOON) -> Conversion:
    conversion = Conversion()
    for _ in range(sent):
        conversion = with_sent(conversion, at=at)
    for _ in range(answered):
        conversion = with_answered(conversion, sent_at=at)
    return conversion


def test_SM4_fewer_than_a_fifth_of_fifty_answered_is_failure() -> None:
    assert has_failed(told(sent=50, answered=9), at=LATER)
    assert not has_failed(told(sent=50, answered=10), at=LATER)
    assert not has_failed(told(sent=49, answered=0), at=LATER)


def test_a_burst_that_nobody_could_answer_yet_is_not_judged() -> None:
    burst = told(sent=500, answered=0)
    assert not has_failed(burst, at=NOON)
    assert not has_failed(burst, at=NOON + 4 * MINUTE)
    assert has_failed(burst, at=NOON + 5 * MINUTE)


def test_only_the_latest_fifty_are_judged() -> None:
    conversion = told(sent=100, answered=100)
    for _ in range(50):
        conversion = with_sent(conversion, at=NOON + MINUTE)
    assert has_failed(conversion, at=LATER + MINUTE)


def test_a_stop_ends_after_an_hour_and_everything_begins_anew() -> None:
    conversion = stopped(NOON)
    assert is_stopped(conversion, at=NOON)
    assert not is_stopped(conversion, at=NOON + STOPPED_FOR)
    assert not has_failed(conversion, at=NOON + STOPPED_FOR)
    assert not is_stopped(Conversion(), at=NOON)
    assert is_stopped(with_sent(conversion, at=NOON), at=NOON)


@given(st.lists(st.integers(0, 500), max_size=200))
def test_what_is_remembered_stays_small(minutes: list[int]) -> None:
    conversion = Conversion()
    for minute in minutes:
        conversion = with_sent(conversion, at=NOON + minute * MINUTE)
    assert len(conversion.spans) <= SPANS_KEPT
    assert sum(span.sent for span in conversion.spans) <= len(minutes)
    assert JUDGED < SPANS_KEPT * JUDGED
