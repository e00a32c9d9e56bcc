"""The order in which the rows of a large file are taken: that of the names.

People lie in the database in the order of their names. Taken in any other, a batch among a million
writes a page for nearly everybody in it; in this one, each page is written once or twice (decision
19). Only the first letters of the names and where each row stands are kept: 90 bytes a row while
they are sorted, 33 from then on.
"""

import os
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path

from proofup.cli.user_rows import Record, Row
from proofup.values.names import folded_name

LETTERS = 12  # bytes of a name that are compared; those who share them stay as they stood
PLACE_BITS = 32  # of the number of a row


class NameOrder:
    """Where the rows of a file stand, in the order of their names; equal ones as they stood."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._lines, self._begins, self._ends = array("Q"), array("Q"), array("Q")
        self._with_password = bytearray()
        keys = []
        for number, row in enumerate(rows):
            keys.append(_key(row) << PLACE_BITS | number)
            self._lines.append(row.line)
            self._begins.append(row.begins)
            self._ends.append(row.bytes_read)
            self._with_password.append(row.has_password)
        keys.sort()
        self._places = array("L", (key & ((1 << PLACE_BITS) - 1) for key in keys))

    def records(self, file: Path, *, offset: int) -> Iterator[Record]:
        """Read the rows of ``file`` in order; they are counted from ``offset`` bytes into it."""
        done = offset
        with file.open("rb") as opened:
            for place in self._places:
                length = self._ends[place] - self._begins[place]
                done += length
                yield Record(
                    line=self._lines[place],
                    text=os.pread(opened.fileno(), length, offset + self._begins[place]),
                    has_password=bool(self._with_password[place]),
                    bytes_read=done,
                )


def _key(row: Row) -> int:
    name = folded_name(row.told.get("userPrincipalName", ""))
    letters = name.encode(errors="surrogatepass")[:LETTERS]
    return int.from_bytes(letters.ljust(LETTERS, b"\0"), "big")
