"""Reports every bad row of an import, on the terminal and in a separate file."""

import csv
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, TextIO

from msgspec import Struct

from proofup.cli.output import Output, RefusedError
from proofup.values.csv_cells import csv_cell

HEAD = b'"line","field","reason"\r\n'


class Refused(Struct, frozen=True):
    """A bad row: its line, the field, and what is wrong with it."""

    line: int
    field: str
    reason: str


class Report(Struct, frozen=True):
    """Reports bad rows; ``is_kept`` says that the file is on a disk and can be synced."""

    output: Output
    file: TextIO | None = None
    is_kept: bool = False

    def tell(self, refused: Iterable[Refused]) -> None:
        """Report bad rows. When this returns, they are on the disk."""
        for row in refused:
            facts = {"line": row.line, "field": row.field, "reason": row.reason}
            if self.output.as_json:
                self.output.say("", facts)
            else:
                self.output.note(f"line {row.line}: {row.field}: {row.reason}")
            if self.file is not None:
                rows = csv.writer(self.file, quoting=csv.QUOTE_ALL)
                rows.writerow([safe(str(cell)) for cell in facts.values()])
        if self.file is not None:
            self.file.flush()
            if self.is_kept:
                os.fsync(self.file.fileno())


def safe(cell: str) -> str:
    """Return ``cell`` in one line, as no spreadsheet computes it; what is no text becomes ``?``."""
    return csv_cell(cell.encode(errors="replace").decode().replace("\n", " "))


@contextmanager
def report_to(file: Path | None, output: Output, *, kept: int = 0) -> Iterator[Report]:
    """Open a report that only its owner can read; a pipe is only written to.

    The first ``kept`` rows of an earlier run stay in it. Later ones are removed and reported again.
    """
    if file is None:
        yield Report(output)
        return
    try:
        is_kept = file.is_file() or not file.exists()
        flags = os.O_CREAT | (os.O_RDWR if is_kept else os.O_WRONLY)
        raw = os.fdopen(os.open(file, flags, mode=0o600), "rb+" if is_kept else "wb")
        if is_kept:
            os.fchmod(raw.fileno(), 0o600)
    except OSError as error:
        raise RefusedError("--report", f"{file} cannot be written ({error.strerror}).") from error
    with TextIOWrapper(raw, newline="", encoding="utf-8") as opened:
        if is_kept:
            _cut(raw, kept)
        else:
            raw.write(HEAD)
        yield Report(output, opened, is_kept)


def _cut(raw: BinaryIO, kept: int) -> None:
    """Cut the report behind its header and ``kept`` rows, each of which is one line."""
    if kept and raw.readline() == HEAD:
        for _ in range(kept):
            raw.readline()
    else:  # the file is not a report: overwrite it
        raw.seek(0)
        raw.write(HEAD)
    raw.truncate()
