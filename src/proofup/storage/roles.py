"""Who holds which role."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

import msgspec

from proofup.directory.roles import (
    AddCustomRole,
    Assignment,
    AssignRole,
    ChangeCustomRole,
    CustomRole,
    DeleteCustomRole,
    Holder,
    LastAdministratorError,
    NameInUseError,
    RemoveRole,
    RequireAnotherHolder,
    RequireRoles,
    StillHeldError,
)
from proofup.storage.aggregate import Aggregate, Expiry, Writes
from proofup.storage.columns import count_or_none, instant_or_none
from proofup.storage.statements import Row, Steps, Value, row, rows, touched
from proofup.storage.units import UNITS_OF_USER, hold_unit
from proofup.storage.users import PERSON_COLUMNS, PERSON_WIDTH, person_of
from proofup.values.clock import to_microseconds
from proofup.values.errors import StaleError
from proofup.values.ids import UnitId, UserId
from proofup.values.names import folded_name

EVERYBODY = ""  # the value of the unit's column for no unit

ROLES_OF_USER = (
    "SELECT r.role, r.unit_id, r.expires_at, c.permissions "
    "FROM role_assignments r LEFT JOIN custom_roles c ON c.id = r.role "
    "WHERE r.user_id = ? AND (r.expires_at IS NULL OR r.expires_at > ?)"
)
ROLES_OF_USERS = (
    "SELECT r.user_id, r.role, r.unit_id, r.expires_at, c.permissions "
    "FROM role_assignments r LEFT JOIN custom_roles c ON c.id = r.role WHERE r.user_id IN (?)"
)
ASSIGN_ROLE = (
    "INSERT INTO role_assignments (user_id, role, unit_id, expires_at) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (user_id, role, unit_id) DO UPDATE SET expires_at = excluded.expires_at"
)
REMOVE_ROLE = "DELETE FROM role_assignments WHERE user_id = ? AND role = ? AND unit_id = ?"
# All holders are locked, so that of two concurrent removals the second sees the first.
LASTING_HOLDERS = (
    "SELECT a.user_id FROM role_assignments r JOIN accounts a ON a.user_id = r.user_id "
    f"WHERE r.role = ? AND r.unit_id = '{EVERYBODY}' AND r.expires_at IS NULL AND a.enabled = 1 "
    "ORDER BY a.user_id FOR UPDATE"
)
CUSTOM = "SELECT id, name, description, permissions FROM custom_roles"
CUSTOM_CALLED = f"{CUSTOM} WHERE id = ? OR canonical_name = ?"
CUSTOM_AFTER = f"{CUSTOM} WHERE id > ? ORDER BY id LIMIT ?"
CUSTOM_NOW = f"{CUSTOM} WHERE id = ? FOR UPDATE"
ADD_CUSTOM = (
    "INSERT INTO custom_roles (id, canonical_name, name, description, permissions) "
    "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
NAME_IS_TAKEN = "SELECT 1 FROM custom_roles WHERE canonical_name = ? AND id <> ?"
CHANGE_CUSTOM = (
    "UPDATE custom_roles SET canonical_name = ?, name = ?, description = ?, permissions = ? "
    "WHERE id = ?"
)
HOLD_CUSTOM = "SELECT 1 FROM custom_roles WHERE id = ? FOR UPDATE"
HELD = (
    "SELECT 1 FROM role_assignments WHERE role = ? AND (expires_at IS NULL OR expires_at > ?) "
    "LIMIT 1"
)
DELETE_OVER = "DELETE FROM role_assignments WHERE role = ?"
DELETE_CUSTOM = "DELETE FROM custom_roles WHERE id = ?"
HOLDERS_AFTER = (
    f"SELECT {PERSON_COLUMNS}, r.role, r.unit_id, r.expires_at, c.permissions "
    "FROM role_assignments r JOIN users u ON u.id = r.user_id JOIN accounts a ON a.user_id = u.id "
    "LEFT JOIN custom_roles c ON c.id = r.role "
    "WHERE r.role = ? AND (r.user_id, r.unit_id) > (?, ?) "
    "AND (r.expires_at IS NULL OR r.expires_at > ?) ORDER BY r.user_id, r.unit_id LIMIT ?"
)
FOR_UNIT_AFTER = (
    f"SELECT {PERSON_COLUMNS}, r.role, r.unit_id, r.expires_at, c.permissions "
    "FROM role_assignments r JOIN users u ON u.id = r.user_id JOIN accounts a ON a.user_id = u.id "
    "LEFT JOIN custom_roles c ON c.id = r.role "
    "WHERE r.unit_id = ? AND (r.user_id, r.role) > (?, ?) "
    "AND (r.expires_at IS NULL OR r.expires_at > ?) ORDER BY r.user_id, r.role LIMIT ?"
)
# Requiring roles and assigning them are serialised, because both lock the account.
LOCK_ACCOUNT = "SELECT 1 FROM accounts WHERE user_id = ? FOR NO KEY UPDATE"

_words = msgspec.json.Decoder(frozenset[str])


class RoleRows(Aggregate, frozen=True):
    """The port ``Roles``, and its changes."""

    expiry: ClassVar[Expiry | None] = Expiry(table="role_assignments", key="user_id, role, unit_id")

    async def of_user(self, user_id: UserId, *, at: datetime) -> frozenset[Assignment]:
        """Return the roles that the user holds ``at`` this instant."""
        return _assignments(await self.engine.rows(ROLES_OF_USER, user_id, to_microseconds(at)))

    async def of_many(
        self, user_ids: Sequence[UserId], *, at: datetime
    ) -> Mapping[UserId, frozenset[Assignment]]:
        """Return the roles of those of these users who hold any."""
        now = to_microseconds(at)
        found: dict[UserId, list[Row]] = {}
        for user_id, *columns in await self.rows_of_some(ROLES_OF_USERS, user_ids):
            ends_at = columns[2]
            if ends_at is None or ends_at > now:
                found.setdefault(user_id, []).append(tuple(columns))
        return {user_id: _assignments(some) for user_id, some in found.items()}

    async def called(self, name: str) -> CustomRole | None:
        """Return the custom role with this id, or with this name in upper or lower case."""
        found = await self.engine.rows(CUSTOM_CALLED, name, folded_name(name))
        return _custom(found[0]) if found else None

    async def custom(self, *, after: str | None = None, most: int) -> Sequence[CustomRole]:
        """Return up to ``most`` custom roles ordered by id, starting after ``after``."""
        return [_custom(one) for one in await self.engine.rows(CUSTOM_AFTER, after or "", most)]

    async def holders(
        self, role: str, *, after: Holder | None = None, most: int, at: datetime
    ) -> Sequence[Holder]:
        """Return up to ``most`` present holders of the role, starting after ``after``."""
        start = ("", EVERYBODY)
        if after is not None:
            start = (after.person.user.id, after.assignment.unit or EVERYBODY)
        found = await self.engine.rows(HOLDERS_AFTER, role, *start, to_microseconds(at), most)
        return [Holder(person_of(one), _assignment(*one[PERSON_WIDTH:])) for one in found]

    async def for_unit(
        self, unit: UnitId, *, after: tuple[UserId, str] | None = None, most: int, at: datetime
    ) -> Sequence[Holder]:
        """Return up to ``most`` who hold a role for the unit, after this user and role."""
        start, now = after or ("", ""), to_microseconds(at)
        found = await self.engine.rows(FOR_UNIT_AFTER, unit, *start, now, most)
        return [Holder(person_of(one), _assignment(*one[PERSON_WIDTH:])) for one in found]

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            AddCustomRole: self.add_custom,
            ChangeCustomRole: self.change_custom,
            DeleteCustomRole: self.delete_custom,
            AssignRole: self.assign,
            RemoveRole: self.remove,
            RequireRoles: self.require,
            RequireAnotherHolder: self.require_another,
        }

    def add_custom(self, change: AddCustomRole) -> Steps[None]:
        """Store a new role."""
        new = change.role
        if not (yield from touched(ADD_CUSTOM, new.id, *_columns(new))):
            raise NameInUseError(new.name)

    def change_custom(self, change: ChangeCustomRole) -> Steps[None]:
        """Replace a role that is still as it was read; what is under way by holders is stale."""
        now = change.now
        found = yield from row(CUSTOM_NOW, now.id)
        if found is None or _custom(found) != change.was:
            raise StaleError
        name, *rest = _columns(now)
        if (yield from row(NAME_IS_TAKEN, name, now.id)) is not None:
            raise NameInUseError(now.name)
        yield from touched(CHANGE_CUSTOM, name, *rest, now.id)

    def delete_custom(self, change: DeleteCustomRole) -> Steps[None]:
        """Delete a role that nobody holds any more."""
        if (yield from row(HOLD_CUSTOM, change.role)) is None:
            raise StaleError
        if (yield from row(HELD, change.role, to_microseconds(change.at))) is not None:
            raise StillHeldError
        yield from touched(DELETE_OVER, change.role)
        yield from touched(DELETE_CUSTOM, change.role)

    def assign(self, change: AssignRole) -> Steps[None]:
        """Give a role, or change the end of one that is held."""
        yield from row(LOCK_ACCOUNT, change.user_id)
        if change.unit is not None:
            yield from hold_unit(change.unit)
        if change.is_custom and (yield from row(HOLD_CUSTOM, change.role)) is None:
            raise StaleError
        unit, ends = change.unit or EVERYBODY, count_or_none(change.expires_at)
        yield from touched(ASSIGN_ROLE, change.user_id, change.role, unit, ends)

    def remove(self, change: RemoveRole) -> Steps[None]:
        """Remove a role that is held."""
        yield from row(LOCK_ACCOUNT, change.user_id)
        unit = change.unit or EVERYBODY
        if not (yield from touched(REMOVE_ROLE, change.user_id, change.role, unit)):
            raise StaleError

    def require_another(self, change: RequireAnotherHolder) -> Steps[None]:
        """Lock all holders of the role until the transaction ends."""
        found = yield from rows(LASTING_HOLDERS, change.role)
        if [user_id for (user_id,) in found] == [change.user_id]:
            raise LastAdministratorError

    def require(self, change: RequireRoles) -> Steps[None]:
        """Lock the roles of the user until the transaction ends."""
        yield from row(LOCK_ACCOUNT, change.user_id)
        held = yield from rows(ROLES_OF_USER, change.user_id, to_microseconds(change.at))
        if _assignments(held) != change.roles:
            raise StaleError
        if change.units is not None:
            units = yield from rows(UNITS_OF_USER, change.user_id)
            if {unit for (unit,) in units} != change.units:
                raise StaleError


def _custom(found: Row) -> CustomRole:
    id_, name, description, words = found
    permissions = _words.decode(words)
    return CustomRole(id=id_, name=name, description=description, permissions=permissions)


def _columns(role: CustomRole) -> tuple[Value, ...]:
    words = msgspec.json.encode(sorted(role.permissions)).decode()
    return folded_name(role.name), role.name, role.description, words


def _assignments(found: Iterable[Row]) -> frozenset[Assignment]:
    return frozenset(_assignment(*one) for one in found)


def _assignment(role: str, unit: str, ends: int | None, words: str | None) -> Assignment:
    return Assignment(
        role=role,
        unit=UnitId(unit) if unit else None,
        expires_at=instant_or_none(ends),
        permissions=frozenset() if words is None else _words.decode(words),
    )
