# ruff: noqa: RUF001 - letters that look like others are what this is about
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofup.values.errors import InvalidNameError
from proofup.values.look_alikes import look_alike
from proofup.values.names import canonical_name
from proofup.values.new_names import check_new_name
from values.test_names import LATIN
from values.test_shown_text import NAMES

WORDS = [name for name in NAMES if name.isalpha() or name in {"राधा", "ராதா", "శ్రీ", "ಶ್ರೀ"}]


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("İstanbul@contoso.test", "istanbul@contoso.test"),
        ("ıstanbul@contoso.test", "ISTANBUL@contoso.test"),
        ("аррӏе@contoso.test", "apple@contoso.test"),  # Cyrillic, all of it
        ("ροο@contoso.test", "poo@contoso.test"),  # Greek
        ("rosa@ехаmple.test".replace("mple", ""), "rosa@exa.test"),  # a Cyrillic label
        ("علي@contoso.test", "علی@contoso.test"),  # the yeh of Arabic, and of Persian
        ("sœur@contoso.test", "soeur@contoso.test"),
    ],
)
def test_WE1_a_name_that_looks_like_another_has_its_skeleton(typed: str, other: str) -> None:
    assert look_alike(canonical_name(typed)) == look_alike(canonical_name(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("rosé@contoso.test", "rose@contoso.test"),
        ("müller@contoso.test", "muller@contoso.test"),
        ("arno@contoso.test", "amo@contoso.test"),  # ASCII letters are told apart
        ("abl1@contoso.test", "ab11@contoso.test"),
        ("лена@contoso.test", "лера@contoso.test"),
        ("佐々木@contoso.test", "佐木@contoso.test"),
    ],
)
def test_names_of_two_people_stay_two_names(one: str, other: str) -> None:
    assert look_alike(canonical_name(one)) != look_alike(canonical_name(other))


@given(LATIN, st.sampled_from(WORDS))
def test_a_skeleton_is_its_own_and_of_ascii_the_name_itself(latin: str, word: str) -> None:
    for local in (latin, word):
        look = look_alike(canonical_name(f"{local}@contoso.test"))
        assert look_alike(look) == look
        if local.isascii():
            assert look == canonical_name(f"{local}@contoso.test")


@pytest.mark.parametrize("word", WORDS)
def test_a_word_of_any_script_may_be_a_new_user_name(word: str) -> None:
    check_new_name(f"{word}@contoso.test")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("🦊@contoso.test", "symbols"),
        ("o’brien@contoso.test", "symbols"),
        ("a·b@contoso.test", "symbols"),  # only between two l, as in Catalan
        ("rosa©@contoso.test", "symbols"),
        ("rosa@mü‿nich.test", "symbols"),
        ("1א@contoso.test", "directions"),
        ("אa@contoso.test", "mixed scripts"),
        ("ro sa@contoso.test", "spaces"),
    ],
)
def test_WE1_what_no_identifier_has_is_refused_in_new_names(typed: str, reason: str) -> None:
    with pytest.raises(InvalidNameError) as refused:
        check_new_name(typed)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "typed",
    ["Rosa@contoso.test", "o'brien@contoso.test", "col·lega@contoso.test", "ليلى٤@مثال.test"],
)
def test_other_new_names_are_taken(typed: str) -> None:
    check_new_name(typed)


@given(st.text())
def test_WE2_any_text_is_a_new_name_or_refused_by_name(local: str) -> None:
    try:
        check_new_name(f"{local}@contoso.test")
    except InvalidNameError as refused:
        assert refused.reason  # noqa: PT017 - either outcome is right
    else:
        name = canonical_name(f"{local}@contoso.test")
        assert look_alike(name)
