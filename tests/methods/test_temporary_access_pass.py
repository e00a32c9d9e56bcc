"""Temporary Access Pass, by Entra's rules (TAP-01, -02, -08) and RC1."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from methods.responder import TERMS, Responder, drawn, stretched
from proofup.methods.abilities import Draft
from proofup.methods.protocol import (
    Accepted,
    Answer,
    Because,
    Challenge,
    Purpose,
    Question,
    Rejected,
    Verdict,
    VerificationMethod,
)
from proofup.methods.registered_methods import NewMethod, RegisteredMethod
from proofup.methods.temporary_access_pass import (
    SLOT,
    WAY,
    Configuration,
    TemporaryAccessPass,
    Validity,
    rules_of_passes,
    validity_of,
)
from proofup.values.errors import InvalidFieldError
from proofup.values.ids import ChallengeId, MethodId, UserId

NOON = datetime(2026, 3, 1, 12, 0, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROSA = UserId("8d0e6a0c-51f5-4b0d-8d4c-0d7a8e3cb0aa")
METHOD = TemporaryAccessPass()
ONCE = {"isUsableOnce": "true"}


def drafted(
    wanted: Mapping[str, str], rules: Mapping[str, object], user_id: UserId = ROSA
) -> Draft:
    return METHOD.draft(
        wanted,
        NewMethod(id=MethodId("m1"), user_id=user_id, slot=SLOT, at=NOON),
        rules=rules,
        terms=TERMS,
        entropy=drawn(user_id),
    )


def issued(
    wanted: Mapping[str, str] | None = None,
    rules: Mapping[str, object] | None = None,
    user_id: UserId = ROSA,
) -> tuple[RegisteredMethod, str]:
    """Return a pass, and its letters as they were shown."""
    draft = drafted(wanted or {}, rules or {}, user_id)
    held = METHOD.finished(draft, [stretched(one) for one in draft.stretch])
    (letters,) = draft.shown
    return held, letters.reveal()


def given(held: RegisteredMethod, typed: str, at: datetime = NOON) -> Verdict:
    pending = METHOD.challenge(
        held,
        Question(id=ChallengeId("c1"), purpose=Purpose.SIGN_IN, way=WAY, language="en", at=at),
        os.urandom,
    )
    wanted = METHOD.to_stretch(held, typed)
    return METHOD.verify(held, pending, Answer(typed, stretched(wanted) if wanted else None), at=at)


def letters_of(_: VerificationMethod, held: RegisteredMethod, __: Challenge, ___: datetime) -> str:
    return issued(ONCE, user_id=held.user_id)[1]


RESPONDER = Responder(
    typed=ONCE,
    right=letters_of,
    wrong=lambda *_: "0000-0000",
    kept_in=lambda _, held: (issued(ONCE, user_id=held.user_id)[1].replace("-", ""),),
    once_by_itself=True,
)


def test_TAP_01_what_holds_where_the_rules_say_nothing_is_entra_s() -> None:
    assert Configuration() == Configuration(
        minimum_lifetime_in_minutes=60,
        default_lifetime_in_minutes=60,
        maximum_lifetime_in_minutes=480,
        default_length=8,
        is_usable_once=False,
    )


@pytest.mark.parametrize("length", [8, 20, 48])
def test_RC1_TAP_01_a_pass_has_as_many_letters_as_the_rules_say(length: int) -> None:
    held, letters = issued(rules={"defaultLength": length})
    assert len(letters.replace("-", "")) == length
    assert not set(letters) & set("ILOU")
    assert isinstance(given(held, letters), Accepted)
    assert letters.encode() not in held.document


@pytest.mark.parametrize(
    ("wanted", "minutes"), [(None, 60), ("60", 60), ("480", 480), ("\u0661\u0662\u0660", 120)]
)
def test_RC1_TAP_01_a_pass_works_until_its_time_is_over(wanted: str | None, minutes: int) -> None:
    held, letters = issued({"lifetimeInMinutes": wanted} if wanted else {})
    end = NOON + timedelta(minutes=minutes)
    assert METHOD.describe(held).ends_at == end
    last = end - timedelta(microseconds=1)
    assert METHOD.available(held, at=last)
    assert isinstance(given(held, letters, last), Accepted)
    assert not METHOD.available(held, at=end)
    assert given(held, letters, end) == Rejected(Because.LATE)
    assert given(held, "0000-0000", end) == Rejected(Because.WRONG)


def test_TAP_02_a_pass_may_begin_later() -> None:
    held, letters = issued({"startDateTime": "2026-03-02T09:00+01:00"})
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert given(held, letters, start - timedelta(seconds=1)) == Rejected(Because.LATE)
    assert isinstance(given(held, letters, start), Accepted)
    assert METHOD.describe(held).ends_at == start + HOUR


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"lifetimeInMinutes": "59"}, "lifetimeInMinutes"),
        ({"lifetimeInMinutes": "481"}, "lifetimeInMinutes"),
        ({"lifetimeInMinutes": "1 h"}, "lifetimeInMinutes"),
        ({"isUsableOnce": "yes"}, "isUsableOnce"),
        ({"startDateTime": "tomorrow"}, "startDateTime"),
        ({"startDateTime": "2026-03-02T09:00"}, "startDateTime"),
        ({"startDateTime": "2026-02-28T09:00Z"}, "startDateTime"),
        ({"startDateTime": "2027-03-01T09:00Z"}, "startDateTime"),
    ],
)
def test_a_wish_that_the_rules_do_not_allow_is_refused_by_its_name(
    wanted: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        issued(wanted)
    assert refused.value.field == field


def test_RC1_a_pass_that_works_once_is_told_from_a_wrong_one_the_second_time() -> None:
    held, letters = issued(ONCE)
    verdict = given(held, letters)
    assert isinstance(verdict, Accepted)
    assert not METHOD.available(verdict.method, at=NOON)
    assert given(verdict.method, letters) == Rejected(Because.ALREADY_USED)


def test_a_pass_works_as_often_as_one_likes_where_the_rules_allow_that() -> None:
    held, letters = issued({"isUsableOnce": "false"})
    for _ in range(3):
        verdict = given(held, letters)
        assert isinstance(verdict, Accepted)
        held = verdict.method


def test_TAP_08_rules_that_allow_one_use_hold_for_every_pass() -> None:
    strict = {"isUsableOnce": True}
    held, letters = issued(rules=strict)
    verdict = given(held, letters)
    assert isinstance(verdict, Accepted)
    assert given(verdict.method, letters) == Rejected(Because.ALREADY_USED)
    with pytest.raises(InvalidFieldError, match="must be true"):
        issued({"isUsableOnce": "false"}, strict)
    assert METHOD.is_within(held, strict, purpose=Purpose.SIGN_IN)
    often, _ = issued()
    assert METHOD.is_within(often, {}, purpose=Purpose.SIGN_IN)
    assert not METHOD.is_within(often, strict, purpose=Purpose.SIGN_IN)


def test_lifetimes_out_of_order_are_no_rules() -> None:
    with pytest.raises(ValueError, match="usual lifetime must not be shorter"):
        Configuration(minimum_lifetime_in_minutes=120)


def test_after_a_restore_a_pass_is_used_up_for_nobody_knows_what_came_since() -> None:
    held, letters = issued()
    back = METHOD.put_back(held, at=NOON)
    assert given(back, letters) == Rejected(Because.ALREADY_USED)
    assert replace(back, document=held.document) == held


def test_when_and_how_often_a_pass_works_is_told_without_its_letters() -> None:
    held, letters = issued(ONCE)
    assert validity_of(held) == Validity(
        starts_at=NOON, ends_at=NOON + HOUR, once=True, spent=False
    )
    assert letters not in repr(validity_of(held))
    assert rules_of_passes({"defaultLength": 12})["defaultLength"] == 12
    assert rules_of_passes({})["maximumLifetimeInMinutes"] == 480
