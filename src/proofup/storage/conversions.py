"""Answer rates of codes, one small row for each kind of message and country."""

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from proofup.policy.conversion import (
    Conversion,
    NoteAnswered,
    NoteSent,
    StopSending,
    stopped,
    with_answered,
    with_sent,
)
from proofup.storage.aggregate import Aggregate
from proofup.storage.statements import Steps, row, touched

CONVERSION = "SELECT document FROM conversions WHERE kind = ? AND country = ?"
LOCKED = "SELECT document FROM conversions WHERE kind = ? AND country = ? FOR UPDATE"
BEGIN = (
    "INSERT INTO conversions (kind, country, document) VALUES (?, ?, '{}') "
    "ON CONFLICT (kind, country) DO NOTHING"
)
KEEP = "UPDATE conversions SET document = ? WHERE kind = ? AND country = ?"
NOWHERE = ""  # a number of unknown country
NOTHING = Conversion()

Note: TypeAlias = NoteSent | NoteAnswered | StopSending
"""What is written down in such a row."""

_conversion = msgspec.json.Decoder(Conversion)


class ConversionRows(Aggregate, frozen=True):
    """The port ``Conversions``, and its changes; these come at the end of a transaction."""

    async def of(self, kind: str, country: str | None) -> Conversion:
        """Return the record of ``kind`` to ``country``."""
        found = await self.engine.rows(CONVERSION, kind, country or NOWHERE)
        return _conversion.decode(found[0][0]) if found else NOTHING

    def keep(self, notes: Sequence[Note]) -> Steps[None]:
        """Store ``notes``, with one write for each kind and country."""
        by_row: dict[tuple[str, str], list[Note]] = {}
        for note in notes:
            by_row.setdefault((note.kind, note.country or NOWHERE), []).append(note)
        for where in sorted(by_row):  # a fixed order of locks prevents deadlocks
            known = yield from row(LOCKED, *where)
            if known is None:
                yield from touched(BEGIN, *where)
                known = yield from row(LOCKED, *where)
            conversion = _conversion.decode(known[0]) if known else NOTHING
            for note in by_row[where]:
                conversion = _with(conversion, note)
            yield from touched(KEEP, msgspec.json.encode(conversion).decode(), *where)


def _with(conversion: Conversion, note: Note) -> Conversion:
    if isinstance(note, NoteSent):
        return with_sent(conversion, at=note.at)
    if isinstance(note, NoteAnswered):
        return with_answered(conversion, sent_at=note.sent_at)
    return stopped(note.at)
