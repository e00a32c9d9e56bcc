# ruff: noqa: RUF001 - letters that look like others are what this is about
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofup.directory.passwords import (
    LEAST_ALONE,
    LEAST_WITH_PROOF,
    MOST_CODE_POINTS,
    UnacceptablePasswordError,
    can_be_password,
    check_new_password,
    normal_password,
)

COMMON = frozenset({"correcthorsebattery", "straßenbahnhaltestelle".casefold()})
NO_CONTEXT: frozenset[str] = frozenset()


def check(typed: str, *, alone: bool = False, context: frozenset[str] = NO_CONTEXT) -> None:
    check_new_password(typed, alone=alone, context=context, common=COMMON)


def refusal(typed: str, *, alone: bool = False, context: frozenset[str] = NO_CONTEXT) -> str:
    with pytest.raises(UnacceptablePasswordError) as refused:
        check(typed, alone=alone, context=context)
    assert refused.value.least == (LEAST_ALONE if alone else LEAST_WITH_PROOF)
    return refused.value.reason


def of_length(length: int) -> str:
    return ("quiet rivers bend " * 20)[:length]


@pytest.mark.parametrize(("alone", "least"), [(True, 15), (False, 12)])
def test_PW1_the_least_length_counts_code_points(alone: bool, least: int) -> None:  # noqa: FBT001 - a parameter of a table
    check(of_length(least), alone=alone)
    check("🦊🐌🌲" * (least // 3) + "🌊" * (least % 3), alone=alone)
    assert refusal(of_length(least - 1), alone=alone) == "too short"
    assert refusal("", alone=alone) == "too short"
    assert refusal("🦊" * (least - 1), alone=alone) == "too short"


def test_PW1_length_is_that_of_the_normal_form() -> None:
    decomposed = "e\u0301" * 11
    assert len(decomposed) == 22
    assert refusal(decomposed) == "too short"


@pytest.mark.parametrize("length", [64, MOST_CODE_POINTS])
def test_PW2_long_passwords_are_taken(length: int) -> None:
    check(of_length(length), alone=True)
    check("🦊" * length)  # four bytes each: 512 at the most


def test_PW2_longer_ones_are_refused_before_anything_is_done_with_them() -> None:
    assert MOST_CODE_POINTS == 128
    assert can_be_password("🦊" * 128)
    for too_long in ("x" * 129, "🦊" * 129, "x" * 10_000_000):
        assert not can_be_password(too_long)
        assert refusal(too_long) == "too long"


@given(st.text(max_size=140) | st.text("🦊é", max_size=140))
def test_PW2_what_can_be_a_password_fits_both_figures(typed: str) -> None:
    fits = len(typed) <= 128 and len(typed.encode("utf-8", "replace")) <= 512
    assert can_be_password(typed) == fits


@given(st.text(max_size=128), st.characters(), st.characters())
def test_PW3_no_letter_is_cut_off(start: str, one: str, other: str) -> None:
    same = unicodedata.normalize("NFKC", start + one) == unicodedata.normalize(
        "NFKC", start + other
    )
    assert (normal_password(start + one) == normal_password(start + other)) == same


@given(st.text())
def test_PW3_the_normal_form_is_taken_once_and_trims_nothing(typed: str) -> None:
    assert normal_password(normal_password(typed)) == normal_password(typed)
    assert len(normal_password(f" {typed} ")) >= 2
    assert normal_password(f"  {typed}  ") != normal_password(typed)


def test_PW3_two_ways_to_type_a_letter_are_one() -> None:
    assert normal_password("cafe\u0301") == normal_password("café")
    assert normal_password("ｐａｓｓ") == "pass"


@pytest.mark.parametrize(
    "typed",
    [
        "all lower case words",
        "  spaces at both ends  ",
        "१२३४५६७८९०१२३४५६",
        "καλημέρα κόσμε μου",
        "tab\tand\nnewline too",
        "🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊",
    ],
)
def test_PW3_there_are_no_rules_of_composition(typed: str) -> None:
    check(typed, alone=True)


@pytest.mark.parametrize(
    "typed", ["correcthorsebattery", "CorrectHorseBattery", "ｃorrecthorsebattery"]
)
def test_PW4_common_passwords_are_refused_in_any_spelling(typed: str) -> None:
    assert refusal(typed) == "common"
    assert refusal(typed, alone=True) == "common"
    assert refusal("Straßenbahnhaltestelle") == "common"
    check(typed + " staple")


@pytest.mark.parametrize(
    "typed",
    [
        "rosalindfranklin",
        "RosalindFranklin",
        "contoso-Rosalind1",
        "ContosoContoso1!",
        "franklinｃontoso",
    ],
)
def test_PW4_words_of_the_person_and_the_organisation_are_no_password(typed: str) -> None:
    context = frozenset({"rosalind", "Franklin", "CONTOSO", "rosalindfranklin", ""})
    assert refusal(typed, context=context) == "context"


def test_PW4_a_short_context_word_does_not_break_up_a_longer_one() -> None:
    context = frozenset({"ann", "annabelleconrad"})
    assert refusal("annabelleconrad1234", context=context) == "context"


def test_PW4_context_words_are_compared_in_their_normal_form() -> None:
    assert refusal("ljubljanaljubljana", context=frozenset({"ǈubǉana"})) == "context"


@pytest.mark.parametrize(("alone", "enough"), [(False, 6), (True, 7)])
def test_PW4_a_context_word_beside_enough_else_is_fine(alone: bool, enough: int) -> None:  # noqa: FBT001 - a parameter of a table
    context = frozenset({"rosalindfranklin"})
    check("rosalindfranklin" + "xkcdqvz"[:enough], alone=alone, context=context)
    assert (
        refusal("rosalindfranklin" + "xkcdqvz"[: enough - 1], alone=alone, context=context)
        == "context"
    )


@given(st.text(max_size=140), st.booleans(), st.frozensets(st.text(max_size=10), max_size=3))
def test_WE2_any_text_is_taken_or_refused_by_name(
    typed: str,
    alone: bool,  # noqa: FBT001 - drawn
    context: frozenset[str],
) -> None:
    try:
        check(typed, alone=alone, context=context)
    except UnacceptablePasswordError as refused:
        assert refused.reason in {"too short", "too long", "common", "context"}  # noqa: PT017 - either outcome is right
    else:
        assert len(normal_password(typed)) >= (LEAST_ALONE if alone else LEAST_WITH_PROOF)
