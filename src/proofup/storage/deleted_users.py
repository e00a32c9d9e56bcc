"""Deleted users: the row of the user stays for a while, and the account is kept aside."""

from collections.abc import Sequence
from typing import ClassVar

from proofup.directory.deleted_users import (
    KEPT,
    DeletedUser,
    DeleteUser,
    EraseUser,
    Place,
    RestoreUser,
    prefix_of,
)
from proofup.storage.aggregate import Aggregate, Expiry, Writes
from proofup.storage.method_index import set_holding
from proofup.storage.statements import Row, Steps, row, touched
from proofup.storage.users import NAME_IS_TAKEN, PERSON_COLUMNS, PERSON_WIDTH, person_of
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import NameTakenError, StaleError
from proofup.values.ids import UserId
from proofup.values.look_alikes import look_alike
from proofup.values.names import canonical_name

DELETED = f"{PERSON_COLUMNS}, u.deleted_at FROM users u JOIN deleted_accounts a ON a.user_id = u.id"
BY_ID = f"SELECT {DELETED} WHERE u.id = ?"
AFTER = (
    f"SELECT {DELETED} WHERE u.deleted_at IS NOT NULL AND (u.deleted_at, u.id) > (?, ?) "
    "ORDER BY u.deleted_at, u.id LIMIT ?"
)
STATE = (
    "default_way, changes_held_at, mfa_state, proofs_blocked_until, grace_ends_at, nudges, "
    "nudged_at, tries_over_until"
)
# Whatever was open before stays closed when the account comes back.
MOVE = f"(user_id, enabled, {STATE}, epoch) SELECT user_id, enabled, {STATE}, epoch + 1"
KEEP_ACCOUNT = f"INSERT INTO deleted_accounts {MOVE} FROM accounts WHERE user_id = ?"
DROP_ACCOUNT = "DELETE FROM accounts WHERE user_id = ?"
# Nobody is looked for by such a ``holding``.
NAME_AWAY = (
    "UPDATE users SET canonical_name = ? || canonical_name, look_alike = ? || look_alike, "
    "user_principal_name = ? || user_principal_name, deleted_at = ?, holding = -1 WHERE id = ?"
)
NAME = "SELECT user_principal_name FROM users WHERE id = ? AND deleted_at IS NOT NULL FOR UPDATE"
PUT_ACCOUNT_BACK = f"INSERT INTO accounts {MOVE} FROM deleted_accounts WHERE user_id = ?"
DROP_KEPT = "DELETE FROM deleted_accounts WHERE user_id = ?"
NAME_BACK = (
    "UPDATE users SET canonical_name = ?, look_alike = ?, user_principal_name = ?, "
    "deleted_at = NULL WHERE id = ?"
)
ERASE = "DELETE FROM users WHERE id = ? AND deleted_at IS NOT NULL"


class DeletedUserRows(Aggregate, frozen=True):
    """The port ``DeletedUsers``, and its changes. The other tables erase with the user."""

    expiry: ClassVar[Expiry | None] = Expiry(table="users", ends="deleted_at", kept=KEPT)

    async def of(self, user_id: UserId) -> DeletedUser | None:
        """Return the deleted user of this id."""
        found = await self.engine.rows(BY_ID, user_id)
        return _deleted(found[0]) if found else None

    async def page(self, *, after: Place | None, most: int) -> Sequence[DeletedUser]:
        """Return deleted users, the oldest first."""
        place = (to_microseconds(after.deleted_at), after.id) if after else (0, "")
        return [_deleted(found) for found in await self.engine.rows(AFTER, *place, most)]

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {DeleteUser: self.delete, RestoreUser: self.restore, EraseUser: self.erase}

    def delete(self, change: DeleteUser) -> Steps[None]:
        """Keep the account aside, and give the name away."""
        yield from touched(KEEP_ACCOUNT, change.user_id)
        if not (yield from touched(DROP_ACCOUNT, change.user_id)):
            raise StaleError
        before = prefix_of(change.user_id)
        at = to_microseconds(change.at)
        yield from touched(NAME_AWAY, before, before, before, at, change.user_id)

    def restore(self, change: RestoreUser) -> Steps[None]:
        """Put the account back under the name of before."""
        found = yield from row(NAME, change.user_id)
        if found is None:
            raise StaleError
        name = found[0].removeprefix(prefix_of(change.user_id))
        canonical = canonical_name(name)
        if (yield from row(NAME_IS_TAKEN, look_alike(canonical), change.user_id)):
            raise NameTakenError(name)
        yield from touched(NAME_BACK, canonical, look_alike(canonical), name, change.user_id)
        yield from touched(PUT_ACCOUNT_BACK, change.user_id)
        yield from touched(DROP_KEPT, change.user_id)
        yield from set_holding(change.user_id)

    def erase(self, change: EraseUser) -> Steps[None]:
        """Delete the row of the user, and with it those of every other table."""
        if not (yield from touched(ERASE, change.user_id)):
            raise StaleError


def _deleted(columns: Row) -> DeletedUser:
    return DeletedUser(person_of(columns), from_microseconds(columns[PERSON_WIDTH]))
