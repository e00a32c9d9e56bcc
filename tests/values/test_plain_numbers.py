"""The short way gives the library's own answer, or leaves the number to it."""

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from proofup.values.plain_numbers import (
    FIXED_LINE_OR_MOBILE,
    TYPE_OF,
    UNKNOWN,
    line_of,
    plain_number,
)

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


def by_the_library(text: str, region: str | None) -> tuple[str, str] | None:
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(parsed) or parsed.extension:
        return None
    return str(parsed.country_code), phonenumbers.national_significant_number(parsed)


@st.composite
def spelled(draw: st.DrawFn, *, begins: str, longest: int) -> str:
    digits = begins + draw(st.text("0123456789", min_size=3, max_size=longest))
    marks = draw(st.lists(st.sampled_from(["", "", "", " ", "-", ".", "(", ")"]), max_size=4))
    for mark in marks:
        at = draw(st.integers(0, len(digits)))
        digits = digits[:at] + mark + digits[at:]
    return digits


@st.composite
def examples_of_regions(draw: st.DrawFn) -> tuple[str, str]:
    """Give a real number of a region with some of its digits changed, as it is written there."""
    region = draw(st.sampled_from(REGIONS))
    kind = draw(st.sampled_from(sorted(phonenumbers.PhoneNumberType.values())))
    number = phonenumbers.example_number_for_type(region, kind) or phonenumbers.example_number(
        region
    )
    assert number is not None
    form = draw(st.integers(0, 2))
    text = phonenumbers.format_number(number, form)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text) - 1))
        if text[at].isdigit():
            text = text[:at] + draw(st.sampled_from("0123456789")) + text[at + 1 :]
    return text, region


def same(text: str, region: str | None) -> None:
    plain = plain_number(text, region)
    if plain is None:
        return
    assert plain == by_the_library(text, region)
    country_code, national = plain
    parsed = phonenumbers.PhoneNumber(int(country_code), int(national))
    assert line_of(country_code, national) == phonenumbers.number_type(parsed)


def test_types_of_lines_are_numbered_as_the_library_numbers_them() -> None:
    named = {name.upper(): number for name, number in TYPE_OF.items()}
    named |= {"FIXED_LINE_OR_MOBILE": FIXED_LINE_OR_MOBILE, "UNKNOWN": UNKNOWN}
    assert {name: getattr(phonenumbers.PhoneNumberType, name) for name in named} == named
    assert set(named.values()) == set(phonenumbers.PhoneNumberType.values())


@given(found=examples_of_regions())
@settings(max_examples=1500, deadline=None)
def test_numbers_of_every_region_are_read_as_the_library_does(found: tuple[str, str]) -> None:
    text, region = found
    same(text, region)
    same(text, None)


@given(data=st.data(), code=st.sampled_from(CODES))
@settings(max_examples=1000, deadline=None)
def test_any_digits_behind_any_code_are_read_as_the_library_does(
    data: st.DataObject, code: int
) -> None:
    text = data.draw(spelled(begins=f"+{code}", longest=13))
    same(text, data.draw(st.sampled_from([None, *REGIONS])))


@given(data=st.data(), region=st.sampled_from(REGIONS))
@settings(max_examples=1000, deadline=None)
def test_any_digits_without_a_code_are_read_as_the_library_does(
    data: st.DataObject, region: str
) -> None:
    same(data.draw(spelled(begins="", longest=14)), region)


@given(code=st.sampled_from(CODES), national=st.from_regex(r"\A[0-9]{4,14}\Z"))
@example(code=800, national="12345678")
@example(code=39, national="0612345678")
@settings(max_examples=1500, deadline=None)
def test_the_kind_of_a_line_is_the_library_s(code: int, national: str) -> None:
    zeros = len(national) - len(national.lstrip("0"))
    parsed = phonenumbers.PhoneNumber(
        code, int(national), italian_leading_zero=zeros > 0, number_of_leading_zeros=zeros or None
    )
    assert line_of(str(code), national) in {None, phonenumbers.number_type(parsed)}


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("+44 7700 900067", None),
        ("+447700900067", "US"),
        ("07700 900067", "GB"),
        ("(425) 555-1234", "US"),
        ("+1 425 555 1234", None),
        ("32 12 34 56", "dk"),
    ],
)
def test_what_people_write_goes_the_short_way(text: str, region: str | None) -> None:
    assert plain_number(text, region)


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("tel +44 7700 900067", None),
        ("+44 (0)7700 900067", None),
        ("+39 06 1234 5678", None),
        ("7700 900067", None),
        ("00 44 7700 900067", "GB"),
        ("44 7700 900067", "GB"),
        ("07700 900067", "GG"),
        ("+800 1234 5678", None),
        ("+999 1234 5678", None),
        ("+7", None),
        ("8 10 44 7700", "XX"),
        ("011 15 1234 5678", "AR"),
        ("", "GB"),
    ],
)
def test_what_needs_more_rules_is_left_to_the_library(text: str, region: str | None) -> None:
    assert plain_number(text, region) is None
