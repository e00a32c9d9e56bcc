"""Tells every bad row of an import, on the terminal and in a file of its own."""

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from proofup.cli.judging import Refused
from proofup.cli.output import Output, RefusedError

HEAD = ("line", "field", "reason")
# A spreadsheet takes a cell that begins so for a formula (OWASP, CSV Injection).
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


class Report:
    """Writes bad rows as they are found; each is on the disk before its batch is."""

    def __init__(self, output: Output, file: TextIO | None) -> None:
        self._output = output
        self._file = file
        self._rows = csv.writer(file, quoting=csv.QUOTE_ALL) if file else None

    def tell(self, refused: Iterable[Refused]) -> None:
        """Tell bad rows, in the order of their lines."""
        for row in sorted(refused, key=lambda row: row.line):
            facts = {"line": row.line, "field": row.field, "reason": row.reason}
            if self._output.as_json:
                self._output.say("", facts)
            else:
                self._output.note(f"line {row.line}: {row.field}: {row.reason}")
            if self._rows is not None:
                self._rows.writerow([safe(str(cell)) for cell in facts.values()])
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())

    def sort(self) -> None:
        """Put what was told in the order of its lines, once all of it was."""
        if self._file is None:
            return
        self._file.seek(0)
        told = sorted(_rows(self._file), key=lambda row: int(row[0]))
        place = Path(self._file.name)
        sorted_place = place.with_name(f"{place.name}.sorted")
        with sorted_place.open("w", newline="", encoding="utf-8") as opened:
            csv.writer(opened, quoting=csv.QUOTE_ALL).writerows([HEAD, *told])
            opened.flush()
            os.fsync(opened.fileno())
        sorted_place.replace(place)


def safe(cell: str) -> str:
    """Return ``cell`` so that no spreadsheet computes it; what is no text is shown as ``?``."""
    text = cell.encode(errors="replace").decode()
    return f"'{text}" if text.startswith(FORMULAS) else text


@contextmanager
def report_to(file: Path | None, output: Output, *, kept: int = 0) -> Iterator[Report]:
    """Open the report. Of a run that was cut off, so many rows are ``kept``; others come again."""
    if file is None:
        yield Report(output, None)
        return
    before = _told_before(file)[:kept] if kept else []
    try:
        opened = file.open("w+", newline="", encoding="utf-8")
    except OSError as error:
        raise RefusedError("--report", f"{file} cannot be written ({error.strerror}).") from error
    with opened:
        rows = csv.writer(opened, quoting=csv.QUOTE_ALL)
        rows.writerows([HEAD, *before])
        yield Report(output, opened)


def _told_before(file: Path) -> Sequence[Sequence[str]]:
    if not file.exists():
        return []
    with file.open(newline="", encoding="utf-8") as opened:
        return _rows(opened)


def _rows(opened: TextIO) -> Sequence[Sequence[str]]:
    rows = (row for row in csv.reader(opened) if len(row) == len(HEAD))
    return [row for row in rows if row[0].isdecimal()]
