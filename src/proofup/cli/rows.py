"""Reads rows from a file, one at a time, however long it is.

CSV (``values.csv_rows``): UTF-8, with or without the mark that spreadsheets put in front, or UTF-16
with it. Or JSON lines: one object on each, with the same names.
"""

import codecs
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import msgspec

from proofup.cli.output import RefusedError
from proofup.values.csv_rows import Check, NoColumnsError, Row, by_columns, rows_in
from proofup.values.errors import InvalidFieldError

FIELD = "FILE"
CHUNK = 1 << 20


@contextmanager
def rows_of_csv(file: Path, check: Check) -> Iterator[Iterator[Row]]:
    """Give the rows of ``file``, without blank ones. Raises RefusedError, for bad columns too."""
    with _opened(file) as lines:
        try:
            rows = rows_in(lines, check)
        except NoColumnsError as error:
            raise RefusedError(FIELD, error.problem) from error
        yield rows


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
        with file.open("rb") as begun:
            is_utf16 = begun.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
        # Bytes that are not UTF-8 become surrogates, so that only their row is refused.
        encoding, errors = ("utf-16", "replace") if is_utf16 else ("utf-8-sig", "surrogateescape")
        opened = file.open(newline="", encoding=encoding, errors=errors)
    except OSError as error:
        raise RefusedError(FIELD, f"{file} cannot be read ({error.strerror}).") from error
    with opened:
        yield opened


def _row_of_json(line: int, text: str, check: Check) -> Row:
    try:
        found: dict[str, Any] = msgspec.json.decode(text.encode(), type=dict[str, Any])
        names = check(tuple(found))
        return Row(line, by_columns(names, map(_cell, found, found.values())))
    except (msgspec.DecodeError, UnicodeEncodeError):
        return Row(line, {}, InvalidFieldError("line", "is not one JSON object in UTF-8."))
    except RefusedError as error:
        return Row(line, {}, InvalidFieldError(error.field, error.problem))


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
