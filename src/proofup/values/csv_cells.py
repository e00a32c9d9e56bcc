"""Cells of CSV that no spreadsheet takes for a formula (OWASP, *CSV Injection*)."""

import unicodedata

FORMULA = frozenset("=+-@|%\t\r\n")
SIGNS = frozenset({"Sm", "Pd"})  # plus, minus and equals signs, dashes of every script


def csv_cell(value: object) -> str:
    """Return ``value`` as a cell, with an apostrophe before what begins like a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    text = "; ".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if _begins_like_formula(text) else text


def _begins_like_formula(text: str) -> bool:
    if text[:1].isalnum() and text[:1].isascii():
        return False
    # Spreadsheets pass over spaces and marks that show nothing, and read signs of any width.
    plain = unicodedata.normalize("NFKC", text)
    first = next((letter for letter in plain if not _is_passed_over(letter)), "")
    return first in FORMULA or unicodedata.category(first or "a") in SIGNS


def _is_passed_over(letter: str) -> bool:
    return letter not in FORMULA and (
        letter.isspace() or unicodedata.category(letter) in {"Cf", "Mn"}
    )
