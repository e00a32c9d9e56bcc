"""What became of messages, by their kind and country: one small row each."""

from collections.abc import Callable

import msgspec
from msgspec import Struct

from proofup.policy.conversion import (
    Conversion,
    NoteAnswered,
    NoteSent,
    StopSending,
    stopped,
    with_answered,
    with_sent,
)
from proofup.storage.engine import Engine
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

_conversion = msgspec.json.Decoder(Conversion)


class ConversionRows(Struct, frozen=True):
    """The port ``Conversions``, and its changes."""

    engine: Engine

    async def of(self, kind: str, country: str | None) -> Conversion:
        """Return what is remembered of ``kind`` to ``country``."""
        found = await self.engine.rows(CONVERSION, kind, country or NOWHERE)
        return _conversion.decode(found[0][0]) if found else NOTHING

    def note_sent(self, change: NoteSent) -> Steps[None]:
        """Count a message."""
        yield from _keep(change.kind, change.country, lambda known: with_sent(known, at=change.at))

    def note_answered(self, change: NoteAnswered) -> Steps[None]:
        """Count an answer."""
        yield from _keep(
            change.kind,
            change.country,
            lambda known: with_answered(known, sent_at=change.sent_at),
        )

    def stop(self, change: StopSending) -> Steps[None]:
        """Send nothing for a while."""
        yield from _keep(change.kind, change.country, lambda _: stopped(change.at))


def _keep(
    kind: str, country: str | None, changed: Callable[[Conversion], Conversion]
) -> Steps[None]:
    """Keep what ``changed`` makes of what is known, under the lock of the row."""
    where = (kind, country or NOWHERE)
    known = yield from row(LOCKED, *where)
    if known is None:
        yield from touched(BEGIN, *where)
        known = yield from row(LOCKED, *where)
    before = _conversion.decode(known[0]) if known else NOTHING
    document = msgspec.json.encode(changed(before)).decode()
    yield from touched(KEEP, document, *where)
