"""Adds people by the thousand: one transaction and a handful of statements for each batch.

Everything holds that holds for one: the names are looked at, the people written and their entries
chained in one transaction, together with how far the import has come. It has a connection of its
own, and does not wait with the writers of requests.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import islice
from typing import Protocol, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from proofup.storage.arrivals import Arrivals
from proofup.storage.audit_log import AuditRows, Line
from proofup.storage.imports import (
    BEGIN_IMPORT,
    FINISH_IMPORT,
    MOVE_IMPORT,
    Import,
    begun,
    finished,
    moved,
)
from proofup.storage.methods import METHOD_COLUMNS
from proofup.storage.passwords import CREDENTIAL_COLUMNS
from proofup.storage.sheets import Sheet
from proofup.storage.statements import Result, Row, Statement, Value, rows_of_many, run
from proofup.storage.users import ACCOUNT_COLUMNS, USER_COLUMNS
from proofup.values.clock import to_microseconds
from proofup.values.errors import StaleError

NAMES = "SELECT canonical_name, created_at FROM users WHERE canonical_name IN (?)"
NAMES_AT_ONCE = 1000


class LeftOut(Struct, frozen=True):
    """Somebody whose name is taken: by this import itself, or by somebody from before."""

    line: int
    user_principal_name: str
    by_this_import: bool


BeforeCommit: TypeAlias = Callable[[Sequence[LeftOut]], None]


class BulkConnection(Protocol):
    """What either engine can do for many rows at once; each raises StoreBusyError."""

    def transaction(self) -> AbstractContextManager[None]:
        """Commit what happens within, or nothing of it. Raises UnknownOutcomeError."""
        ...

    def execute(self, sql: str, *values: Value) -> tuple[Sequence[Row], int]:
        """Run one statement and return its rows, and how many it touched."""
        ...

    def insert(self, table: str, columns: str, sheet: Sheet) -> None:
        """Add the rows of ``sheet`` to ``table``."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


class Bulk(Struct, frozen=True):
    """Adds people in batches and keeps count of it."""

    connection: BulkConnection
    audit: AuditRows

    def begin(self, new: Import) -> None:
        """Note that an import begins, or begins anew."""
        with self.connection.transaction():
            self.connection.execute(BEGIN_IMPORT, *begun(new))

    def finish(self, done: Import, at: datetime) -> None:
        """Note that an import has come to its end."""
        with self.connection.transaction():
            self.connection.execute(FINISH_IMPORT, *finished(done, at))

    def taken(self, names: Iterable[Value]) -> dict[Value, int]:
        """Return which of ``names`` somebody has, and since when (microseconds)."""
        found: dict[Value, int] = {}
        rest = iter(names)
        while some := list(islice(rest, NAMES_AT_ONCE)):
            found |= dict(run(rows_of_many(NAMES, [(name,) for name in some]), self._run))
        return found

    def bring_in(
        self,
        arrivals: Arrivals,
        so_far: Import,
        *,
        rows: int,
        refused: int,
        before_commit: BeforeCommit,
    ) -> Import:
        """Add everybody whose name is free, and return how far the import is then.

        ``rows`` is how many the batch had, ``refused`` how many of them were bad.
        ``before_commit`` is told who was left out while nothing is durable yet: what it writes
        may be written twice, but nothing is lost. Raises StaleError where another run has gone
        on with this import meanwhile.
        """
        with self.connection.transaction():
            left_out = left_out_of(arrivals, self.taken(arrivals.names), so_far.started_at)
            now = replace(
                so_far,
                taken=so_far.taken + rows,
                imported=so_far.imported + len(arrivals.lines) - len(left_out),
                refused=so_far.refused + refused + len(left_out),
            )
            _, touched = self.connection.execute(MOVE_IMPORT, *moved(so_far, now))
            if not touched:
                raise StaleError
            self._write(arrivals.without(left_out) if left_out else arrivals)
            before_commit(list(left_out.values()))
        return now

    def _write(self, people: Arrivals) -> None:
        # Ids count up, so all but the names come in the order in which they will lie.
        for table, columns, sheet in (
            ("users", USER_COLUMNS, people.users),
            ("accounts", ACCOUNT_COLUMNS, people.accounts),
            ("credentials", CREDENTIAL_COLUMNS, Sheet.of(sorted(people.credentials))),
            ("authentication_methods", METHOD_COLUMNS, people.methods),
        ):
            self.connection.insert(table, columns, sheet)
        # Last, for it locks the head of the chain until the end.
        run(self.audit.append([Line(*entry) for entry in people.entries.rows()]), self._run)

    def _run(self, statement: Statement) -> Result:
        return Result(*self.connection.execute(statement.sql, *statement.values))


def left_out_of(
    arrivals: Arrivals, taken: Mapping[Value, int], started_at: datetime
) -> dict[Value, LeftOut]:
    """Return who cannot be added, by id, for the name is taken or stands in the batch before."""
    began = to_microseconds(started_at)
    seen: set[Value] = set()
    left_out: dict[Value, LeftOut] = {}
    for line, (user_id, name, shown, *_) in zip(arrivals.lines, arrivals.users.rows(), strict=True):
        if name in taken or name in seen:
            left_out[user_id] = LeftOut(line, shown, name in seen or taken[name] == began)
        seen.add(name)
    return left_out
