"""What became of messages, by their kind and country: one small row each."""

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
NOWHERE = ""  # a number whose country cannot be told
NOTHING = Conversion()

Note: TypeAlias = NoteSent | NoteAnswered | StopSending
"""What is written down in such a row."""

_conversion = msgspec.json.Decoder(Conversion)


class ConversionRows(Aggregate, frozen=True):
    """The port ``Conversions``, and its changes; these come at the end of a transaction."""

    async def of(self, kind: str, country: str | None) -> Conversion:
        """Return what is remembered of ``kind`` to ``country``."""
        found = await self.engine.rows(CONVERSION, kind, country or NOWHERE)
        return _conversion.decode(found[0][0]) if found else NOTHING

    def keep(self, notes: Sequence[Note]) -> Steps[None]:
        """Write down ``notes``, those of one kind and country in one go."""
        by_row: dict[tuple[str, str], list[Note]] = {}
        for note in notes:
            by_row.setdefault((note.kind, note.country or NOWHERE), []).append(note)
        for where in sorted(by_row):  # rows are locked in one order, so nobody waits in a circle
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
