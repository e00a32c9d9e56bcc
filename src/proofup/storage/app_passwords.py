"""App passwords: one row each."""

from proofup.directory.app_passwords import (
    MOST_OF_USER,
    AddAppPassword,
    AppPassword,
    DeleteAppPassword,
    DeleteAppPasswords,
    Digest,
    UseAppPassword,
)
from proofup.storage.aggregate import Aggregate, Writes
from proofup.storage.columns import count_or_none, instant_or_none
from proofup.storage.statements import Row, Steps, row, rows, touched
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import InvalidInputError, StaleError
from proofup.values.ids import AppPasswordId, UserId
from proofup.values.names import folded_name

COLUMNS = (
    "id, user_id, name, digest, pepper_id, created_at, last_used_at, last_used_for, last_used_from"
)
OF_USER = f"SELECT {COLUMNS} FROM app_passwords WHERE user_id = ? ORDER BY created_at, id"
# Two that are made at once are counted one after the other.
LOCK_ACCOUNT = "SELECT 1 FROM accounts WHERE user_id = ? FOR NO KEY UPDATE"
NAMES = "SELECT canonical_name FROM app_passwords WHERE user_id = ?"
ADD = (
    "INSERT INTO app_passwords (id, user_id, canonical_name, name, digest, pepper_id, created_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
)
USE = (
    "UPDATE app_passwords SET digest = ?, pepper_id = ?, last_used_at = ?, last_used_for = ?, "
    "last_used_from = ? WHERE id = ?"
)
DELETE = "DELETE FROM app_passwords WHERE id = ? AND user_id = ?"
DELETE_ALL = "DELETE FROM app_passwords WHERE user_id = ?"


class AppPasswordRows(Aggregate, frozen=True):
    """The port ``AppPasswords``, and its changes."""

    async def of_user(self, user_id: UserId) -> list[AppPassword]:
        """Return all of a user, oldest first."""
        return [_app_password(one) for one in await self.engine.rows(OF_USER, user_id)]

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            AddAppPassword: self.add,
            UseAppPassword: self.use,
            DeleteAppPassword: self.delete,
            DeleteAppPasswords: self.delete_all,
        }

    def add(self, change: AddAppPassword) -> Steps[None]:
        """Store one more of the user's, if there is room and its name is free."""
        new, folded = change.new, folded_name(change.new.name)
        yield from row(LOCK_ACCOUNT, new.user_id)
        names = [name for (name,) in (yield from rows(NAMES, new.user_id))]
        if folded in names:
            raise InvalidInputError("taken")
        if len(names) >= MOST_OF_USER:
            raise InvalidInputError("tooMany")
        made_at = to_microseconds(new.created_at)
        digest = new.digest
        yield from touched(
            ADD, new.id, new.user_id, folded, new.name, digest.value, digest.key_id, made_at
        )

    def use(self, change: UseAppPassword) -> Steps[None]:
        """Store a use."""
        one = change.used
        digest, used_at = one.digest, count_or_none(one.last_used_at)
        used = (used_at, one.last_used_for, one.last_used_from)
        if not (yield from touched(USE, digest.value, digest.key_id, *used, one.id)):
            raise StaleError

    def delete(self, change: DeleteAppPassword) -> Steps[None]:
        """Delete one."""
        if not (yield from touched(DELETE, change.app_password_id, change.user_id)):
            raise StaleError

    def delete_all(self, change: DeleteAppPasswords) -> Steps[None]:
        """Delete all of the user's."""
        yield from touched(DELETE_ALL, change.user_id)


def _app_password(found: Row) -> AppPassword:
    id_, user_id, name, digest, key_id, created_at, used_at, used_for, used_from = found
    return AppPassword(
        id=AppPasswordId(id_),
        user_id=UserId(user_id),
        name=name,
        digest=Digest(key_id, digest),
        created_at=from_microseconds(created_at),
        last_used_at=instant_or_none(used_at),
        last_used_for=used_for,
        last_used_from=used_from,
    )
