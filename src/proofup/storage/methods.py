"""Authentication methods: one row for each, with a sealed document, clustered by user."""

from collections.abc import Sequence

from proofup.methods.protocol import (
    AddMethod,
    MethodKind,
    RegisteredMethod,
    RemoveMethod,
    ReplaceMethod,
    RequireMethods,
    UpdateMethod,
)
from proofup.storage.aggregate import Aggregate, Writes
from proofup.storage.columns import count_or_none, instant_or_none
from proofup.storage.sealed import SealedColumn
from proofup.storage.statements import Row, Steps, Value, rows, touched
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import SlotTakenError, StaleMethodError
from proofup.values.ids import MethodId, UserId

SHOWN_COLUMNS = (
    "m.id, m.kind, m.slot, m.document, m.created_at, m.last_used_at, m.revision, m.pepper_id"
)
METHODS_OF_USER = (
    f"SELECT {SHOWN_COLUMNS} FROM authentication_methods m "
    "WHERE m.user_id = ? ORDER BY m.created_at, m.slot"
)
METHOD_COLUMNS = "user_id, slot, id, kind, document, created_at, last_used_at, revision, pepper_id"
ADD_METHOD = (
    f"INSERT INTO authentication_methods ({METHOD_COLUMNS}) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (user_id, slot) DO NOTHING"
)
UPDATE_METHOD = (
    "UPDATE authentication_methods SET document = ?, last_used_at = ?, revision = revision + 1 "
    "WHERE user_id = ? AND slot = ? AND id = ? AND revision = ?"
)
REMOVE_FROM_SLOT = "DELETE FROM authentication_methods WHERE user_id = ? AND slot = ? AND id = ?"
IDS_OF_USER = "SELECT id FROM authentication_methods WHERE user_id = ?"
REMOVE_METHOD = "DELETE FROM authentication_methods WHERE id = ? AND user_id = ?"


class MethodRows(Aggregate, frozen=True):
    """The port ``RegisteredMethods``, and the changes of methods."""

    document: SealedColumn

    async def of_user(self, user_id: UserId) -> Sequence[RegisteredMethod]:
        """Return all methods of the user, oldest first."""
        found = await self.engine.rows(METHODS_OF_USER, user_id)
        return [self.method_of(user_id, columns) for columns in found]

    def method_of(self, user_id: UserId, columns: Row) -> RegisteredMethod:
        """Return the method in a row of SHOWN_COLUMNS."""
        method_id, kind, slot, document, created_at, last_used_at, revision, pepper_id = columns
        return RegisteredMethod(
            id=MethodId(method_id),
            user_id=user_id,
            kind=MethodKind(kind),
            slot=slot,
            document=self.document.open(document, row=method_id),
            created_at=from_microseconds(created_at),
            last_used_at=instant_or_none(last_used_at),
            revision=revision,
            pepper_id=pepper_id,
        )

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            AddMethod: self.add,
            UpdateMethod: self.update,
            ReplaceMethod: self.replace,
            RemoveMethod: self.remove,
            RequireMethods: self.require,
        }

    def add(self, change: AddMethod) -> Steps[None]:
        """Store a method in its free slot."""
        yield from self._add(change.method)

    def update(self, change: UpdateMethod) -> Steps[None]:
        """Store the new document of a method, unless another write was faster."""
        method = change.method
        if not (
            yield from touched(
                UPDATE_METHOD,
                self.document.seal(method.document, row=method.id),
                count_or_none(method.last_used_at),
                method.user_id,
                method.slot,
                method.id,
                method.revision,
            )
        ):
            raise StaleMethodError

    def replace(self, change: ReplaceMethod) -> Steps[None]:
        """Put a method in the place of another, unless that one has gone."""
        new = change.new
        if not (yield from touched(REMOVE_FROM_SLOT, new.user_id, new.slot, change.old_id)):
            raise StaleMethodError
        yield from self._add(new)

    def remove(self, change: RemoveMethod) -> Steps[None]:
        """Remove a method, unless it has gone."""
        if not (yield from touched(REMOVE_METHOD, change.method_id, change.user_id)):
            raise StaleMethodError

    def require(self, change: RequireMethods) -> Steps[None]:
        """Check that the user has exactly the methods that were read."""
        held = yield from rows(IDS_OF_USER, change.user_id)
        if {method_id for (method_id,) in held} != change.ids:
            raise StaleMethodError

    def _add(self, method: RegisteredMethod) -> Steps[None]:
        sealed = self.document.seal(method.document, row=method.id)
        if not (yield from touched(ADD_METHOD, *method_row(method, sealed))):
            raise SlotTakenError(method.slot)


def method_row(method: RegisteredMethod, sealed: bytes) -> tuple[Value, ...]:
    """Return the values of METHOD_COLUMNS; ``sealed`` is the document."""
    return (
        method.user_id,
        method.slot,
        method.id,
        method.kind,
        sealed,
        to_microseconds(method.created_at),
        count_or_none(method.last_used_at),
        method.revision,
        method.pepper_id,
    )
