"""Who holds which role."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

import msgspec

from proofup.directory.roles import (
    Assignment,
    AssignRole,
    LastAdministratorError,
    RemoveRole,
    RequireAnotherHolder,
    RequireRoles,
)
from proofup.storage.aggregate import Aggregate, Expiry, Writes
from proofup.storage.columns import count_or_none, instant_or_none
from proofup.storage.statements import Row, Steps, row, rows, touched
from proofup.storage.units import UNITS_OF_USER
from proofup.values.clock import to_microseconds
from proofup.values.errors import StaleError
from proofup.values.ids import UnitId, UserId

EVERYBODY = ""  # what stands in the column of the unit where there is none

ROLES_OF_USER = (
    "SELECT r.role, r.unit_id, r.expires_at, c.permissions "
    "FROM role_assignments r LEFT JOIN custom_roles c ON c.id = r.role "
    "WHERE r.user_id = ? AND (r.expires_at IS NULL OR r.expires_at > ?)"
)
ASSIGN_ROLE = (
    "INSERT INTO role_assignments (user_id, role, unit_id, expires_at) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (user_id, role, unit_id) DO UPDATE SET expires_at = excluded.expires_at"
)
REMOVE_ROLE = "DELETE FROM role_assignments WHERE user_id = ? AND role = ? AND unit_id = ?"
# All of them are locked, so that of two who go at once the second one sees that the first is gone.
LASTING_HOLDERS = (
    "SELECT a.user_id FROM role_assignments r JOIN accounts a ON a.user_id = r.user_id "
    f"WHERE r.role = ? AND r.unit_id = '{EVERYBODY}' AND r.expires_at IS NULL AND a.enabled = 1 "
    "ORDER BY a.user_id FOR UPDATE"
)
HOLD_UNIT = "SELECT 1 FROM administrative_units WHERE id = ? FOR UPDATE"
# Whoever requires roles and whoever assigns them follow each other: both lock the account.
LOCK_ACCOUNT = "SELECT 1 FROM accounts WHERE user_id = ? FOR NO KEY UPDATE"

_words = msgspec.json.Decoder(frozenset[str])


class RoleRows(Aggregate, frozen=True):
    """The port ``Roles``, and its changes."""

    expiry: ClassVar[Expiry | None] = Expiry(table="role_assignments", key="user_id, role, unit_id")

    async def of_user(self, user_id: UserId, *, at: datetime) -> frozenset[Assignment]:
        """Return the roles that the user holds ``at`` this instant."""
        return _assignments(await self.engine.rows(ROLES_OF_USER, user_id, to_microseconds(at)))

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            AssignRole: self.assign,
            RemoveRole: self.remove,
            RequireRoles: self.require,
            RequireAnotherHolder: self.require_another,
        }

    def assign(self, change: AssignRole) -> Steps[None]:
        """Give a role, or another end to one that is held."""
        yield from row(LOCK_ACCOUNT, change.user_id)
        if change.unit is not None and (yield from row(HOLD_UNIT, change.unit)) is None:
            raise StaleError
        unit, ends = change.unit or EVERYBODY, count_or_none(change.expires_at)
        yield from touched(ASSIGN_ROLE, change.user_id, change.role, unit, ends)

    def remove(self, change: RemoveRole) -> Steps[None]:
        """Take a role away that is held."""
        yield from row(LOCK_ACCOUNT, change.user_id)
        unit = change.unit or EVERYBODY
        if not (yield from touched(REMOVE_ROLE, change.user_id, change.role, unit)):
            raise StaleError

    def require_another(self, change: RequireAnotherHolder) -> Steps[None]:
        """Hold everybody still who holds the role, until the transaction ends."""
        found = yield from rows(LASTING_HOLDERS, change.role)
        if [user_id for (user_id,) in found] == [change.user_id]:
            raise LastAdministratorError

    def require(self, change: RequireRoles) -> Steps[None]:
        """Hold the roles of the user still until the transaction ends."""
        yield from row(LOCK_ACCOUNT, change.user_id)
        held = yield from rows(ROLES_OF_USER, change.user_id, to_microseconds(change.at))
        if _assignments(held) != change.roles:
            raise StaleError
        if change.units is not None:
            units = yield from rows(UNITS_OF_USER, change.user_id)
            if {unit for (unit,) in units} != change.units:
                raise StaleError


def _assignments(found: Iterable[Row]) -> frozenset[Assignment]:
    return frozenset(
        Assignment(
            role=role,
            unit=UnitId(unit) if unit else None,
            expires_at=instant_or_none(ends),
            permissions=frozenset() if words is None else _words.decode(words),
        )
        for role, unit, ends, words in found
    )
