"""Reads users from a file, one at a time, however long it is.

CSV (RFC 4180): UTF-8, with or without the mark that spreadsheets put in front; separated by
commas, or by semicolons where the first line has them. The first line names the columns. Or JSON
lines: one object on each, with the same names.
"""

import csv
import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

import msgspec
from msgspec import Struct

from proofup.cli.columns import COLUMNS, REQUIRED, did_you_mean
from proofup.cli.output import RefusedError

FORMATS = ("csv", "jsonl")
ENDINGS = {".jsonl": "jsonl", ".ndjson": "jsonl"}
FIELD = "FILE"
CHUNK = 1 << 20


class Row(Struct, frozen=True):
    """One line of the file: where it begins, and its cells by column or why there are none.

    ``bytes_read`` is how far into the file the reader has come with it.
    """

    line: int
    told: dict[str, str]
    problem: RefusedError | None = None
    bytes_read: int = 0


def format_of(file: Path) -> str:
    """Return the format a file's name tells of."""
    return ENDINGS.get(file.suffix.lower(), "csv")


def digest_of(file: Path) -> str:
    """Return the SHA-256 of the file in hex, by which it is known again. Raises RefusedError."""
    digest = hashlib.sha256()
    try:
        with file.open("rb") as opened:
            while part := opened.read(CHUNK):
                digest.update(part)
    except OSError as error:
        raise _unreadable(file, error) from error
    return digest.hexdigest()


def read_rows(file: Path, form: str = "csv") -> Iterator[Row]:
    """Return the rows of ``file``. Raises RefusedError."""
    if form == "csv":
        yield from read_csv(file, _check_columns)
        return
    with _opened(file) as opened:
        yield from _of_json_lines(_Counted(opened))


def read_csv(file: Path, check: Callable[[Sequence[str]], Sequence[str]]) -> Iterator[Row]:
    """Return the rows of ``file``, which is CSV.

    ``check`` returns the names of its columns as they are to be known, or raises RefusedError.
    """
    with _opened(file) as opened:
        yield from _of_csv(opened, check)


def _opened(file: Path) -> TextIO:
    try:
        # What is no UTF-8 comes through as surrogates, and is refused in its own row.
        return file.open(newline="", encoding="utf-8-sig", errors="surrogateescape")
    except OSError as error:
        raise _unreadable(file, error) from error


def _unreadable(file: Path, error: OSError) -> RefusedError:
    return RefusedError(FIELD, f"{file} cannot be read ({error.strerror}).")


class _Counted:
    """The lines of a file, and how many bytes they were."""

    def __init__(self, opened: TextIO) -> None:
        self._lines = iter(opened)
        self.bytes_read = 0

    def __iter__(self) -> "_Counted":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        encoded = line if line.isascii() else line.encode(errors="surrogateescape")
        self.bytes_read += len(encoded)
        return line


def _of_csv(opened: TextIO, check: Callable[[Sequence[str]], Sequence[str]]) -> Iterator[Row]:
    lines = _Counted(opened)
    first = next(lines, "")
    delimiter = ";" if ";" in first and "," not in first else ","
    try:
        columns = next(csv.reader([first], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        raise RefusedError(FIELD, f"has no line of column names ({error}).") from error
    names = check([column.strip() for column in columns])
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 2  # the line of names, and the next one
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problem = RefusedError("line", f"is not written as CSV ({error}).")
            yield Row(line, {}, problem, lines.bytes_read)
            continue
        if not any(cells):
            continue
        if len(cells) != len(names):
            wrong = f"has {len(cells)} cells, and there are {len(names)} columns."
            yield Row(line, {}, RefusedError("line", wrong), lines.bytes_read)
            continue
        yield Row(line, dict(zip(names, cells, strict=True)), None, lines.bytes_read)


def _of_json_lines(lines: _Counted) -> Iterator[Row]:
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            yield Row(number, _told(text), None, lines.bytes_read)
        except RefusedError as error:
            yield Row(number, {}, error, lines.bytes_read)


def _told(text: str) -> dict[str, str]:
    """Return the properties of one object as cells are written. Raises RefusedError."""
    try:
        found: dict[str, Any] = msgspec.json.decode(text.encode(), type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise RefusedError("line", "is not one JSON object in UTF-8.") from error
    for name in found:
        if name not in COLUMNS:
            raise RefusedError(name, f"is not known. {did_you_mean(name)}")
    return {name: _cell(name, value) for name, value in found.items()}


def _cell(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ";".join(value)
    raise RefusedError(name, "is neither text nor true or false nor a list of texts.")


def _check_columns(names: Sequence[str]) -> Sequence[str]:
    for name in names:
        if name not in COLUMNS:
            raise RefusedError(FIELD, f"the column {name!r} is not known.", did_you_mean(name))
        if names.count(name) > 1:
            raise RefusedError(FIELD, f"the column {name!r} is there twice.")
    for name in REQUIRED:
        if name not in names:
            raise RefusedError(FIELD, f"there is no column {name!r}.", "Every user needs it.")
    return names
