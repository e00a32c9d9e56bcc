import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofup.methods.letters import (
    LONGEST_TYPED,
    as_letters,
    bytes_for,
    grouped,
    typed_letters,
)
from proofup.values.secret import Secret


@pytest.mark.parametrize(("count", "size"), [(8, 5), (9, 6), (16, 10), (48, 30)])
def test_five_bits_make_a_letter(count: int, size: int) -> None:
    assert bytes_for(count) == size


def test_letters_are_the_bits_that_were_drawn() -> None:
    assert as_letters(b"\xff" * 10, 16) == Secret("Z" * 16)
    assert as_letters(bytes(9) + b"\x21", 16) == Secret("0" * 14 + "11")


@given(st.binary(min_size=10, max_size=10))
def test_what_is_shown_is_understood_as_people_type_it(bits: bytes) -> None:
    code = as_letters(bits, 16)
    spelled = grouped(code).reveal()
    for typed in (
        spelled,
        spelled.lower(),
        spelled.replace("-", " "),
        spelled.replace("-", "\u2011"),
        code.reveal().replace("0", "o").replace("1", "l"),
        code.reveal().translate(dict(zip(range(0x30, 0x3A), range(0x6F0, 0x6FA), strict=True))),
        f"  \u2068{code.reveal()}\u2069\n",
        "\t" + "\u00a0".join(code.reveal()) + "\ufeff",
        "".join(chr(ord(letter) + 0xFEE0) for letter in code.reveal()),  # full width
    ):
        assert typed_letters(typed, count=16) == code


@pytest.mark.parametrize(
    "typed", ["", "0" * 15, "0" * 17, "U" * 16, "é" * 16, "0" * (LONGEST_TYPED + 1)]
)
def test_what_is_something_else_is_none(typed: str) -> None:
    assert typed_letters(typed, count=16) is None


def test_letters_are_shown_in_groups_of_four() -> None:
    assert grouped(Secret("ABCDEFGHJKMNPQRSTV")) == Secret("ABCD-EFGH-JKMN-PQRS-TV")
