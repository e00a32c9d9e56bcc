"""Where the rows of a file stand, and the order in which they are taken: a large file's by name.

People lie in the database in the order of their names. Taken in any other, a batch among a million
writes a page for nearly everybody in it; in this one, each page is written once or twice (decision
19). What is kept of a row is 150 bytes while the names are sorted, and 21 from then on.
"""

import os
from array import array
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from proofup.cli.user_rows import Form, Row, bytes_of, text_of
from proofup.values.names import folded_name

LETTERS = 12  # of a name that are compared; those who share them stay as they stood


class Batch(Struct, frozen=True):
    """Some rows that are judged and written together: their first lines, and where they stand."""

    lines: "array[int]"
    begins: "array[int]"
    lengths: "array[int]"

    @property
    def bytes(self) -> int:
        """How much of the file they are."""
        return sum(self.lengths)

    def rows(self, file: Path, form: Form) -> Iterator[Row]:
        """Read the rows, but for blank ones."""
        with file.open("rb") as opened:
            number = opened.fileno()
            for line, begin, length in zip(self.lines, self.begins, self.lengths, strict=True):
                row = form.row(line, text_of(os.pread(number, length, begin)))
                if row is not None:
                    yield row


NO_ROWS = Batch(array("L"), array("Q"), array("I"))


class Places:
    """The places of all rows of a file, in the order in which they are taken."""

    def __init__(self, file: Path, form: Form, *, by_name: bool) -> None:
        self._lines, self._begins, self._lengths = array("L"), array("Q"), array("I")
        self._has_password = bytearray()
        names: list[str] = []
        begin = form.offset
        for line, text in form.texts(file):
            name, password = form.first_look(text)
            if by_name:
                names.append(folded_name(name)[:LETTERS])
            self._has_password.append(bool(password))
            self._lines.append(line)
            self._begins.append(begin)
            length = bytes_of(text)
            self._lengths.append(length)
            begin += length
        numbers = range(len(self._lines))
        self._order = array("I", sorted(numbers, key=names.__getitem__) if by_name else numbers)

    def batches(self, *, behind: int, rows: int, passwords: int) -> Iterator[Batch]:
        """Return what stands ``behind`` so many rows, in batches.

        Each has so many ``rows``, or fewer that have so many ``passwords``.
        """
        some = array("I")
        hashes = 0
        for place in self._order[behind:]:
            some.append(place)
            hashes += self._has_password[place]
            if len(some) == rows or hashes == passwords:
                yield self._batch(some)
                some, hashes = array("I"), 0
        if some:
            yield self._batch(some)

    def _batch(self, places: "array[int]") -> Batch:
        return Batch(
            array("L", map(self._lines.__getitem__, places)),
            array("Q", map(self._begins.__getitem__, places)),
            array("I", map(self._lengths.__getitem__, places)),
        )
