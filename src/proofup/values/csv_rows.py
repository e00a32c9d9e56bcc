"""Rows of a table that was written as CSV (RFC 4180), one at a time, however many there are.

Cells are separated by commas, semicolons or tabs, whichever the first line has. The first line
names the columns; lines before it that PowerShell (``#TYPE``) and Excel (``sep=;``) write are
passed over.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, TypeAlias

from msgspec import Struct

from proofup.values.csv_cells import csv_cell
from proofup.values.errors import InvalidFieldError, ProofupError
from proofup.values.words import Said, marked

DELIMITERS = (",", ";", "\t")
NO_CSV = marked("is not written as CSV (%(why)s).")
CELLS = marked("has %(cells)s cells, and there are %(columns)s columns.")
OVER_LINES: Mapping[str, str] = {
    NO_CSV: marked(
        "is not written as CSV (%(why)s). It goes on to line %(last)s: if that is more than it "
        "should, a quote in it is not closed, and no row of these lines was read."
    ),
    CELLS: marked(
        "has %(cells)s cells, and there are %(columns)s columns. It goes on to line %(last)s: if "
        "that is more than it should, a quote in it is not closed, and no row of these lines was "
        "read."
    ),
}

# Returns the names of columns as they are to be known, an empty one for a column that is passed
# over. It may raise what its caller catches.
Check: TypeAlias = Callable[[Sequence[str]], Sequence[str]]


class NoColumnsError(ProofupError):
    """The text has no line that names columns; ``said`` says why, ``problem`` in English."""

    def __init__(self, problem: Said) -> None:
        self.said = problem
        self.problem = problem.english
        super().__init__(self.problem)


class Row(Struct, frozen=True):
    """One row: its first line in the text, and its cells by column.

    With a ``problem`` the row cannot be taken, and its cells are those that could be read.
    """

    line: int
    told: dict[str, str]
    problem: InvalidFieldError | None = None


def rows_in(lines: Iterator[str], check: Check) -> Iterator[Row]:
    """Return the rows in ``lines``, without blank ones. Raises NoColumnsError at once."""
    first, passed_over, said = _first_line(lines)
    delimiter = said or next((one for one in DELIMITERS if one in first), DELIMITERS[0])
    reader = csv.reader(chain((first,), lines), delimiter=delimiter, strict=True)
    try:
        names = check([column.strip() for column in next(reader)])
    except csv.Error as error:
        words = marked("has no line of column names (%(why)s).")
        raise NoColumnsError(Said(words, {"why": str(error)})) from error
    return _rows(reader, names, passed_over)


def by_columns(names: Sequence[str], cells: Iterable[str]) -> dict[str, str]:
    """Return the cells by their columns, without those of columns that are passed over."""
    return {name: cell for name, cell in zip(names, cells, strict=True) if name}


def _first_line(lines: Iterator[str]) -> tuple[str, int, str | None]:
    """Return the line of column names, how many stand before it, and which delimiter they say."""
    said = None
    for passed_over, line in enumerate(lines):
        if line.lower().startswith("sep="):
            said = line[4:5]
        elif not line.startswith("#TYPE"):
            return line, passed_over, said
    return "", 0, said


def _rows(reader: Any, names: Sequence[str], passed_over: int) -> Iterator[Row]:
    while True:
        line = reader.line_num + 1 + passed_over
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            facts = {"why": str(error)}
            yield Row(line, {}, _refused(NO_CSV, facts, line, reader.line_num + passed_over))
            continue
        if not any(cells):
            continue
        if len(cells) == len(names):
            yield Row(line, by_columns(names, map(_without_apostrophe, cells)))
        else:
            facts = {"cells": str(len(cells)), "columns": str(len(names))}
            told = dict(zip(names, map(_without_apostrophe, cells), strict=False))
            yield Row(line, told, _refused(CELLS, facts, line, reader.line_num + passed_over))


def _refused(words: str, facts: Mapping[str, str], line: int, last: int) -> InvalidFieldError:
    """Return what is wrong with a row; of one over several lines, with the likely reason."""
    if last > line:
        return InvalidFieldError("line", Said(OVER_LINES[words], {**facts, "last": last}))
    return InvalidFieldError("line", Said(words, facts))


def _without_apostrophe(cell: str) -> str:
    """Return ``cell`` without the apostrophe that our own files have before a formula."""
    return cell[1:] if cell[:1] == "'" and csv_cell(cell[1:]) == cell else cell
