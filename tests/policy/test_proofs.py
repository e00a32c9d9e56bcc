from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from known_methods import METHODS, option
from proofup.methods.catalogue import Option
from proofup.policy.proofs import (
    BY_ANY_FACTOR,
    FRESH_FOR,
    Action,
    Level,
    Proofs,
    demanded,
    fresh_until,
    is_fresh,
    preferred,
    reaches,
)
from proofup.values.ways import Way

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
SMS, OATH = option(Way("sms")), option(Way("oath"))
PASSWORD_ONLY = Proofs(first_at=NOON)
BOTH = Proofs(first_at=NOON, second_at=NOON + timedelta(minutes=1), second_way=Way("oath"))

MAYBE = st.none() | st.datetimes(timezones=st.just(UTC), max_value=datetime(9999, 1, 1))  # noqa: DTZ001 - hypothesis adds it
PROOFS = st.builds(
    Proofs,
    first_at=MAYBE,
    second_at=MAYBE,
    second_way=st.none() | st.sampled_from(sorted(METHODS.ways)),
)
OPTIONS = st.lists(st.sampled_from(sorted(METHODS.ways)), unique=True).map(
    lambda ways: [option(way) for way in ways]
)
ACTIONS = st.sampled_from(sorted({*Action} - BY_ANY_FACTOR))

SECURITY_4_9 = {
    Action.SEE_NUMBERS: timedelta(minutes=10),  # SM6: the same proof as for a change
    # add, change or remove a phone, app or OATH method: ten minutes; the last one: five
    Action.ADD_METHOD: timedelta(minutes=10),
    Action.ADD_FIRST_METHOD: timedelta(minutes=5),  # a passkey
    Action.CHANGE_METHOD: timedelta(minutes=10),
    Action.REMOVE_METHOD: timedelta(minutes=10),
    Action.CHANGE_DEFAULT: timedelta(minutes=10),
    Action.REMOVE_LAST_METHOD: timedelta(minutes=5),
    Action.MAKE_RECOVERY_CODES: timedelta(minutes=5),
    Action.MAKE_APP_PASSWORDS: timedelta(minutes=5),
    Action.DELETE_APP_PASSWORDS: timedelta(minutes=15),
    Action.CHANGE_PASSWORD: timedelta(minutes=5),
    Action.END_SESSIONS: timedelta(minutes=15),
    Action.FORGET_DEVICES: timedelta(minutes=15),
}


@given(st.datetimes(timezones=st.just(UTC)), st.sampled_from(sorted(METHODS.ways)), OPTIONS)
def test_TX4_VOI_10_a_second_proof_alone_never_counts(
    at: datetime, way: Way, options: list[Option]
) -> None:
    alone = Proofs().with_second(way, at)
    assert alone.level is Level.NONE
    assert not reaches(alone, demanded(options))
    assert not reaches(alone, Level.SINGLE_FACTOR)
    assert all(fresh_until(action, alone, options) is None for action in Action)


@given(OPTIONS)
def test_TX3_whoever_has_any_option_is_asked_for_it(options: list[Option]) -> None:
    assert demanded(options) is (Level.MULTI_FACTOR if options else Level.SINGLE_FACTOR)
    assert demanded(options) is not Level.NONE


@given(OPTIONS.filter(bool), MAYBE)
def test_TX3_a_password_alone_is_not_enough_where_there_is_an_option(
    options: list[Option], first_at: datetime | None
) -> None:
    assert not reaches(Proofs(first_at=first_at), demanded(options))


@pytest.mark.parametrize(
    ("proofs", "level"),
    [
        (Proofs(), Level.NONE),
        (Proofs(second_at=NOON), Level.NONE),
        (PASSWORD_ONLY, Level.SINGLE_FACTOR),
        (BOTH, Level.MULTI_FACTOR),
    ],
)
def test_TX4_SYS_09_what_proofs_amount_to(proofs: Proofs, level: Level) -> None:
    assert proofs.level is level
    order = list(Level)
    for other in order:
        assert reaches(proofs, other) == (order.index(other) <= order.index(level))


def test_a_second_proof_says_how_and_when_and_leaves_the_first() -> None:
    later = NOON + timedelta(minutes=3)
    again = BOTH.with_second(Way("sms"), later)
    assert again == Proofs(first_at=NOON, second_at=later, second_way=Way("sms"))


def test_EN1_every_action_has_its_span_of_security_4_9() -> None:
    assert FRESH_FOR == SECURITY_4_9
    assert set(FRESH_FOR) == set(Action)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize(
    ("proofs", "options"), [(PASSWORD_ONLY, []), (BOTH, [SMS]), (BOTH, [SMS, OATH])]
)
def test_EN1_a_proof_is_fresh_until_the_very_instant(
    action: Action, proofs: Proofs, options: list[Option]
) -> None:
    given_at = proofs.second_at if options else proofs.first_at
    assert given_at is not None
    end = given_at + FRESH_FOR[action]
    assert fresh_until(action, proofs, options) == end
    assert is_fresh(action, proofs, options, at=given_at)
    assert is_fresh(action, proofs, options, at=end - TICK)
    assert not is_fresh(action, proofs, options, at=end)
    assert not is_fresh(action, proofs, options, at=end + timedelta(days=1))


@given(ACTIONS, PROOFS, OPTIONS, st.datetimes(timezones=st.just(UTC)))
def test_EN2_nothing_is_fresh_below_the_level_the_account_has(
    action: Action, proofs: Proofs, options: list[Option], at: datetime
) -> None:
    if is_fresh(action, proofs, options, at=at):
        assert reaches(proofs, demanded(options))
        needed = proofs.second_at if options else proofs.first_at
        assert needed is not None
        assert at < needed + FRESH_FOR[action]


@given(ACTIONS, OPTIONS.filter(bool))
def test_EN2_a_new_password_proof_does_not_refresh_the_second(
    action: Action, options: list[Option]
) -> None:
    old = Proofs(first_at=NOON + timedelta(days=1), second_at=NOON, second_way=Way("sms"))
    assert not is_fresh(action, old, options, at=NOON + timedelta(days=1))


@given(st.sampled_from(sorted(BY_ANY_FACTOR)), PROOFS, OPTIONS)
def test_EN2_for_some_actions_the_newest_proof_counts_whichever_it_is(
    action: Action, proofs: Proofs, options: list[Option]
) -> None:
    until = fresh_until(action, proofs, options)
    given = [one for one in (proofs.first_at, proofs.second_at) if one is not None]
    assert until == (max(given) + FRESH_FOR[action] if proofs.first_at is not None else None)


def test_EN2_a_session_of_before_the_first_method_cannot_remove_it() -> None:
    assert fresh_until(Action.ADD_METHOD, PASSWORD_ONLY, []) is not None
    assert fresh_until(Action.REMOVE_LAST_METHOD, PASSWORD_ONLY, [SMS]) is None


@given(st.sampled_from([None, *sorted(METHODS.ways)]), OPTIONS)
def test_the_default_is_asked_first_else_the_first_there_is(
    default: Way | None, options: list[Option]
) -> None:
    found = preferred(options, default)
    ways = [option.way for option in options]
    if default in ways:
        assert found is not None
        assert found.way == default
    else:
        able = [option for option in options if option.traits.can_be_default]
        assert found is next(iter(able or options), None)
