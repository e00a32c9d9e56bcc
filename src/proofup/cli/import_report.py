"""Tells every bad row of an import, on the terminal and in a file of its own."""

import csv
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from proofup.cli.judging import Refused
from proofup.cli.output import Output, RefusedError
from proofup.storage.durable import flush

HEAD = ("line", "field", "reason")
# A spreadsheet takes a cell that begins so for a formula (OWASP, CSV Injection).
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


class Report:
    """Writes bad rows as they are found; each is on the disk before its batch is.

    What is no ordinary file, a pipe for one, is written to and neither read nor kept.
    """

    def __init__(self, output: Output, file: TextIO | None, place: Path | None = None) -> None:
        self._output = output
        self._file = file
        self._place = place  # of an ordinary file
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
            if self._place is not None:
                os.fsync(self._file.fileno())

    def sort(self) -> None:
        """Put what was told in the order of its lines, once all of it was."""
        if self._place is not None:
            _put(self._place, sorted(_told_in(self._place), key=lambda row: int(row[0])))


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
    place = file.resolve()  # what a link leads to, not the link, is put in another's place
    ordinary = place if place.is_file() or not place.exists() else None
    try:
        if ordinary:
            _put(place, _told_in(place)[:kept] if kept else [])
        opened = place.open("a", newline="", encoding="utf-8")
    except OSError as error:
        raise RefusedError("--report", f"{file} cannot be written ({error.strerror}).") from error
    with opened:
        if not ordinary:
            csv.writer(opened, quoting=csv.QUOTE_ALL).writerow(HEAD)
        yield Report(output, opened, ordinary)


def _put(place: Path, told: Sequence[Sequence[str]]) -> None:
    """Let the report be these rows, and be whole at every moment."""
    beside = place.with_name(f"{place.name}.part")
    with beside.open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened, quoting=csv.QUOTE_ALL).writerows([HEAD, *told])
    if place.exists():
        shutil.copymode(place, beside)
    flush(beside)
    beside.replace(place)
    flush(place.parent)


def _told_in(place: Path) -> Sequence[Sequence[str]]:
    if not place.exists():
        return []
    # Whatever lies there may be asked to give way to the report; then it tells no rows.
    with place.open(newline="", encoding="utf-8", errors="replace") as opened:
        try:
            return [row for row in csv.reader(opened) if _is_told(row)]
        except csv.Error:
            return []


def _is_told(row: Sequence[str]) -> bool:
    return len(row) == len(HEAD) and row[0].isdecimal()
