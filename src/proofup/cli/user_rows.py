"""Reads users from a file, one at a time, however long it is.

CSV (RFC 4180): UTF-8, with or without the mark that spreadsheets put in front; separated by
commas, or by semicolons where the first line has them. The first line names the columns. Or JSON
lines: one object on each, with the same names.
"""

import csv
import hashlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import Any, TextIO, TypeAlias

import msgspec
from msgspec import Struct

from proofup.cli.columns import COLUMNS, REQUIRED, did_you_mean
from proofup.cli.output import RefusedError

FORMATS = ("csv", "jsonl")
ENDINGS = {".jsonl": "jsonl", ".ndjson": "jsonl"}
FIELD = "FILE"
CHUNK = 1 << 20
QUOTE = '"'
END_OF_LINE = "\r\n"
NAME, PASSWORD = "userPrincipalName", "password"

# Returns the names of columns as they are to be known, or raises RefusedError.
Check: TypeAlias = Callable[[Sequence[str]], Sequence[str]]


class Row(Struct, frozen=True):
    """One row of the file: its first line, and its cells by column or why there are none."""

    line: int
    told: dict[str, str]
    problem: RefusedError | None = None


class Form(Struct, frozen=True, kw_only=True):
    """How the rows of one file are written: the names of its columns, or JSON lines.

    Rows begin ``offset`` bytes into the file: behind the mark of a spreadsheet and, in CSV, behind
    the line of names.
    """

    names: Sequence[str] | None
    delimiter: str = ","
    offset: int = 0

    def texts(self, file: Path) -> Iterator[tuple[int, str]]:
        """Return the rows of ``file`` as they are written, each with its first line."""
        with _opened(file) as opened:
            if self.names is None:
                yield from enumerate(opened, 1)
                return
            next(opened, None)
            line = 2
            for text in opened:
                if QUOTE in text:
                    lines = self._quoted(text, opened)
                    yield line, "".join(lines)
                    line += len(lines)
                else:
                    yield line, text
                    line += 1

    def row(self, line: int, text: str) -> Row | None:
        """Return the row that is written so, or nothing where it is blank."""
        try:
            told = self.told(text)
        except RefusedError as error:
            return Row(line, {}, error)
        return None if told is None else Row(line, told)

    def told(self, text: str) -> dict[str, str] | None:
        """Return the cells of a row by column, or nothing for a blank one. Raises RefusedError."""
        if self.names is None:
            return _told_in_json(text) if text.strip() else None
        cells = self._cells(text)
        if not any(cells):
            return None
        if len(cells) != len(self.names):
            problem = f"has {len(cells)} cells, and there are {len(self.names)} columns."
            raise RefusedError("line", problem)
        return dict(zip(self.names, cells, strict=True))

    def first_look(self, text: str) -> tuple[str, str]:
        """Return name and password of a row as far as they can be told, or nothing for either."""
        try:
            if self.names is None:
                told = _told_in_json(text)
                return told.get(NAME, ""), told.get(PASSWORD, "")
            cells = self._cells(text)
        except RefusedError:
            return "", ""
        if len(cells) != len(self.names):
            return "", ""
        password = cells[self.names.index(PASSWORD)] if PASSWORD in self.names else ""
        return cells[self.names.index(NAME)], password

    def _cells(self, text: str) -> Sequence[str]:
        """Return the cells of a row of CSV. Raises RefusedError."""
        if QUOTE not in text:
            return text.rstrip(END_OF_LINE).split(self.delimiter)
        try:
            return next(self._reader(StringIO(text, newline="")))
        except csv.Error as error:
            raise RefusedError("line", f"is not written as CSV ({error}).") from error

    def _quoted(self, first: str, rest: Iterator[str]) -> Sequence[str]:
        """Return the lines of a row that may go on over more than the ``first``."""
        lines: list[str] = []

        def noted() -> Iterator[str]:
            for line in chain((first,), rest):
                lines.append(line)
                yield line

        with suppress(csv.Error):  # said when the row is read
            next(self._reader(noted()))
        return lines

    def _reader(self, lines: Iterator[str]) -> Iterator[list[str]]:
        return csv.reader(lines, delimiter=self.delimiter, strict=True)


def form_of(file: Path, form: str) -> Form:
    """Return how ``file`` is written. Raises RefusedError."""
    if form == "csv":
        return _form_of_csv(file, _check_columns)
    with _opened(file):
        return Form(names=None, offset=_mark(file))


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


def bytes_of(text: str) -> int:
    """Return how many bytes of a file ``text`` is."""
    return len(text) if text.isascii() else len(text.encode(errors="surrogateescape"))


def text_of(part: bytes) -> str:
    """Return the text of a part of a file."""
    return part.decode(errors="surrogateescape")


def read_csv(file: Path, check: Check) -> Iterator[Row]:
    """Return the rows of ``file``, which is CSV with columns that ``check`` knows.

    Raises RefusedError, for bad columns at once.
    """
    form = _form_of_csv(file, check)
    found = (form.row(line, text) for line, text in form.texts(file))
    return (row for row in found if row is not None)


def _opened(file: Path) -> TextIO:
    try:
        # What is no UTF-8 comes through as surrogates, and is refused in its own row.
        return file.open(newline="", encoding="utf-8-sig", errors="surrogateescape")
    except OSError as error:
        raise _unreadable(file, error) from error


def _unreadable(file: Path, error: OSError) -> RefusedError:
    return RefusedError(FIELD, f"{file} cannot be read ({error.strerror}).")


def _mark(file: Path) -> int:
    with file.open("rb") as opened:
        return len(BOM_UTF8) if opened.read(len(BOM_UTF8)) == BOM_UTF8 else 0


def _form_of_csv(file: Path, check: Check) -> Form:
    with _opened(file) as opened:
        first = next(opened, "")
    delimiter = ";" if ";" in first and "," not in first else ","
    try:
        columns = next(csv.reader([first], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        raise RefusedError(FIELD, f"has no line of column names ({error}).") from error
    names = check([column.strip() for column in columns])
    return Form(names=names, delimiter=delimiter, offset=_mark(file) + bytes_of(first))


def _told_in_json(text: str) -> dict[str, str]:
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
