from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from known_methods import METHODS, option
from proofup.directory.users import Account, MfaState
from proofup.methods.catalogue import Option
from proofup.methods.registered_methods import MethodKind, RegisteredMethod
from proofup.policy.decision import (
    ProofsBlockedError,
    RequiredAction,
    check_not_blocked,
    decide,
    usable,
)
from proofup.policy.proofs import Level
from proofup.policy.rule_choices import Demand
from proofup.policy.rules import Policy
from proofup.values.ids import MethodId, UserId
from proofup.values.ways import Way

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROSA = UserId("rosa")
ALL = METHODS.ways
EVERYONE = Policy(demand=Demand.EVERYONE)


def method(name: str) -> RegisteredMethod:
    return RegisteredMethod(
        id=MethodId(name),
        user_id=ROSA,
        kind=MethodKind("k"),
        slot=name,
        document=b"",
        created_at=NOON,
    )


PHONE, APP, TOKEN = method("phone"), method("app"), method("token")
SMS, CALL = option(Way("sms"), (PHONE,)), option(Way("voiceMobile"), (PHONE,))
OATH = option(Way("oath"), (APP, TOKEN))

ACCOUNTS = st.builds(
    Account,
    user_id=st.just(ROSA),
    default_way=st.none() | st.sampled_from(sorted(METHODS.ways)),
    mfa_state=st.sampled_from(MfaState),
    grace_ends_at=st.none() | st.sampled_from([NOON - timedelta(days=1), NOON + timedelta(days=1)]),
)
HELD = st.lists(st.sampled_from([SMS, CALL, OATH]), unique_by=lambda option: option.way)
POLICIES = st.builds(
    Policy,
    ways=st.frozensets(st.sampled_from(sorted(METHODS.ways))),
    demand=st.sampled_from(Demand),
    least_methods=st.integers(1, 3),
    grace_days=st.integers(0, 30),
)


@given(ACCOUNTS, HELD, POLICIES)
def test_TX3_whoever_holds_anything_is_asked_for_it_whatever_the_rules(
    account: Account, held: list[Option], policy: Policy
) -> None:
    decision = decide(account, held, policy, served=ALL, slots=9, at=NOON)
    assert decision.level is (Level.MULTI_FACTOR if held else Level.SINGLE_FACTOR)
    assert bool(decision.options) is bool(held)
    assert set(decision.options) <= set(held)


@given(ACCOUNTS, HELD, POLICIES)
def test_EN4_nobody_who_must_have_a_method_goes_on_without_one(
    account: Account, held: list[Option], policy: Policy
) -> None:
    decision = decide(account, held, policy, served=ALL, slots=9, at=NOON)
    good = [option for option in held if policy.allows(option.way, at=NOON)]
    must = policy.demand is Demand.EVERYONE or account.mfa_state is not MfaState.DISABLED
    if must and not good:
        assert decision.required_action in {
            RequiredAction.MUST_REGISTER,
            RequiredAction.MAY_REGISTER,
        }
    if account.mfa_state is not MfaState.DISABLED:
        assert (
            decision.required_action is not RequiredAction.MAY_REGISTER
        )  # INT-01: nobody skips that


def test_ST_01_whoever_need_not_and_has_nothing_gets_in_by_password() -> None:
    decision = decide(Account(user_id=ROSA), (), Policy(), served=ALL, slots=9, at=NOON)
    assert (decision.level, decision.required_action) == (Level.SINGLE_FACTOR, RequiredAction.NONE)


@pytest.mark.parametrize("state", [MfaState.ENABLED, MfaState.ENFORCED])
def test_ST_02_an_enabled_account_without_a_method_registers_first(state: MfaState) -> None:
    account = Account(user_id=ROSA, mfa_state=state)
    decision = decide(account, (), Policy(grace_days=14), served=ALL, slots=9, at=NOON)
    assert (decision.required_action, decision.missing) == (RequiredAction.MUST_REGISTER, 1)


@pytest.mark.parametrize("demand", list(Demand))
def test_an_administrator_registers_first_whatever_is_demanded_of_others(
    demand: Demand,
) -> None:
    policy = Policy(demand=demand, grace_days=14)
    account = Account(user_id=ROSA, administers_until=NOON + timedelta(hours=1))
    decision = decide(account, (), policy, served=ALL, slots=9, at=NOON)
    assert (decision.required_action, decision.missing) == (RequiredAction.MUST_REGISTER, 1)
    over = decide(account, (), Policy(), served=ALL, slots=9, at=NOON + timedelta(hours=1))
    assert over.required_action is RequiredAction.NONE


