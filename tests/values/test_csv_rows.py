"""Rows of a file of people or tokens."""

from collections.abc import Sequence

import pytest

from proofup.values.csv_rows import NoColumnsError, rows_in
from proofup.values.words import Said


def test_nothing_but_the_marks_of_programs_has_no_columns() -> None:
    told = list[list[str]]()

    def check(columns: Sequence[str]) -> Sequence[str]:
        told.append(list(columns))
        raise NoColumnsError(Said("has no columns."))

    with pytest.raises(NoColumnsError):
        rows_in(iter(["#TYPE Person\n", "sep=;\n"]), check)
    assert told == [[]]
