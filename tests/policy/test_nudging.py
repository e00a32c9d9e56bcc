from datetime import UTC, datetime, timedelta

from known_methods import METHODS, option
from planted import PASS, WITH_PASS
from proofup.directory.users import Account
from proofup.policy.nudging import is_due, lacks_stronger, stronger
from proofup.policy.rules import Policy
from proofup.values.ids import UserId
from proofup.values.ways import Way

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SMS, OATH = option(Way("sms")), option(Way("oath"))
ROSA = Account(user_id=UserId("rosa"))
NUDGE = Policy(nudge=True)


def test_what_is_proposed_is_not_restricted_and_can_be_set_up_and_kept() -> None:
    assert stronger(METHODS, Policy(), METHODS.ways) == {"oath"}
    assert stronger(WITH_PASS, Policy(), WITH_PASS.ways) == {"oath"}
    assert PASS.declaration.ways[0].restricted is False  # it is neither set up by people nor kept
    assert stronger(METHODS, Policy(), frozenset({Way("sms")})) == frozenset()


def test_it_is_proposed_to_somebody_who_lacks_it_and_used_a_restricted_way() -> None:
    proposed = stronger(METHODS, Policy(), METHODS.ways)
    assert lacks_stronger([SMS], proposed)
    assert not lacks_stronger([SMS, OATH], proposed)
    assert not lacks_stronger([SMS], frozenset())
    assert is_due(ROSA, [SMS], NUDGE, SMS.traits, proposed, at=NOON)
    assert not is_due(ROSA, [SMS], NUDGE, OATH.traits, proposed, at=NOON)
    assert not is_due(ROSA, [SMS], Policy(), SMS.traits, proposed, at=NOON)


def test_what_was_proposed_rests_for_a_while() -> None:
    proposed = stronger(METHODS, Policy(), METHODS.ways)
    nudged = Account(user_id=ROSA.user_id, nudges=1, nudged_at=NOON - timedelta(hours=23))
    assert not is_due(nudged, [SMS], NUDGE, SMS.traits, proposed, at=NOON)
    assert is_due(nudged, [SMS], NUDGE, SMS.traits, proposed, at=NOON + timedelta(hours=1))
