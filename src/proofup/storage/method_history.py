"""What people changed about their methods lately; what went is sealed like what they have."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from proofup.method_changes.history import ForgetPastChanges, NotePastChange, PastChange
from proofup.methods.registered_methods import MethodKind, RegisteredMethod
from proofup.storage.aggregate import Aggregate, Expiry, Writes, WritesMany
from proofup.storage.columns import count_or_none, instant_or_none
from proofup.storage.sealed import SealedColumn
from proofup.storage.statements import Row, Steps, touched, touched_in_parts
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.ids import MethodId, UserId

HISTORY_SINCE = (
    "SELECT id, changed_at, added_id, expires_at, method_id, kind, slot, document, "
    "method_created_at, last_used_at FROM method_history "
    "WHERE user_id = ? AND changed_at >= ? ORDER BY changed_at DESC, id DESC"
)
NOTE_CHANGE = (
    "INSERT INTO method_history (id, user_id, changed_at, added_id, expires_at, method_id, kind, "
    "slot, document, method_created_at, last_used_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
FORGET_OF_MANY = "DELETE FROM method_history WHERE user_id IN (?)"
FORGET_CHANGES = "DELETE FROM method_history WHERE user_id = ?"


class MethodHistoryRows(Aggregate, frozen=True):
    """The port ``MethodHistory``, and the changes of it."""

    expiry: ClassVar[Expiry | None] = Expiry(table="method_history")

    document: SealedColumn

    async def since(self, user_id: UserId, at: datetime) -> Sequence[PastChange]:
        """Return the changes of the user at ``at`` or later, the newest first."""
        found = await self.engine.rows(HISTORY_SINCE, user_id, to_microseconds(at))
        return [self._past_of(user_id, columns) for columns in found]

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {NotePastChange: self.note, ForgetPastChanges: self.forget}

    @property
    def writes_many(self) -> WritesMany:
        """How the changes of many are forgotten."""
        return {ForgetPastChanges: self.forget_many}

    def note(self, change: NotePastChange) -> Steps[None]:
        """Store a past change."""
        past, gone = change.past, change.past.gone
        yield from touched(
            NOTE_CHANGE,
            past.id,
            past.user_id,
            to_microseconds(past.at),
            past.added,
            to_microseconds(past.expires_at),
            gone.id if gone else None,
            gone.kind if gone else None,
            gone.slot if gone else None,
            self.document.seal(gone.document, row=past.id) if gone else None,
            to_microseconds(gone.created_at) if gone else None,
            count_or_none(gone.last_used_at) if gone else None,
        )

    def forget(self, change: ForgetPastChanges) -> Steps[None]:
        """Forget what the user changed."""
        yield from touched(FORGET_CHANGES, change.user_id)

    def forget_many(self, changes: Sequence[ForgetPastChanges]) -> Steps[None]:
        """Forget what many users changed."""
        yield from touched_in_parts(FORGET_OF_MANY, [(one.user_id,) for one in changes])

    def _past_of(self, user_id: UserId, columns: Row) -> PastChange:
        past_id, at, added, expires_at, method_id, kind, slot, document, created_at, used_at = (
            columns
        )
        gone = None
        if method_id is not None:
            gone = RegisteredMethod(
                id=MethodId(method_id),
                user_id=user_id,
                kind=MethodKind(kind),
                slot=slot,
                document=self.document.open(document, row=past_id),
                created_at=from_microseconds(created_at),
                last_used_at=instant_or_none(used_at),
            )
        return PastChange(
            id=past_id,
            user_id=user_id,
            at=from_microseconds(at),
            added=added,
            gone=gone,
            expires_at=from_microseconds(expires_at),
        )
