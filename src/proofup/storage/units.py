"""Administrative units and their members."""

from collections.abc import Mapping, Sequence

from proofup.directory.roles import NameInUseError, StillHeldError
from proofup.directory.units import AddMember, AddUnit, ChangeUnit, DeleteUnit, RemoveMember, Unit
from proofup.directory.users import Person
from proofup.storage.aggregate import Aggregate, Writes
from proofup.storage.statements import Row, Steps, row, touched
from proofup.storage.users import PERSON_COLUMNS, person_of
from proofup.values.errors import StaleError
from proofup.values.ids import UnitId, UserId
from proofup.values.names import folded_name

UNITS_OF_USER = "SELECT unit_id FROM unit_members WHERE user_id = ?"
UNITS_OF_USERS = "SELECT user_id, unit_id FROM unit_members WHERE user_id IN (?)"
UNIT_CALLED = (
    "SELECT id, name, description FROM administrative_units WHERE id = ? OR canonical_name = ?"
)
UNITS_AFTER = (
    "SELECT id, name, description FROM administrative_units WHERE id > ? ORDER BY id LIMIT ?"
)
MEMBERS_AFTER = (
    f"SELECT {PERSON_COLUMNS} FROM unit_members m JOIN users u ON u.id = m.user_id "
    "JOIN accounts a ON a.user_id = u.id "
    "WHERE m.unit_id = ? AND m.user_id > ? ORDER BY m.user_id LIMIT ?"
)
ADD_UNIT = (
    "INSERT INTO administrative_units (id, canonical_name, name, description) "
    "VALUES (?, ?, ?, ?) ON CONFLICT (canonical_name) DO NOTHING"
)
NAME_IS_TAKEN = "SELECT 1 FROM administrative_units WHERE canonical_name = ? AND id <> ?"
CHANGE_UNIT = (
    "UPDATE administrative_units SET canonical_name = ?, name = ?, description = ? WHERE id = ?"
)
# Locks the unit, so adding members or roles and deleting the unit are serialised.
HOLD_UNIT = "SELECT 1 FROM administrative_units WHERE id = ? FOR UPDATE"
ROLE_FOR_UNIT = "SELECT 1 FROM role_assignments WHERE unit_id = ? LIMIT 1"
DELETE_MEMBERS = "DELETE FROM unit_members WHERE unit_id = ?"
DELETE_UNIT = "DELETE FROM administrative_units WHERE id = ?"
# Acts on a member require the units that were read, so both lock the account.
LOCK_MEMBER = "SELECT 1 FROM accounts WHERE user_id = ? FOR NO KEY UPDATE"
ADD_MEMBER = (
    "INSERT INTO unit_members (user_id, unit_id) VALUES (?, ?) "
    "ON CONFLICT (user_id, unit_id) DO NOTHING"
)
REMOVE_MEMBER = "DELETE FROM unit_members WHERE user_id = ? AND unit_id = ?"


class UnitRows(Aggregate, frozen=True):
    """The port ``Units``, and its changes."""

    async def of_user(self, user_id: UserId) -> frozenset[UnitId]:
        """Return the units that the user is a member of."""
        return frozenset(UnitId(unit) for (unit,) in await self.engine.rows(UNITS_OF_USER, user_id))

    async def of_many(self, user_ids: Sequence[UserId]) -> Mapping[UserId, frozenset[UnitId]]:
        """Return the units of those of these users who are members of any."""
        found: dict[UserId, frozenset[UnitId]] = {}
        for user_id, unit in await self.rows_of_some(UNITS_OF_USERS, user_ids):
            found[user_id] = found.get(user_id, frozenset()) | {UnitId(unit)}
        return found

    async def called(self, name: str) -> Unit | None:
        """Return the unit with this id, or with this name in upper or lower case."""
        found = await self.engine.rows(UNIT_CALLED, name, folded_name(name))
        return _unit(found[0]) if found else None

    async def page(self, *, after: UnitId | None = None, most: int) -> Sequence[Unit]:
        """Return up to ``most`` units ordered by id, starting after ``after``."""
        found = await self.engine.rows(UNITS_AFTER, after or "", most)
        return [_unit(one) for one in found]

    async def members(
        self, unit: UnitId, *, after: UserId | None = None, most: int
    ) -> Sequence[Person]:
        """Return up to ``most`` members ordered by id, starting after ``after``."""
        return [
            person_of(one) for one in await self.engine.rows(MEMBERS_AFTER, unit, after or "", most)
        ]

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            AddUnit: self.add,
            ChangeUnit: self.change,
            DeleteUnit: self.delete,
            AddMember: self.add_member,
            RemoveMember: self.remove_member,
        }

    def add(self, change: AddUnit) -> Steps[None]:
        """Store a new unit."""
        new = change.unit
        columns = (new.id, folded_name(new.name), new.name, new.description)
        if not (yield from touched(ADD_UNIT, *columns)):
            raise NameInUseError(new.name)

    def change(self, change: ChangeUnit) -> Steps[None]:
        """Give a unit another name and description."""
        new, name = change.unit, folded_name(change.unit.name)
        yield from hold_unit(new.id)
        if (yield from row(NAME_IS_TAKEN, name, new.id)) is not None:
            raise NameInUseError(new.name)
        yield from touched(CHANGE_UNIT, name, new.name, new.description, new.id)

    def delete(self, change: DeleteUnit) -> Steps[None]:
        """Delete a unit for which nobody holds a role."""
        yield from hold_unit(change.unit)
        if (yield from row(ROLE_FOR_UNIT, change.unit)) is not None:
            raise StillHeldError
        yield from touched(DELETE_MEMBERS, change.unit)
        yield from touched(DELETE_UNIT, change.unit)

    def add_member(self, change: AddMember) -> Steps[None]:
        """Add a person who is not a member yet."""
        yield from row(LOCK_MEMBER, change.user_id)
        yield from hold_unit(change.unit)
        if not (yield from touched(ADD_MEMBER, change.user_id, change.unit)):
            raise StaleError

    def remove_member(self, change: RemoveMember) -> Steps[None]:
        """Remove a person who is a member."""
        yield from row(LOCK_MEMBER, change.user_id)
        if not (yield from touched(REMOVE_MEMBER, change.user_id, change.unit)):
            raise StaleError


def _unit(found: Row) -> Unit:
    id_, name, description = found
    return Unit(id=UnitId(id_), name=name, description=description)


def hold_unit(unit: UnitId) -> Steps[None]:
    """Lock a unit until the transaction ends. Raises StaleError if it was deleted."""
    if (yield from row(HOLD_UNIT, unit)) is None:
        raise StaleError
