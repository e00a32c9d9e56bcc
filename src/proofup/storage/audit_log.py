"""The audit log: rows of the chain, and the one row that holds its head.

The transaction that appends always reads and locks the head, because another process may have
appended. It reads and updates the head once, for all entries of all acts that share it.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from proofup.audit.chain import FIRST, Break, Link, canonical_text, first_break, next_link
from proofup.audit.entry import Entry
from proofup.audit.events.catalogue import event_of
from proofup.storage.aggregate import Aggregate
from proofup.storage.statements import Steps, Value, row, rows, touched, touched_in_parts
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import UnreadableSecretError
from proofup.values.ids import CorrelationId, UserId
from proofup.values.sealing import KeyPurpose, KeyRing

HEAD = "SELECT sequence, digest, key_id FROM audit_head WHERE id = 1 FOR UPDATE"
SPANS = (
    "SELECT id, first_entry FROM data_keys "
    "WHERE purpose = 'audit' AND first_entry IS NOT NULL ORDER BY first_entry"
)
MOVE_HEAD = "UPDATE audit_head SET sequence = ?, digest = ? WHERE id = 1"
APPEND = (
    "INSERT INTO audit_log (sequence, text, digest, target_id, at, correlation_id, of_profile) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
)
OF_USER = "SELECT text FROM audit_log WHERE target_id = ? ORDER BY sequence DESC LIMIT ?"
OF_SIGN_IN = (
    "SELECT text FROM audit_log WHERE correlation_id >= ? AND correlation_id < ? "
    "ORDER BY correlation_id, sequence LIMIT ?"
)
AFTER = (
    "SELECT sequence, text, digest FROM audit_log WHERE sequence > ? AND sequence < ? "
    "ORDER BY sequence LIMIT ?"
)
# One statement, so that both values are from the same moment.
ENDS = (
    "SELECT h.sequence, h.digest, (SELECT MAX(sequence) FROM audit_log) "
    "FROM audit_head h WHERE h.id = 1"
)
ANY = "SELECT 1 FROM audit_head WHERE id = 1 AND sequence > 0"
NEWEST = "SELECT sequence, digest FROM audit_head WHERE id = 1 AND sequence > 0"
HOLDS = "SELECT 1 FROM audit_log WHERE sequence = ? AND digest = ?"
BATCH = 5000
NEVER = 1 << 62  # no entry has this number


class Line(Struct, frozen=True):
    """One entry that is about to be chained."""

    text: str
    target_id: UserId | None
    at: int
    correlation_id: str
    of_profile: int | None


class AuditRows(Aggregate, frozen=True):
    """The port ``Activity``, the entries as a change, and the check of the whole chain."""

    keys: KeyRing

    async def of_user(self, user_id: UserId, *, most: int) -> list[Entry]:
        """Return at most ``most`` entries whose target is the user, newest first."""
        return [entry_of(text) for (text,) in await self.engine.rows(OF_USER, user_id, most)]

    async def of_sign_in(self, begins: str, *, most: int) -> list[Entry]:
        """Return at most ``most`` entries whose correlation id begins so, in their order."""
        found = await self.engine.rows(OF_SIGN_IN, begins, f"{begins}~", most)
        return [entry_of(text) for (text,) in found]

    async def is_empty(self) -> bool:
        """Return whether nothing was ever written, judged by the head, which never goes back."""
        return not await self.engine.rows(ANY)

    async def verify(self) -> Break | None:
        """Return the first break in the chain, or None."""
        return await self.engine.read_long(self._verified)

    async def head(self) -> Link | None:
        """Return the newest link, without its text, or None before the first."""
        found = await self.engine.rows(NEWEST)
        return Link(found[0][0], "", found[0][1]) if found else None

    async def holds(self, sequence: int, digest: str) -> bool:
        """Return whether the entry of this number has this digest, as a checkpoint says."""
        return bool(await self.engine.rows(HOLDS, sequence, digest))

    def line(self, entry: Entry) -> Line:
        """Serialise an entry; each caller does this, so an error refuses only its own act."""
        at = to_microseconds(entry.at)
        of_profile = 1 if entry.event.of_profile else None
        return Line(canonical_text(entry), entry.target, at, entry.correlation_id, of_profile)

    def append(self, lines: Sequence[Line]) -> Steps[None]:
        """Chain ``lines``; comes last in a transaction, because it locks the head."""
        head = yield from row(HEAD)
        sequence, digest, key_id = head or (0, FIRST, None)
        key = self._key(key_id)
        chained: list[tuple[Value, ...]] = []
        for line in lines:
            link = next_link(sequence, digest, line.text, key=key)
            sequence, digest = link.sequence, link.digest
            whose = (line.target_id, line.at, line.correlation_id, line.of_profile)
            chained.append((sequence, line.text, digest, *whose))
        yield from touched_in_parts(APPEND, chained)
        yield from touched(MOVE_HEAD, sequence, digest)

    def _verified(self) -> Steps[Break | None]:
        last: Link | None = None
        while True:
            before = last.sequence if last else 0
            key, end = yield from self._span(before + 1)
            found = yield from rows(AFTER, before, end, BATCH)
            if not found:  # an entry is missing, or this is the end of the log
                found = yield from rows(AFTER, before, NEVER, 1)
            links = [Link(*columns) for columns in found]
            if broken := first_break(links, key=key, after=last):
                return broken
            if links:
                last = links[-1]
            ends = yield from row(ENDS)
            head = Link(ends[0], "", ends[1]) if ends else None
            newest = (ends[2] if ends else None) or 0
            if len(links) == BATCH or (last.sequence if last else 0) < newest:
                continue  # there are more entries, or new ones
            if head is None:
                return Break(1, "head missing")
            return first_break((), key=key, after=last, head=head)

    def _span(self, sequence: int) -> Steps[tuple[bytes, int]]:
        """Return the key of an entry, and the first entry with another key."""
        spans = yield from rows(SPANS)
        key_id = next((key for key, first in reversed(spans) if first <= sequence), None)
        end = next((first for _, first in spans if first > sequence), NEVER)
        return self._key(key_id), end

    def _key(self, key_id: str | None) -> bytes:
        """Return the key of this id. Entries older than the second key have no id."""
        keys = self.keys.keys[KeyPurpose.AUDIT]
        found = keys.get(next(iter(keys)) if key_id is None else key_id)
        if found is None:
            raise UnreadableSecretError
        return found.reveal()


def entry_of(text: str) -> Entry:
    """Return the entry that is stored as ``text``."""
    facts: dict[str, Any] = msgspec.json.decode(text)
    return Entry(
        at=from_microseconds(facts["at"]),
        event=event_of(facts["event"], facts["details"]),
        actor=facts["actor"],
        target=facts["target"],
        succeeded=facts["succeeded"],
        correlation_id=CorrelationId(facts["correlation_id"]),
        network=facts["network"],
    )
