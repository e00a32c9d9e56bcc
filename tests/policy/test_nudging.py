from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from known_methods import METHODS, option
from planted import PASS, WITH_PASS
from proofup.directory.users import Account
from proofup.methods.catalogue import Option
from proofup.policy.nudging import (
    depends_on_ending,
    ends_for,
    is_due,
    lacks_stronger,
    proposable,
    snoozes_left,
    stronger,
)
from proofup.policy.rule_choices import Nudge
from proofup.policy.rules import Policy
from proofup.values.ids import UserId
from proofup.values.ways import Way

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SMS, OATH = option(Way("sms")), option(Way("oath"))
PUSH, PASSKEY = Way("push"), option(Way("fido2"))
ROSA = Account(user_id=UserId("rosa"))
NUDGE = Policy(nudge=Nudge.ONLY_PHONES)


ENDS = Policy(ending_ways=frozenset({Way("sms"), Way("voiceMobile")}), ways_end_on="2026-04-01")


def due(account: Account, held: list[Option], policy: Policy, *, at: datetime = NOON) -> bool:
    return is_due(METHODS, account, held, policy, served=METHODS.ways, at=at)


def proposed_to(*ways: Way, **more: object) -> Policy:
    """Return a campaign that proposes these ways alone."""
    return replace(NUDGE, nudge_ways=frozenset(ways), **more)


def proposed_by(policy: Policy, *, at: datetime = NOON) -> frozenset[Way]:
    return stronger(METHODS, policy, METHODS.ways, at=at)


def lacks(held: list[Option], policy: Policy) -> bool:
    return lacks_stronger(METHODS, held, policy, served=METHODS.ways, at=NOON)


def test_what_is_proposed_is_not_restricted_and_can_be_set_up_and_kept() -> None:
    proposed = stronger(WITH_PASS, Policy(), WITH_PASS.ways, at=NOON)
    assert proposed == proposed_by(Policy())
    assert "oath" in proposed
    assert not any(METHODS.traits[way].restricted for way in proposed)
    assert PASS.declaration.ways[0].restricted is False  # it is neither set up by people nor kept
    assert stronger(METHODS, Policy(), frozenset({Way("sms")}), at=NOON) == frozenset()


def test_what_is_chosen_is_proposed_alone() -> None:
    chosen = Policy(nudge_ways=frozenset({PUSH, Way("sms"), Way("hardwareOath")}))
    assert proposed_by(chosen) == {PUSH}
    assert "hardwareOath" not in proposable(METHODS), "nobody has one at hand during a sign-in"


def test_it_is_proposed_to_people_with_nothing_but_phones() -> None:
    assert lacks([SMS], Policy())
    assert not lacks([SMS, OATH], Policy())
    assert not lacks([SMS], Policy(ways=frozenset({Way("sms")}))), "there is nothing to propose"
    assert due(ROSA, [SMS], NUDGE)
    assert not due(ROSA, [SMS, OATH], proposed_to(PUSH))
    assert not due(ROSA, [], NUDGE)
    assert not due(ROSA, [SMS], Policy())


def test_it_is_proposed_to_everybody_who_has_none_as_strong() -> None:
    policy = proposed_to(PUSH, nudge=Nudge.EVERYBODY)
    assert due(ROSA, [SMS, OATH], policy)
    assert not due(ROSA, [option(PUSH)], policy)
    assert not due(ROSA, [PASSKEY], policy), "a passkey is stronger"
    assert due(ROSA, [option(PUSH)], proposed_to(PASSKEY.way, nudge=Nudge.EVERYBODY))
    either = proposed_to(PUSH, PASSKEY.way, nudge=Nudge.EVERYBODY)
    assert not due(ROSA, [option(PUSH)], either), "one is enough"


def test_what_was_proposed_rests_for_a_while() -> None:
    nudged = Account(user_id=ROSA.user_id, nudges=1, nudged_at=NOON - timedelta(hours=23))
    assert not due(nudged, [SMS], NUDGE)
    assert due(nudged, [SMS], NUDGE, at=NOON + timedelta(hours=1))


def test_whoever_has_nothing_but_what_ends_is_asked_whatever_the_campaign_says() -> None:
    assert due(ROSA, [SMS], ENDS)
    assert not due(ROSA, [SMS, OATH], ENDS), "the app stays"
    assert not due(ROSA, [], ENDS)
    assert ends_for([SMS], ENDS, at=NOON) == datetime(2026, 4, 1, tzinfo=UTC)
    assert ends_for([SMS, OATH], ENDS, at=NOON) is None
    over = datetime(2026, 4, 1, tzinfo=UTC)
    assert not depends_on_ending([SMS], ENDS, at=over), "from then on the way is forbidden"
    assert not due(ROSA, [SMS], ENDS, at=over), "a method is required then, not proposed"


def test_what_ends_is_neither_proposed_nor_strong_enough() -> None:
    policy = replace(ENDS, ending_ways=frozenset({PUSH}), nudge=Nudge.EVERYBODY)
    assert PUSH not in proposed_by(policy)
    assert "oath" in proposed_by(policy)
    assert due(ROSA, [option(PUSH)], policy)
    assert not due(ROSA, [option(PUSH), OATH], policy)


def test_it_may_be_postponed_so_often() -> None:
    def left(nudges: int, snoozes: int) -> int | None:
        account = Account(user_id=ROSA.user_id, nudges=nudges)
        return snoozes_left(account, Policy(snoozes=snoozes))

    assert [left(nudges, 2) for nudges in (1, 2, 3, 4)] == [2, 1, 0, 0]
    assert left(9, 0) is None
