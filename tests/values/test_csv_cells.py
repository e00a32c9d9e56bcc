# ruff: noqa: RUF001 - signs that look like others are what this is about
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofup.values.csv_cells import csv_cell

ASCII = ["=", "+", "-", "@", "|", "%", "\t", "\r", "\n"]
WIDE = ["＝", "＋", "－", "＠", "｜", "％", "﹦", "﹢", "﹣", "﹫"]
OTHERS = ["−", "–", "—", "‐", "゠", "﬩", "⁺", "₋", "᠆", "±", "÷", "＜"]


@pytest.mark.parametrize("start", [*ASCII, *WIDE, *OTHERS])
@pytest.mark.parametrize(
    "before", ["", " ", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u202e", "\ufe0f"]
)
def test_WE4_a_cell_that_would_be_a_formula_has_an_apostrophe(start: str, before: str) -> None:
    assert csv_cell(f"{before}{start}1+1") == f"'{before}{start}1+1"
    assert csv_cell(f"1{start}") == f"1{start}"


@pytest.mark.parametrize("text", ["", " ", "Zoë", "山田", "ليلى", "'1", "(1)", "\u200b", "3M"])
def test_a_plain_cell_stays_as_it_is(text: str) -> None:
    assert csv_cell(text) == text


def test_values_that_are_no_text() -> None:
    assert [csv_cell(one) for one in (None, True, False, 7)] == ["", "true", "false", "7"]
    assert csv_cell(["=1", "2"]) == "'=1; 2"


@given(st.text())
def test_WE4_no_cell_begins_with_a_sign_of_any_script(text: str) -> None:
    cell = csv_cell(text)
    assert cell in {text, f"'{text}"}
    first = unicodedata.normalize("NFKC", cell.lstrip())[:1]
    assert first not in set("=+-@|%")
