"""Authentication methods: one row for each, with a sealed document, clustered by user."""

from collections.abc import Sequence

from proofup.methods.registered_methods import (
    AddMethod,
    MethodKind,
    RegisteredMethod,
    RemoveMethod,
    ReplaceMethod,
    RequireMethods,
    UpdateMethod,
)
from proofup.storage.aggregate import Aggregate, Writes, WritesMany
from proofup.storage.columns import count_or_none, instant_or_none
from proofup.storage.method_index import MethodIndex, set_holding, set_holdings
from proofup.storage.sealed import SealedColumn
from proofup.storage.statements import (
    Row,
    Steps,
    Value,
    rows,
    rows_in_parts,
    touched,
    touched_in_parts,
)
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import MethodTakenError, SlotTakenError, StaleMethodError
from proofup.values.ids import MethodId, UserId

SHOWN_COLUMNS = (
    "m.id, m.kind, m.slot, m.document, m.created_at, m.last_used_at, m.revision, m.pepper_id"
)
METHODS_OF_USER = (
    f"SELECT {SHOWN_COLUMNS} FROM authentication_methods m "
    "WHERE m.user_id = ? ORDER BY m.created_at, m.slot"
)
METHOD_COLUMNS = (
    "user_id, slot, id, kind, document, created_at, last_used_at, revision, pepper_id, "
    "holding, ending"
)
ADD_METHOD = (
    f"INSERT INTO authentication_methods ({METHOD_COLUMNS}) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
IN_SLOT = "SELECT 1 FROM authentication_methods WHERE user_id = ? AND slot = ?"
UPDATE_METHOD = (
    "UPDATE authentication_methods SET document = ?, last_used_at = ?, revision = revision + 1 "
    "WHERE user_id = ? AND slot = ? AND id = ? AND revision = ?"
)
REMOVE_FROM_SLOT = "DELETE FROM authentication_methods WHERE user_id = ? AND slot = ? AND id = ?"
IDS_OF_USER = "SELECT id FROM authentication_methods WHERE user_id = ?"
IDS_OF_USERS = "SELECT user_id, id FROM authentication_methods WHERE user_id IN (?)"
REMOVE_METHODS = "DELETE FROM authentication_methods WHERE id IN (?)"
REMOVE_METHOD = "DELETE FROM authentication_methods WHERE id = ? AND user_id = ?"


class MethodRows(Aggregate, frozen=True):
    """The port ``RegisteredMethods``, and the changes of methods."""

    document: SealedColumn
    index: MethodIndex

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

    @property
    def writes_many(self) -> WritesMany:
        """How methods of many are deleted together."""
        return {RequireMethods: self.require_many, RemoveMethod: self.remove_many}

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
        yield from set_holding(change.user_id)

    def require(self, change: RequireMethods) -> Steps[None]:
        """Check that the user has exactly the methods that were read."""
        held = yield from rows(IDS_OF_USER, change.user_id)
        if {method_id for (method_id,) in held} != change.ids:
            raise StaleMethodError

    def require_many(self, changes: Sequence[RequireMethods]) -> Steps[None]:
        """Check that each user has exactly the methods that were read."""
        held = yield from rows_in_parts(IDS_OF_USERS, [(one.user_id,) for one in changes])
        if set(held) != {(one.user_id, each) for one in changes for each in one.ids}:
            raise StaleMethodError

    def remove_many(self, changes: Sequence[RemoveMethod]) -> Steps[None]:
        """Remove methods, unless one has gone."""
        ids = [(one.method_id,) for one in changes]
        if (yield from touched_in_parts(REMOVE_METHODS, ids)) < len(ids):
            raise StaleMethodError
        yield from set_holdings({one.user_id for one in changes})

    def _add(self, method: RegisteredMethod) -> Steps[None]:
        sealed = self.document.seal(method.document, row=method.id)
        indexed = self.index.columns(method)
        if not (yield from touched(ADD_METHOD, *method_row(method, sealed, indexed))):
            if (yield from rows(IN_SLOT, method.user_id, method.slot)):
                raise SlotTakenError(method.slot)
            raise MethodTakenError
        yield from set_holding(method.user_id)


def method_row(
    method: RegisteredMethod, sealed: bytes, indexed: tuple[Value, Value]
) -> tuple[Value, ...]:
    """Return the values of METHOD_COLUMNS; ``sealed`` is the document, ``indexed`` the last two."""
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
        *indexed,
    )
