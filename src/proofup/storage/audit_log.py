"""The audit log: rows of the chain, and the one row that holds its head.

The head is read and locked inside the transaction that appends, always: another process may
have appended since.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from proofup.audit.chain import FIRST, Break, Link, canonical_text, first_break, next_link
from proofup.audit.entry import Entry, Event
from proofup.storage.engine import Engine
from proofup.storage.statements import Steps, row, rows, touched
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.ids import CorrelationId, UserId
from proofup.values.sealing import KeyPurpose, KeyRing

HEAD = "SELECT sequence, digest FROM audit_head WHERE id = 1 FOR UPDATE"
MOVE_HEAD = "UPDATE audit_head SET sequence = ?, digest = ? WHERE id = 1"
APPEND = "INSERT INTO audit_log (sequence, text, digest, target_id, at) VALUES (?, ?, ?, ?, ?)"
OF_USER = "SELECT text FROM audit_log WHERE target_id = ? ORDER BY sequence DESC LIMIT ?"
AFTER = "SELECT sequence, text, digest FROM audit_log WHERE sequence > ? ORDER BY sequence LIMIT ?"
# One statement, so that both are of the same moment.
ENDS = (
    "SELECT h.sequence, h.digest, (SELECT MAX(sequence) FROM audit_log) "
    "FROM audit_head h WHERE h.id = 1"
)
ANY = "SELECT 1 FROM audit_head WHERE id = 1 AND sequence > 0"
NEWEST = "SELECT sequence, digest FROM audit_head WHERE id = 1 AND sequence > 0"
HOLDS = "SELECT 1 FROM audit_log WHERE sequence = ? AND digest = ?"
BATCH = 5000


class AuditRows(Struct, frozen=True):
    """The port ``Activity``, the entries as a change, and the check of the whole chain."""

    engine: Engine
    keys: KeyRing

    async def of_user(self, user_id: UserId, *, most: int) -> list[Entry]:
        """Return at most ``most`` entries whose target is the user, newest first."""
        return [_entry_of(text) for (text,) in await self.engine.rows(OF_USER, user_id, most)]

    async def is_empty(self) -> bool:
        """Tell whether nothing was ever written, going by the head, which nothing sets back."""
        return not await self.engine.rows(ANY)

    async def verify(self) -> Break | None:
        """Return the first place where the chain does not hold, or None."""
        return await self.engine.read_long(self._verified)

    async def head(self) -> Link | None:
        """Return the newest link, without its text, or None before the first."""
        found = await self.engine.rows(NEWEST)
        return Link(found[0][0], "", found[0][1]) if found else None

    async def holds(self, sequence: int, digest: str) -> bool:
        """Tell whether the entry of this number has this digest: what a checkpoint says."""
        return bool(await self.engine.rows(HOLDS, sequence, digest))

    def append(self, entries: Sequence[Entry]) -> Steps[None]:
        """Chain ``entries``. Comes last in a transaction, for it locks the head until the end."""
        _, key = self.keys.current(KeyPurpose.AUDIT)
        head = yield from row(HEAD)
        sequence, digest = head or (0, FIRST)
        for entry in entries:
            link = next_link(sequence, digest, canonical_text(entry), key=key)
            sequence, digest = link.sequence, link.digest
            at = to_microseconds(entry.at)
            yield from touched(APPEND, sequence, link.text, digest, entry.target, at)
        yield from touched(MOVE_HEAD, sequence, digest)

    def _verified(self) -> Steps[Break | None]:
        _, key = self.keys.current(KeyPurpose.AUDIT)
        last: Link | None = None
        while True:
            found = yield from rows(AFTER, last.sequence if last else 0, BATCH)
            links = [Link(*columns) for columns in found]
            if broken := first_break(links, key=key, after=last):
                return broken
            if links:
                last = links[-1]
            ends = yield from row(ENDS)
            head = Link(ends[0], "", ends[1]) if ends else None
            newest = (ends[2] if ends else None) or 0
            if len(links) == BATCH or (last.sequence if last else 0) < newest:
                continue  # there is more, or more came meanwhile
            if head is None:
                return Break(1, "head missing")
            return first_break((), key=key, after=last, head=head)


def _entry_of(text: str) -> Entry:
    facts: dict[str, Any] = msgspec.json.decode(text)
    return Entry(
        at=from_microseconds(facts["at"]),
        event=Event(facts["event"]),
        actor=facts["actor"],
        target=facts["target"],
        succeeded=facts["succeeded"],
        correlation_id=CorrelationId(facts["correlation_id"]),
        network=facts["network"],
        details=facts["details"],
    )
