"""An import that writes nothing: who would be added, and whose name is taken.

Names of the file itself are kept in a database of SQLite's own that nobody else sees; it lies in
memory while it is small and on the disk when it grows, and is gone with the connection.
"""

import sqlite3

from msgspec.structs import replace

from proofup.storage.arrivals import Arrivals
from proofup.storage.bulk import BeforeCommit, Bulk, left_out_of
from proofup.storage.imports import Import
from proofup.values.clock import to_microseconds


class Rehearsal:
    """Does what ``Bulk.bring_in`` does, but for the writing."""

    def __init__(self, bulk: Bulk) -> None:
        self._bulk = bulk
        self._seen = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._seen.execute("CREATE TABLE seen (name TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID")

    def bring_in(
        self,
        arrivals: Arrivals,
        so_far: Import,
        *,
        rows: int,
        refused: int,
        before_commit: BeforeCommit,
    ) -> Import:
        """Return how far the import would be then, and write nothing."""
        taken = self._bulk.taken(arrivals.names)
        self._seen.execute("BEGIN")
        for name in set(arrivals.names):
            added = self._seen.execute("INSERT OR IGNORE INTO seen (name) VALUES (?)", (name,))
            if not added.rowcount and name not in taken:
                taken[name] = to_microseconds(so_far.started_at)
        self._seen.execute("COMMIT")
        left_out = left_out_of(arrivals, taken, so_far.started_at)
        before_commit(list(left_out.values()))
        return replace(
            so_far,
            taken=so_far.taken + rows,
            imported=so_far.imported + len(arrivals.lines) - len(left_out),
            refused=so_far.refused + refused + len(left_out),
        )

    def close(self) -> None:
        """Forget the names."""
        self._seen.close()
