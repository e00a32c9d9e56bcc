import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofup.directory.recovery_codes import (
    CODES,
    LETTERS,
    left_of,
    new_codes,
    shown,
    typed_code,
)
from proofup.values.secret import Secret


def test_RC3_there_are_ten_codes_of_80_bit_and_no_two_alike() -> None:
    codes = [code.reveal() for code in new_codes(os.urandom)]
    assert len(set(codes)) == CODES == 10
    for code in codes:
        assert len(code) == 16
        assert set(code) <= set(LETTERS)
    assert len(LETTERS) ** 16 == 2**80


def test_a_code_is_the_bits_that_were_drawn() -> None:
    (code, *_) = new_codes(lambda count: b"\xff" * count)
    assert code.reveal() == "Z" * 16
    (code, *_) = new_codes(lambda count: bytes(count - 1) + b"\x21")
    assert code.reveal() == "0" * 14 + "11"


@given(st.binary(min_size=10, max_size=10))
def test_what_is_shown_is_understood_as_people_type_it(drawn: bytes) -> None:
    code = new_codes(lambda _: drawn)[0]
    for typed in (
        shown(code),
        shown(code).lower(),
        shown(code).replace("-", " "),
        code.reveal().replace("0", "o").replace("1", "l"),
        f"  {code.reveal()}\n",
    ):
        assert typed_code(typed) == code


@pytest.mark.parametrize(
    "typed", ["", "0" * 15, "0" * 17, "U" * 16, "é" * 16, "0" * 65, "\u0660" * 16]
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert typed_code(typed) is None


def test_codes_are_shown_in_groups_and_nobody_has_none() -> None:
    assert shown(Secret("ABCDEFGHJKMNPQRS")) == "ABCD-EFGH-JKMN-PQRS"
    assert left_of(None) == 0
