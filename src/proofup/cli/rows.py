"""Reads rows from a file, one at a time, however long it is.

CSV (RFC 4180): UTF-8, with or without the mark that spreadsheets put in front; separated by
commas, or by semicolons where the first line has them. The first line names the columns. Or JSON
lines: one object on each, with the same names.
"""

import csv
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, TextIO, TypeAlias

import msgspec
from msgspec import Struct

from proofup.cli.output import RefusedError

FIELD = "FILE"
CHUNK = 1 << 20

# Returns the names of columns as they are to be known, or raises RefusedError.
Check: TypeAlias = Callable[[Sequence[str]], Sequence[str]]


class Row(Struct, frozen=True):
    """One row of the file: its first line, and its cells by column or why there are none."""

    line: int
    told: dict[str, str]
    problem: RefusedError | None = None


@contextmanager
def rows_of_csv(file: Path, check: Check) -> Iterator[Iterator[Row]]:
    """Give the rows of ``file``, without blank ones. Raises RefusedError, for bad columns too."""
    with _opened(file) as lines:
        first = next(lines, "")
        delimiter = ";" if ";" in first and "," not in first else ","
        reader = csv.reader(chain((first,), lines), delimiter=delimiter, strict=True)
        try:
            names = check([column.strip() for column in next(reader)])
        except csv.Error as error:
            problem = f"has no line of column names ({error})."
            raise RefusedError(FIELD, problem) from error
        yield _rows(reader, names)


@contextmanager
def rows_of_json(file: Path, check: Check) -> Iterator[Iterator[Row]]:
    """Give the rows of ``file``, without blank ones. Raises RefusedError."""
    with _opened(file) as lines:
        found = ((line, text) for line, text in enumerate(lines, 1) if text.strip())
        yield (_row_of_json(line, text, check) for line, text in found)


def fingerprint(file: Path) -> tuple[str, int]:
    """Return the SHA-256 in hex, which identifies the file, and the number of lines.

    Raises RefusedError.
    """
    digest, lines = hashlib.sha256(), 0
    with _opened(file) as opened:
        while part := opened.buffer.read(CHUNK):
            digest.update(part)
            lines += part.count(b"\n")
    return digest.hexdigest(), lines


@contextmanager
def _opened(file: Path) -> Iterator[TextIO]:
    try:
        # Bytes that are not UTF-8 become surrogates, so that only their row is refused.
        opened = file.open(newline="", encoding="utf-8-sig", errors="surrogateescape")
    except OSError as error:
        raise RefusedError(FIELD, f"{file} cannot be read ({error.strerror}).") from error
    with opened:
        yield opened


def _rows(reader: Any, names: Sequence[str]) -> Iterator[Row]:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(line, {}, RefusedError("line", f"is not written as CSV ({error})."))
            continue
        if not any(cells):
            continue
        if len(cells) == len(names):
            yield Row(line, dict(zip(names, cells, strict=True)))
        else:
            problem = f"has {len(cells)} cells, and there are {len(names)} columns."
            yield Row(line, {}, RefusedError("line", problem))


def _row_of_json(line: int, text: str, check: Check) -> Row:
    try:
        found: dict[str, Any] = msgspec.json.decode(text.encode(), type=dict[str, Any])
        names = check(tuple(found))
        return Row(line, dict(zip(names, map(_cell, found, found.values()), strict=True)))
    except (msgspec.DecodeError, UnicodeEncodeError):
        return Row(line, {}, RefusedError("line", "is not one JSON object in UTF-8."))
    except RefusedError as error:
        return Row(line, {}, error)


def _cell(name: str, value: object) -> str:
    """Return a JSON property in the form of a CSV cell."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ";".join(value)
    raise RefusedError(name, "is neither text nor true or false nor a list of texts.")
