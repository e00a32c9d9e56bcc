import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from proofup.methods import one_time_code, time_based_code
from proofup.policy import figures
from proofup.policy.budgets import Budget
from proofup.policy.limits import Charge, Counter, Limit, spend
from proofup.policy.rules import Policy

PUBLISHED = Path(__file__).parents[2] / "docs" / "operators" / "limits.md"
ROW = re.compile(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
YEARS = timedelta(days=3650)  # longer than any window that is meant as one
IN_FORCE = list(figures.in_force().values())
LIMITS = [*IN_FORCE, *Budget().limits]


def span(length: timedelta) -> str:
    if length > timedelta(days=1) and length % timedelta(days=1) == timedelta(0):
        return f"{length // timedelta(days=1)} days"
    for unit, name in ((timedelta(hours=1), "h"), (timedelta(minutes=1), "min")):
        if length % unit == timedelta(0):
            return f"{length // unit} {name}"
    return f"{length // timedelta(seconds=1)} s"


def figure(limit: Limit) -> str:
    """Return what the table says of the number."""
    return f"{limit.most} in {'a row' if limit.within >= YEARS else span(limit.within)}"


def consequence(limit: Limit) -> str | None:
    """Return the expected text for when the limit is reached; None if the row has its own text."""
    if limit.pause is not None and limit is not figures.WRONG_PROOFS:
        more = "" if limit.again is None else f"; {limit.again} more after each"
        return (
            f"a pause of {span(limit.pause)}, twice as long each time, "
            f"up to {span(limit.longest)}{more}"
        )
    if limit in {
        figures.WRONG_PROOFS,
        figures.PASSWORD_IN_A_ROW,
        figures.PASSWORD_OF_BROWSER_IN_A_ROW,
        figures.WRONG_PROOFS_IN_A_ROW,
        figures.ANSWERS_PER_CHALLENGE,
        figures.ANSWERS_PER_SIGN_IN,
    }:
        return None
    return "refused until a try leaves the window"


def test_LCK_01_the_published_limits_are_those_in_force() -> None:
    rows = {name: rest for name, *rest in ROW.findall(PUBLISHED.read_text())}
    assert set(rows) == {limit.name for limit in LIMITS}
    for limit in LIMITS:
        number, bounds, then = rows[limit.name]
        assert number == figure(limit), limit.name
        assert then == (consequence(limit) or then), limit.name
        if limit.bounds is not None:
            least, greatest = limit.bounds
            assert bounds == f"{least} to {greatest}{' s' if limit.pace else ''}", limit.name


@pytest.mark.parametrize("limit", IN_FORCE, ids=lambda limit: limit.name)
def test_LCK_01_every_limit_is_a_rule_with_a_floor_and_a_ceiling(limit: Limit) -> None:
    assert limit.bounds is not None
    least, greatest = limit.bounds
    assert 1 <= least <= limit.figure <= greatest
    assert Policy().limit(limit) is limit
    for told, kept in ((least - 1, least), (greatest + 1, greatest), (least, least)):
        assert Policy(limits={limit.name: told}).limit(limit).figure == kept
    assert (least, greatest) == (1, 1) or least < greatest


def test_a_budget_is_no_rule() -> None:
    budget = Budget().service_limit
    assert budget.set_to(1) == budget


def test_no_two_limits_are_counted_under_one_name() -> None:
    assert len({limit.name for limit in LIMITS}) == len(LIMITS)


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_I10_every_limit_lets_something_through_and_ends(limit: Limit) -> None:
    assert limit.most >= 1
    assert limit.within > timedelta(0)
    assert (limit.pause is None) == (limit.longest == timedelta(0))
    assert limit.pause is None or timedelta(0) < limit.pause <= limit.longest
    assert limit.again is None or (1 <= limit.again <= limit.most and limit.pause is not None)


def test_GU4_a_pause_after_which_all_is_free_again_outlasts_the_window() -> None:
    for limit in LIMITS:
        if limit.pause is not None and limit.again is None:
            assert limit.pause >= limit.within, limit.name


def test_GU4_the_chance_to_guess_a_code_after_a_stolen_password() -> None:
    # Three codes are right at a time, and 50 attempts in a row give 1.5 in 10 000 per method.
    steps = 2 * time_based_code.DRIFT_STEPS + 1
    for right_at_once in (steps, 1):  # an app, a text
        chance = Fraction(
            figures.WRONG_PROOFS_IN_A_ROW.most * right_at_once, 10**one_time_code.DIGITS
        )
        assert chance <= Fraction(15, 100_000)
    assert figures.WRONG_PROOFS_IN_A_ROW.most <= 100
    # Ten years of trying as fast as the pauses allow change nothing about it.
    assert figures.WRONG_PROOFS_IN_A_ROW.within >= YEARS


def test_GU4_nobody_tries_more_than_ten_codes_while_one_is_good() -> None:
    good_for = max(
        one_time_code.LIFETIME,
        (2 * time_based_code.DRIFT_STEPS + 1) * time_based_code.TIME_STEP,
    )
    counter, tried = Counter(), []
    start = datetime(2026, 3, 1, tzinfo=UTC)
    at = start
    while at < start + timedelta(days=30):
        spent = spend(counter, Charge(key="k", limit=figures.WRONG_PROOFS), at=at)
        counter = spent.counter
        if spent.refused_until is None:
            tried.append(at)
        else:
            assert spent.refused_until > at
            at = spent.refused_until
    assert len(tried) > 300
    for place, first in enumerate(tried):
        assert sum(other < first + good_for for other in tried[place:]) <= 10


def test_GU4_a_patient_guesser_gets_one_password_an_hour_from_a_network() -> None:
    counter, tried = Counter(), 0
    start = datetime(2026, 3, 1, tzinfo=UTC)
    at = start
    while at < start + timedelta(days=10):
        spent = spend(counter, Charge(key="k", limit=figures.PASSWORD_FROM_NETWORK), at=at)
        counter = spent.counter
        if spent.refused_until is None:
            tried += 1
        else:
            assert spent.refused_until > at
            at = spent.refused_until
    assert 240 <= tried <= 10 * 24 + 10 + 6


def test_SM4_a_text_may_follow_another_after_exactly_thirty_seconds() -> None:
    charge = Charge(key="k", limit=figures.TEXT_AGAIN)
    start = datetime(2026, 3, 1, tzinfo=UTC)
    counter = spend(Counter(), charge, at=start).counter
    half_a_minute = start + timedelta(seconds=30)
    early = half_a_minute - timedelta(microseconds=1)
    assert spend(counter, charge, at=early).refused_until == half_a_minute
    assert spend(counter, charge, at=half_a_minute).refused_until is None


def test_SM4_the_figures_of_texts() -> None:
    hour, day = timedelta(hours=1), timedelta(days=1)
    assert (figures.TEXTS_PER_HOUR.most, figures.TEXTS_PER_HOUR.within) == (5, hour)
    assert (figures.TEXTS_PER_DAY.most, figures.TEXTS_PER_DAY.within) == (10, day)
    assert (figures.TEXTS_OF_ACCOUNT.most, figures.TEXTS_OF_ACCOUNT.within) == (100, day)
    assert (figures.NEW_NUMBER_PER_HOUR.most, figures.NEW_NUMBER_PER_HOUR.within) == (5, hour)
    assert (figures.NEW_NUMBER_PER_DAY.most, figures.NEW_NUMBER_PER_DAY.within) == (10, day)
    assert (figures.NEW_NUMBERS_OF_ACCOUNT.most, figures.NEW_NUMBERS_OF_ACCOUNT.within) == (10, day)
    assert (figures.NEW_NUMBERS_OF_NETWORK.most, figures.NEW_NUMBERS_OF_NETWORK.within) == (
        60,
        hour,
    )
