from datetime import UTC, datetime

from msgspec.structs import replace

from known_methods import METHODS
from proofup.directory.users import Account
from proofup.policy.dependence import (
    dependence_on,
    progress_of,
    slots_as_strong,
    slots_without,
)
from proofup.policy.impact import Alike, Census
from proofup.policy.rules import Policy
from proofup.values.ids import UserId
from proofup.values.ways import Way

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SMS, CALL = Way("sms"), Way("voiceMobile")


def group(people: int, *slots: str, administers: bool = False, is_excluded: bool = False) -> Alike:
    until = NOON if administers else None
    account = Account(user_id=UserId(""), administers_until=until)
    return Alike(account=account, slots=slots, people=people, is_excluded=is_excluded)


CENSUS = Census(
    groups=[
        group(1),
        group(2, "phone.mobile"),
        group(4, "phone.mobile", administers=True),
        group(8, "phone.mobile", "phone.office"),
        group(16, "phone.mobile", "oath.1"),
        group(32, "authenticator.1"),
        group(64, "fido2.3"),
        group(128, "email"),
    ],
    is_whole=True,
)


def test_a_campaign_counts_who_has_it_and_who_is_left() -> None:
    policy = Policy(nudge_ways=frozenset({Way("push")}))
    progress = progress_of(CENSUS, METHODS, policy, served=METHODS.ways, at=NOON)
    assert progress.reached == 32 + 64
    assert progress.only_phones == 2 + 4 + 8
    assert progress.weaker == 16
    assert progress.without == 1 + 128, "a mail address proves nothing at a sign-in"
    slots = slots_as_strong(METHODS, policy, served=METHODS.ways, at=NOON)
    assert {"authenticator.1", "fido2.3"} <= {*slots}
    assert "oath.1" not in slots


def test_whom_the_campaign_leaves_out_is_counted_apart() -> None:
    out = (group(256, "phone.mobile", is_excluded=True), group(512, "fido2.1", is_excluded=True))
    census = Census(groups=[*CENSUS.groups, *out], is_whole=True)
    before = progress_of(CENSUS, METHODS, Policy(), served=METHODS.ways, at=NOON)
    after = progress_of(census, METHODS, Policy(), served=METHODS.ways, at=NOON)
    assert (before.excluded, after) == (0, replace(before, excluded=768))
    found = dependence_on(census, METHODS, Policy(), frozenset({SMS, CALL}), at=NOON)
    assert found.people == 255 + 768, "methods end for them too"


def test_who_depends_on_texts_and_calls_is_counted() -> None:
    found = dependence_on(CENSUS, METHODS, Policy(), frozenset({SMS, CALL}), at=NOON)
    assert (found.people, found.dependent, found.administrators) == (255, 6, 4)
    assert "phone.office" in slots_without(METHODS, Policy(), frozenset({SMS, CALL}), at=NOON)
    assert "phone.mobile" not in slots_without(METHODS, Policy(), frozenset({SMS, CALL}), at=NOON)
    one = dependence_on(CENSUS, METHODS, Policy(), frozenset({SMS}), at=NOON)
    assert one.dependent == 0, "the same phone can be called"


def test_ways_that_are_forbidden_already_help_nobody() -> None:
    allowed = Policy(ways=frozenset({SMS, Way("oath")}))
    found = dependence_on(CENSUS, METHODS, allowed, frozenset({SMS}), at=NOON)
    assert found.dependent == 2 + 4 + 8 + 32 + 64


def test_what_ends_is_neither_there_nor_strong_enough_from_that_day_on() -> None:
    ends = Policy(ending_ways=frozenset({CALL}), ways_end_on="2026-04-01")
    over = datetime(2026, 4, 1, tzinfo=UTC)
    found = dependence_on(CENSUS, METHODS, ends, frozenset({SMS}), at=over)
    assert found.dependent == 2 + 4, "the call ended, and the text is taken away"
    assert dependence_on(CENSUS, METHODS, ends, frozenset({SMS}), at=NOON).dependent == 0
    weaker = Policy(ending_ways=frozenset({Way("push")}), ways_end_on="2026-04-01")
    slots = slots_as_strong(METHODS, weaker, served=METHODS.ways, at=NOON)
    assert "oath.1" in slots