def test_MIN_05_only_what_is_missing_is_asked_for() -> None:
    policy = Policy(demand=Demand.EVERYONE, least_methods=3)
    two = decide(Account(user_id=ROSA), (OATH,), policy, served=ALL, slots=9, at=NOON)
    assert (two.required_action, two.missing) == (RequiredAction.MUST_REGISTER, 1)
    three = decide(Account(user_id=ROSA), (OATH, SMS, CALL), policy, served=ALL, slots=9, at=NOON)
    assert (three.required_action, three.missing) == (RequiredAction.NONE, 0)


def test_SKP_01_a_grace_is_counted_from_its_beginning_and_ends() -> None:
    policy = Policy(demand=Demand.EVERYONE, grace_days=14)
    fresh = decide(Account(user_id=ROSA), (), policy, served=ALL, slots=9, at=NOON)
    assert (fresh.required_action, fresh.until) == (RequiredAction.MAY_REGISTER, None)
    until = NOON + timedelta(days=3)
    begun = Account(user_id=ROSA, grace_ends_at=until)
    assert decide(begun, (), policy, served=ALL, slots=9, at=NOON).until == until
    assert (
        decide(begun, (), policy, served=ALL, slots=9, at=until).required_action
        is RequiredAction.MUST_REGISTER
    )


def test_SKP_04_there_is_no_grace_unless_it_is_given() -> None:
    assert decide(
        Account(user_id=ROSA), (), EVERYONE, served=ALL, slots=9, at=NOON
    ).required_action is (RequiredAction.MUST_REGISTER)


def test_VOP_02_VOC_07_a_forbidden_method_still_proves_and_another_is_demanded() -> None:
    policy = Policy(ways=frozenset({Way("oath")}))
    decision = decide(Account(user_id=ROSA), (SMS, CALL), policy, served=ALL, slots=9, at=NOON)
    assert decision.options == (SMS, CALL)
    assert (decision.level, decision.required_action) == (
        Level.MULTI_FACTOR,
        RequiredAction.MUST_REGISTER,
    )


def test_OPT_07_a_forbidden_default_is_chosen_anew() -> None:
    policy = Policy(ways=frozenset({Way("oath")}))
    account = Account(user_id=ROSA, default_way=Way("sms"))
    decision = decide(account, (SMS, OATH), policy, served=ALL, slots=9, at=NOON)
    assert decision.options == (OATH,)
    assert decision.required_action is RequiredAction.MUST_CHOOSE_DEFAULT


def test_MIN_08_nobody_is_asked_for_more_than_there_is_room_for() -> None:
    policy = Policy(demand=Demand.EVERYONE, least_methods=3)
    full = decide(Account(user_id=ROSA), (SMS,), policy, served=ALL, slots=0, at=NOON)
    assert (full.required_action, full.missing) == (RequiredAction.NONE, 0)
    one = decide(Account(user_id=ROSA), (SMS,), policy, served=ALL, slots=1, at=NOON)
    assert (one.required_action, one.missing) == (RequiredAction.MUST_REGISTER, 1)


def test_MIN_08_whoever_has_nothing_is_not_let_in_for_want_of_room() -> None:
    decision = decide(Account(user_id=ROSA), (), EVERYONE, served=ALL, slots=0, at=NOON)
    assert (decision.required_action, decision.missing, decision.slots) == (
        RequiredAction.MUST_REGISTER,
        1,
        0,
    )


def test_ACT_07_where_no_option_can_be_preferred_another_is_registered() -> None:
    alternate = option(Way("voiceAlternateMobile"), (TOKEN,))
    policy = Policy(ways=frozenset({Way("voiceAlternateMobile"), Way("oath")}))
    account = Account(user_id=ROSA, default_way=Way("sms"))
    decision = decide(account, (SMS, alternate), policy, served=ALL, slots=5, at=NOON)
    assert decision.options == (alternate,)
    assert (decision.required_action, decision.missing) == (RequiredAction.MUST_REGISTER, 1)
    full = decide(account, (SMS, alternate), policy, served=ALL, slots=0, at=NOON)
    assert full.required_action is RequiredAction.NONE


def test_what_no_carrier_serves_is_not_offered() -> None:
    assert usable((SMS, CALL), frozenset({Way("sms")})) == (SMS,)


def test_CH_09_BLK_02_a_blocked_person_is_denied_until_the_block_ends() -> None:
    until = NOON + timedelta(days=90)
    blocked = Account(user_id=ROSA, proofs_blocked_until=until)
    with pytest.raises(ProofsBlockedError) as denied:
        check_not_blocked(blocked, at=NOON)
    assert denied.value.until == until
    check_not_blocked(blocked, at=until)
    check_not_blocked(Account(user_id=ROSA), at=NOON)
