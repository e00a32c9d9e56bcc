"""Imports of files: how far each has come, so that one that was cut off goes on where it was."""

from datetime import datetime

from msgspec import Struct

from proofup.storage.columns import instant_or_none
from proofup.storage.engine import Engine
from proofup.storage.statements import Value
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.ids import CorrelationId

IMPORT_OF_FILE = (
    "SELECT digest, started_at, correlation_id, taken, imported, refused, finished_at "
    "FROM imports WHERE digest = ?"
)
BEGIN_IMPORT = (
    "INSERT INTO imports "
    "(digest, started_at, correlation_id, taken, imported, refused, finished_at) "
    "VALUES (?, ?, ?, 0, 0, 0, NULL) ON CONFLICT (digest) DO UPDATE SET "
    "started_at = excluded.started_at, correlation_id = excluded.correlation_id, taken = 0, "
    "imported = 0, refused = 0, finished_at = NULL"
)
# How far it is tells two runs over one file apart: the slower one has nothing more to write.
MOVE_IMPORT = (
    "UPDATE imports SET taken = ?, imported = ?, refused = ? "
    "WHERE digest = ? AND started_at = ? AND taken = ?"
)
FINISH_IMPORT = "UPDATE imports SET finished_at = ? WHERE digest = ? AND started_at = ?"


class Import(Struct, frozen=True, kw_only=True):
    """The import of one file, known by its SHA-256 in hex; ``taken`` rows are done.

    Who it adds is created at ``started_at``, by which they are known as its own.
    """

    digest: str
    started_at: datetime
    correlation_id: CorrelationId
    taken: int = 0
    imported: int = 0
    refused: int = 0
    finished_at: datetime | None = None


class ImportRows(Struct, frozen=True):
    """Reads imports."""

    engine: Engine

    async def of_file(self, digest: str) -> Import | None:
        """Return the latest import of the file."""
        found = await self.engine.rows(IMPORT_OF_FILE, digest)
        if not found:
            return None
        known, started_at, correlation_id, taken, imported, refused, finished_at = found[0]
        return Import(
            digest=known,
            started_at=from_microseconds(started_at),
            correlation_id=CorrelationId(correlation_id),
            taken=taken,
            imported=imported,
            refused=refused,
            finished_at=instant_or_none(finished_at),
        )


def begun(new: Import) -> tuple[Value, ...]:
    """Return the values of BEGIN_IMPORT."""
    return new.digest, to_microseconds(new.started_at), new.correlation_id


def moved(old: Import, new: Import) -> tuple[Value, ...]:
    """Return the values of MOVE_IMPORT."""
    started_at = to_microseconds(old.started_at)
    return new.taken, new.imported, new.refused, old.digest, started_at, old.taken


def finished(done: Import, at: datetime) -> tuple[Value, ...]:
    """Return the values of FINISH_IMPORT."""
    return to_microseconds(at), done.digest, to_microseconds(done.started_at)
