"""Reports every bad row of an import, on the terminal and in a separate file.

The file has the columns of what was imported behind its own, so that its rows can be mended and
imported as they are; an import passes over the columns of a report.
"""

import csv
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, TextIO

from msgspec import Struct

from proofup.cli.output import Output, RefusedError
from proofup.values.csv_cells import csv_cell

OWN_COLUMNS = ("line", "field", "reason")


class Refused(Struct, frozen=True):
    """A bad row: its line, the field, what is wrong with it, and its cells as they were read."""

    line: int
    field: str
    reason: str
    told: Mapping[str, str] = {}


class Report(Struct, frozen=True):
    """Reports bad rows; ``is_kept`` says that the file is on a disk and can be synced.

    ``columns`` are those of what is imported.
    """

    output: Output
    columns: Sequence[str] = ()
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
                cells = (*facts.values(), *(row.told.get(name, "") for name in self.columns))
                rows = csv.writer(self.file, quoting=csv.QUOTE_ALL)
                rows.writerow([safe(str(cell)) for cell in cells])
        if self.file is not None:
            self.file.flush()
            if self.is_kept:
                os.fsync(self.file.fileno())


def safe(cell: str) -> str:
    """Return ``cell`` in one line, as no spreadsheet computes it; what is no text becomes ``?``."""
    return csv_cell(cell.encode(errors="replace").decode().replace("\n", " "))


def without_report(names: Sequence[str]) -> list[str]:
    """Return the names of columns, with those of a report empty: they are passed over."""
    is_report = set(OWN_COLUMNS) <= set(names)
    return ["" if is_report and name in OWN_COLUMNS else name for name in names]


@contextmanager
def report_to(
    file: Path | None, output: Output, columns: Sequence[str] = (), *, kept: int = 0
) -> Iterator[Report]:
    """Open a report that only its owner can read; a pipe is only written to.

    The first ``kept`` rows of an earlier run stay in it. Later ones are removed and reported again.
    """
    if file is None:
        yield Report(output)
        return
    head = ",".join(f'"{safe(name)}"' for name in (*OWN_COLUMNS, *columns)).encode() + b"\r\n"
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
            _cut(raw, head, kept)
        else:
            raw.write(head)
        yield Report(output, columns, opened, is_kept)


def _cut(raw: BinaryIO, head: bytes, kept: int) -> None:
    """Cut the report behind its header and ``kept`` rows, each of which is one line."""
    if kept and raw.readline() == head:
        for _ in range(kept):
            raw.readline()
    else:  # the file is not a report: overwrite it
        raw.seek(0)
        raw.write(head)
    raw.truncate()
