from datetime import timedelta

from delivery.outboxes import NOON
from proofup.delivery.pace import Breaker, Pace

PACE = Pace(first=timedelta(seconds=2), longest=timedelta(seconds=10))


def broken() -> Breaker:
    breaker = Breaker(pace=PACE)
    for _ in range(5):
        assert breaker.enters(NOON)
        breaker.failed(NOON)
    return breaker


def test_pauses_double_up_to_the_longest() -> None:
    assert [PACE.after(failures).seconds for failures in (1, 2, 3, 4, 50)] == [2, 4, 8, 10, 10]


def test_a_breaker_opens_after_five_failures_and_lets_one_probe_through() -> None:
    breaker = broken()
    assert not breaker.enters(NOON + timedelta(seconds=1))
    assert breaker.room(16, NOON + timedelta(seconds=1), in_flight=0) == 0
    after = NOON + timedelta(seconds=2)
    assert breaker.room(16, after, in_flight=0) == 1
    assert breaker.room(16, after, in_flight=1) == 0
    assert breaker.enters(after)
    assert not breaker.enters(after)
    breaker.succeeded()
    assert breaker.enters(after)
    assert breaker.room(16, after, in_flight=3) == 16


def test_what_began_before_the_breaker_opened_says_nothing_new() -> None:
    breaker = broken()
    breaker.failed(NOON + timedelta(seconds=1))
    assert breaker.opens_at == NOON + timedelta(seconds=2)


def test_D10_a_clock_that_is_set_back_keeps_no_carrier_out() -> None:
    breaker = broken()
    an_hour_ago = NOON - timedelta(hours=1)
    assert breaker.room(16, an_hour_ago, in_flight=0) == 1
    assert breaker.enters(an_hour_ago)
    breaker.failed(an_hour_ago)
    assert breaker.opens_at == an_hour_ago + timedelta(seconds=4)
    assert breaker.enters(an_hour_ago + timedelta(seconds=4))


def test_D10_a_probe_during_which_the_clock_is_set_back_is_not_the_last() -> None:
    breaker = broken()
    assert breaker.enters(NOON + timedelta(seconds=2))
    breaker.failed(NOON + timedelta(seconds=1))
    assert breaker.enters(NOON + timedelta(seconds=5))
