"""Reads users from a CSV file (RFC 4180), one at a time, however long the file is.

UTF-8, with or without the mark that spreadsheets put in front; separated by commas, or by
semicolons where the first line has them. The first line names the columns.
"""

import csv
import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from msgspec import Struct

from proofup.cli.columns import COLUMNS, REQUIRED
from proofup.cli.output import RefusedError


class Row(Struct, frozen=True):
    """One line of the file: where it begins, and its cells by column or why there are none."""

    line: int
    told: dict[str, str]
    problem: RefusedError | None = None


def read_rows(file: Path) -> Iterator[Row]:
    """Return the rows of ``file`` behind the first. Raises RefusedError."""
    try:
        # What is no UTF-8 comes through as surrogates, and is refused in its own row.
        opened = file.open(newline="", encoding="utf-8-sig", errors="surrogateescape")
    except OSError as error:
        raise RefusedError("FILE.csv", f"{file} cannot be read ({error.strerror}).") from error
    with opened:
        first = opened.readline()
        delimiter = ";" if ";" in first and "," not in first else ","
        try:
            columns = next(csv.reader([first], delimiter=delimiter, strict=True), [])
        except csv.Error as error:
            raise RefusedError("FILE.csv", f"has no line of column names ({error}).") from error
        _check_columns([column.strip() for column in columns])
        names = [column.strip() for column in columns]
        yield from _rows(opened, delimiter, names)


def _rows(opened: TextIO, delimiter: str, names: Sequence[str]) -> Iterator[Row]:
    reader = csv.reader(opened, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 2  # the line of names, and the next one
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(line, {}, RefusedError("line", f"is not written as CSV ({error})."))
            continue
        if not any(cells):
            continue
        if len(cells) != len(names):
            problem = f"has {len(cells)} cells, and there are {len(names)} columns."
            yield Row(line, {}, RefusedError("line", problem))
            continue
        yield Row(line, dict(zip(names, cells, strict=True)))


def _check_columns(names: Sequence[str]) -> None:
    for name in names:
        if name not in COLUMNS:
            near = difflib.get_close_matches(name, COLUMNS, n=1, cutoff=0.4)
            fix = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(COLUMNS)}."
            raise RefusedError("FILE.csv", f"the column {name!r} is not known.", fix)
        if names.count(name) > 1:
            raise RefusedError("FILE.csv", f"the column {name!r} is there twice.")
    for name in REQUIRED:
        if name not in names:
            raise RefusedError("FILE.csv", f"there is no column {name!r}.", "Every user needs it.")
