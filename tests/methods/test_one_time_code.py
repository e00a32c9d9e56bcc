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


@given(st.text("0123456789", min_size=DIGITS, max_size=DIGITS), st.text(" -\t\u00a0", max_size=9))
def test_a_typed_code_is_its_digits(code: str, between: str) -> None:
    assert typed_code(code[:3] + between + code[3:]) == code


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
        "123,456",
        "+123456",
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
