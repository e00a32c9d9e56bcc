"""The progress of imports, so that an interrupted import continues where it stopped."""

from datetime import datetime

import msgspec
from msgspec import Struct

from proofup.storage.aggregate import Aggregate, Writes
from proofup.storage.statements import Steps, touched
from proofup.values.changes import Change
from proofup.values.errors import StaleError
from proofup.values.ids import CorrelationId

IMPORT_OF_FILE = "SELECT document FROM imports WHERE digest = ?"
MOVE_IMPORT = (
    "INSERT INTO imports (digest, document) VALUES (?, ?) ON CONFLICT (digest) "
    "DO UPDATE SET document = excluded.document WHERE imports.document = ?"
)


class Import(Struct, frozen=True, kw_only=True):
    """The import of one file, identified by its SHA-256 in hex; ``taken`` rows are done.

    Its users get ``started_at`` as their creation time, which identifies them as its own.
    ``without_password`` counts those who cannot sign in yet.
    """

    digest: str
    started_at: datetime
    correlation_id: CorrelationId
    taken: int = 0
    imported: int = 0
    refused: int = 0
    without_password: int = 0
    finished_at: datetime | None = None


class MoveImport(Change, frozen=True):
    """Stores the progress of an import; ``was`` is None if the file was never imported.

    Raises StaleError if the stored progress differs from ``was``: another run imports the file.
    """

    was: Import | None
    now: Import


class ImportRows(Aggregate, frozen=True):
    """Reads imports, and writes their change."""

    async def of_file(self, digest: str) -> Import | None:
        """Return the latest import of the file."""
        found = await self.engine.rows(IMPORT_OF_FILE, digest)
        return msgspec.json.decode(found[0][0], type=Import) if found else None

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {MoveImport: self.move}

    def move(self, change: MoveImport) -> Steps[None]:
        """Store the progress of an import, unless another run was faster."""
        was = None if change.was is None else _document(change.was)
        if not (yield from touched(MOVE_IMPORT, change.now.digest, _document(change.now), was)):
            raise StaleError


def _document(known: Import) -> str:
    return msgspec.json.encode(known).decode()
