# ruff: noqa: RUF001 - letters that look like others are what this is about
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from proofup.values.errors import InvalidNameError
from proofup.values.names import INVISIBLE, LONGEST_NAME, canonical_name, spelled_name

LATIN = st.text("abcdefghijklmnopqrstuvwxyzäöüéñø0123456789.-_'", min_size=1, max_size=20)
ASCII = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_", min_size=1, max_size=20)


@given(st.text(max_size=60))
@example("ﬀ@ǅ")
@example("ΣΑΣ@x")
@example("İ@x")
def test_WE1_the_canonical_form_is_its_own_canonical_form(local: str) -> None:
    try:
        name = canonical_name(f"{local}@example.com")
    except InvalidNameError:
        return
    assert canonical_name(name) == name


@given(LATIN)
def test_WE1_GU4_case_and_surrounding_space_make_no_other_name(local: str) -> None:
    name = canonical_name(f"{local}@example.com")
    for spelling in (local.upper(), local.title(), f"  {local}", local.swapcase()):
        assert canonical_name(f"{spelling}@Example.COM\n") == name
        assert canonical_name(f"\u202a\ufeff{spelling}@Example.COM\u202c\u200b\t") == name
        assert spelled_name(f"\u202a{spelling}@x \u200b\t") == f"{spelling.strip()}@x"


@given(ASCII)
def test_WE1_GU4_width_makes_no_other_name(local: str) -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in local)
    assert canonical_name(f"{wide}＠example．com") == f"{local}@example.com"


@given(st.text("aeiou\u0300\u0301\u0308", min_size=1, max_size=10))
def test_WE1_GU4_composed_and_decomposed_letters_make_one_name(local: str) -> None:
    composed = unicodedata.normalize("NFC", f"b{local}@example.com")
    decomposed = unicodedata.normalize("NFD", composed)
    assert canonical_name(composed) == canonical_name(decomposed)


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("Rosa@Example.com", "rosa@example.com"),
        ("Straße@example.com", "strasse@example.com"),
        ("ﬁona@example.com", "fiona@example.com"),
        ("\u212aelvin@example.com", "kelvin@example.com"),  # the sign for kelvin
        ("o'brien@example.com", "o'brien@example.com"),
        ("佐々木@example.jp", "佐々木@example.jp"),  # the iteration mark
        ("スーパー@example.jp", "スーパー@example.jp"),
        ("ﾀﾅｶ@example.jp", "タナカ@example.jp"),
        ("みどり町@example.jp", "みどり町@example.jp"),
        ("김민수@example.kr", "김민수@example.kr"),
        ("ليلى٤@example.com", "ليلى٤@example.com"),
        ("лена4@example.com", "лена4@example.com"),
        ("ʻOkina@example.com", "ʻokina@example.com"),
    ],
)
def test_names_of_many_scripts_are_taken(typed: str, canonical: str) -> None:
    assert canonical_name(typed) == canonical


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        (" \t\n", "empty"),
        ("a" * (LONGEST_NAME + 1 - len("@b")) + "@b", "too long"),
        ("a" * 100_000, "too long"),
        ("ﷺ" * 10 + "@b", "too long"),  # one sign, eighteen letters
        ("ro\u0000sa@b", "control characters"),
        ("ro\u0007sa@b", "control characters"),
        ("ro\u200bsa@b", "control characters"),
        ("ro\u202eas@b", "control characters"),
        ("ro\ufeffsa@b", "control characters"),
        ("ro\ud800sa@b", "control characters"),
        ("ro\ue000sa@b", "control characters"),
        ("ro\u2028sa@b", "control characters"),
        ("rosa\ufe0f@b", "control characters"),
        ("rosa\u034f@b", "control characters"),
        ("rosa\u3164@b", "control characters"),
        ("rosa\U000e0101@b", "control characters"),
        ("ro sa@b", "spaces"),
        ("ro\u00a0sa@b", "spaces"),
        ("\u1e9b rosa@b", "spaces"),
        ("rosa", "not an address"),
        ("@b", "not an address"),
        ("rosa@", "not an address"),
        ("ro@sa@b", "not an address"),
        ("rosa@example..com", "not an address"),
        ("rosa@example.com.", "not an address"),
        ("rоsa@b", "mixed scripts"),  # a Cyrillic o is the point
        ("rosa@examрle.com", "mixed scripts"),  # and a Cyrillic p
        ("rosa৪@b", "mixed scripts"),  # the Bengali four looks like an eight
        ("αlice@b", "mixed scripts"),  # a Greek alpha is the point
    ],
)
def test_WE1_what_could_look_like_another_name_is_refused(typed: str, reason: str) -> None:
    with pytest.raises(InvalidNameError) as refused:
        canonical_name(typed)
    assert refused.value.reason == reason


@given(st.sampled_from(sorted(INVISIBLE)), st.integers(1, 4))
def test_WE1_letters_that_show_nothing_are_refused_inside_a_name(hidden: str, place: int) -> None:
    with pytest.raises(InvalidNameError):
        canonical_name(f"{'rosa'[:place]}{hidden}{'rosa'[place:]}@example.com")


def test_a_name_of_the_greatest_length_is_taken() -> None:
    longest = "a" * (LONGEST_NAME - len("@b")) + "@b"
    assert canonical_name(longest) == longest


@given(st.text())
def test_WE2_any_text_is_a_name_or_refused_by_name(typed: str) -> None:
    try:
        name = canonical_name(typed)
    except InvalidNameError as refused:
        assert refused.reason  # noqa: PT017 - either outcome is right
    else:
        assert 3 <= len(name) <= LONGEST_NAME
