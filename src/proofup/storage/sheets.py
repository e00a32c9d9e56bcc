"""Many rows of one table, by column: what a column holds in all of them is there once.

Of a thousand newcomers most columns hold the same, and telling a process or a database the same
thing a thousand times costs more than all that differs.
"""

from collections.abc import Container, Iterator, Mapping, Sequence

from msgspec import Struct

from proofup.storage.statements import Row, Value


class Sheet(Struct, frozen=True):
    """``height`` rows; each column, by its place, is either ``shared`` or ``varying``."""

    height: int
    shared: Mapping[int, Value]
    varying: Mapping[int, Sequence[Value]]

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Sheet":
        """Return the sheet of ``rows``, in their order."""
        shared: dict[int, Value] = {}
        varying: dict[int, Sequence[Value]] = {}
        for place, column in enumerate(zip(*rows, strict=True)):
            if column.count(column[0]) == len(column):
                shared[place] = column[0]
            else:
                varying[place] = column
        return cls(len(rows), shared, varying)

    def column(self, place: int) -> Sequence[Value]:
        """Return what the column at ``place`` holds, row by row."""
        if place in self.varying:
            return self.varying[place]
        return (self.shared.get(place),) * self.height  # none of them where there is no row

    def rows(self) -> Iterator[Row]:
        """Return the rows."""
        width = len(self.shared) + len(self.varying)
        return zip(*map(self.column, range(width)), strict=True)

    def without(self, values: Container[Value], place: int = 0) -> "Sheet":
        """Return the sheet without rows that hold one of ``values`` at ``place``."""
        return Sheet.of([row for row in self.rows() if row[place] not in values])
