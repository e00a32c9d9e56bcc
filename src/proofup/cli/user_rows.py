"""Reads users from a file, one at a time, however long it is.

CSV (RFC 4180): UTF-8, with or without the mark that spreadsheets put in front; separated by
commas, or by semicolons where the first line has them. The first line names the columns. Or JSON
lines: one object on each, with the same names.
"""

import csv
import hashlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from io import StringIO
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


class Row(Struct, frozen=True):
    """One line of the file: where it begins, and its cells by column or why there are none.

    It stands from ``begins`` to ``bytes_read``, counted from the first byte of text.
    """

    line: int
    told: dict[str, str]
    problem: RefusedError | None = None
    bytes_read: int = 0
    begins: int = 0

    @property
    def has_password(self) -> bool:
        """Whether there is a password to be hashed."""
        return bool(self.told.get("password"))


class Record(Struct, frozen=True, kw_only=True):
    """A row as it is written in the file, to be read where it is judged."""

    line: int
    text: bytes
    has_password: bool
    bytes_read: int


Taken: TypeAlias = Row | Record


class Form(Struct, frozen=True, kw_only=True):
    """How the rows of one file are written: the names of its columns, or JSON lines.

    Text begins ``offset`` bytes into the file, behind the mark of a spreadsheet.
    """

    names: Sequence[str] | None
    delimiter: str = ","
    offset: int = 0

    def row(self, taken: Taken) -> Row:
        """Return the row that was ``taken`` from such a file."""
        if isinstance(taken, Row):
            return taken
        text = taken.text.decode(errors="surrogateescape")
        if self.names is None:
            return _of_json_line(taken.line, text, 0, len(taken.text))
        lines = _Counted(StringIO(text, newline=""))
        return next(_csv_rows(lines, self.names, self.delimiter, first=taken.line))


def form_of(file: Path, form: str) -> Form:
    """Return how ``file`` is written. Raises RefusedError."""
    with _opened(file) as opened:
        with file.open("rb") as raw:
            offset = len(BOM_UTF8) if raw.read(len(BOM_UTF8)) == BOM_UTF8 else 0
        if form != "csv":
            return Form(names=None, offset=offset)
        names, delimiter = _head(_Counted(opened), _check_columns)
        return Form(names=names, delimiter=delimiter, offset=offset)


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
    names, delimiter = _head(lines, check)
    yield from _csv_rows(lines, names, delimiter, first=2)  # behind the line of names


def _head(
    lines: _Counted, check: Callable[[Sequence[str]], Sequence[str]]
) -> tuple[Sequence[str], str]:
    """Return the names of the columns, and what separates cells."""
    first = next(lines, "")
    delimiter = ";" if ";" in first and "," not in first else ","
    try:
        columns = next(csv.reader([first], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        raise RefusedError(FIELD, f"has no line of column names ({error}).") from error
    return check([column.strip() for column in columns]), delimiter


def _csv_rows(
    lines: _Counted, names: Sequence[str], delimiter: str, *, first: int
) -> Iterator[Row]:
    """Return the rows of ``lines``, of which the next is line ``first`` of the file."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line, begins = reader.line_num + first, lines.bytes_read
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problem = RefusedError("line", f"is not written as CSV ({error}).")
            yield Row(line, {}, problem, lines.bytes_read, begins)
            continue
        if not any(cells):
            continue
        if len(cells) != len(names):
            wrong = f"has {len(cells)} cells, and there are {len(names)} columns."
            yield Row(line, {}, RefusedError("line", wrong), lines.bytes_read, begins)
            continue
        yield Row(line, dict(zip(names, cells, strict=True)), None, lines.bytes_read, begins)


def _of_json_lines(lines: _Counted) -> Iterator[Row]:
    begins = 0
    for number, text in enumerate(lines, 1):
        if text.strip():
            yield _of_json_line(number, text, begins, lines.bytes_read)
        begins = lines.bytes_read


def _of_json_line(number: int, text: str, begins: int, ends: int) -> Row:
    try:
        return Row(number, _told(text), None, ends, begins)
    except RefusedError as error:
        return Row(number, {}, error, ends, begins)


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
