# ruff: noqa: RUF001 - digits of other scripts are meant
import sys
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofup.methods.one_time_code import DIGITS, LIFETIME, LONGEST_ANSWER, new_code, typed_code

MILLION = 10**DIGITS


@given(st.integers(0, MILLION - 1), st.integers(0, 15))
def test_SM1_each_code_stands_for_one_number_of_the_million(number: int, unused_bits: int) -> None:
    drawn = (unused_bits << 20 | number).to_bytes(3, "big")
    code = new_code(lambda _: drawn)
    assert code == f"{number:06}"


@given(st.integers(MILLION, 2**20 - 1), st.integers(0, MILLION - 1))
def test_SM1_what_lies_above_the_million_is_drawn_again(above: int, number: int) -> None:
    draws = iter([above.to_bytes(3, "big"), number.to_bytes(3, "big")])
    assert new_code(lambda _: next(draws)) == f"{number:06}"


ZEROS = [chr(one) for one in range(sys.maxunicode) if unicodedata.decimal(chr(one), -1) == 0]
SPACES = " \t\u00a0\u202f\u2007\u3000"
SIGNS = "-\u2011\u2013\u2014.,:;#*()[]\"'"
INVISIBLE = "\u200b\u200e\u200f\u2066\u2069\ufeff\ufe0f\u20e3"
AROUND = st.text(SPACES + SIGNS + INVISIBLE, max_size=5)
WORDS = st.text(st.characters(categories=["L", "Zs", "Po"]), max_size=40)


@given(st.text("0123456789", min_size=DIGITS, max_size=DIGITS), st.text(" -\t\u00a0", max_size=9))
def test_a_typed_code_is_its_digits(code: str, between: str) -> None:
    assert typed_code(code[:3] + between + code[3:]) == code


@pytest.mark.parametrize(
    "pasted",
    [
        "962608",
        "962 608",
        "962-608",
        "962\u2011608",
        "962\u00a0608",
        "962\u202f608",
        "962\u3000608",
        "9 6 2 6 0 8",
        "  962608",
        "962608\t",
        "\u202a962608\u202c",
        "\u2068962\u00a0608\u2069",
        "\ufeff962608",
        "962.608",
        "962608.",
        "«962 608»",
        "٩٦٢٦٠٨",
        "۹۶۲ ۶۰۸",
        "९६२६०८",
        "９６２６０８",
        "9\ufe0f\u20e36\ufe0f\u20e32\ufe0f\u20e36\ufe0f\u20e30\ufe0f\u20e38\ufe0f\u20e3",
        "C-962608",
        "Code: 962 608",
        "Your Contoso code to sign in is 962 608. Nobody from Contoso will ask you for it.",
        "Dein Code bei Studio 54 ist 962 608.",
    ],
)
def test_a_pasted_code_is_read(pasted: str) -> None:
    assert typed_code(pasted) == "962608"


@given(
    st.text("0123456789", min_size=DIGITS, max_size=DIGITS),
    st.sampled_from(ZEROS),
    st.lists(AROUND, min_size=DIGITS, max_size=DIGITS),
    WORDS,
    WORDS,
)
def test_digits_of_any_script_are_read_whatever_stands_around_them(
    code: str, zero: str, around: list[str], before: str, behind: str
) -> None:
    digits = [chr(ord(zero) + int(digit)) for digit in code]
    middle = "".join(sign + digit for sign, digit in zip(around, digits, strict=True))
    assert typed_code(f"{before}{middle}{behind}") == code


@given(st.sets(st.integers(0, MILLION - 1), min_size=2, max_size=9))
def test_two_codes_in_one_answer_are_no_code(codes: set[int]) -> None:
    assert typed_code(" or ".join(f"{code:06}" for code in codes)) is None


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "12345",
        "1234567",
        "12345a",
        "12345²",  # a digit, but none that is counted with
        "12345½",
        "12345六",
        "123456 or 654321",
        "123456" + " " * LONGEST_ANSWER,
        "1" * 1_000_000,
    ],
)
def test_what_is_no_code_in_any_spelling_is_none(answer: str) -> None:
    assert typed_code(answer) is None


@given(st.text())
def test_WE2_any_text_is_six_latin_digits_or_none(answer: str) -> None:
    code = typed_code(answer)
    assert code is None or (len(code) == DIGITS and code.isascii() and code.isdecimal())


def test_SM1_SMS_03_a_code_lives_three_minutes() -> None:
    assert timedelta(minutes=3) == LIFETIME
    assert datetime(2026, 3, 1, tzinfo=UTC) + LIFETIME == datetime(2026, 3, 1, 0, 3, tzinfo=UTC)
