"""Administrative units: groups of people to which a role can be limited."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from proofup.directory.users import Person
from proofup.values.changes import Change
from proofup.values.ids import UnitId, UserId


class Unit(Struct, frozen=True, kw_only=True):
    """An administrative unit. Units do not nest, and a person may be in several."""

    id: UnitId
    name: str
    description: str | None = None


class AddUnit(Change, frozen=True, kw_only=True):
    """Stores a new unit. Raises NameInUseError."""

    unit: Unit


class ChangeUnit(Change, frozen=True, kw_only=True):
    """Stores name and description of a unit. Raises StaleError if it is gone, NameInUseError."""

    unit: Unit


class DeleteUnit(Change, frozen=True, kw_only=True):
    """Deletes a unit, not its members. Raises StaleError if it is gone, StillHeldError."""

    unit: UnitId


class AddMember(Change, frozen=True, kw_only=True):
    """Adds a person to a unit. Raises StaleError if the unit is gone or has them."""

    unit: UnitId
    user_id: UserId


class RemoveMember(Change, frozen=True, kw_only=True):
    """Removes a person from a unit. Raises StaleError if they are no member."""

    unit: UnitId
    user_id: UserId


class Units(Protocol):
    """Reads administrative units."""

    async def of_user(self, user_id: UserId) -> frozenset[UnitId]:
        """Return the units that the user is a member of."""
        ...

    async def of_many(self, user_ids: Sequence[UserId]) -> Mapping[UserId, frozenset[UnitId]]:
        """Return the units of those of these users who are members of any."""
        ...

    async def called(self, name: str) -> Unit | None:
        """Return the unit with this id, or with this name in upper or lower case."""
        ...

    async def page(self, *, after: UnitId | None = None, most: int) -> Sequence[Unit]:
        """Return up to ``most`` units in the order of their ids, starting after ``after``."""
        ...

    async def members(
        self, unit: UnitId, *, after: UserId | None = None, most: int
    ) -> Sequence[Person]:
        """Return up to ``most`` members in the order of their ids, starting after ``after``."""
        ...
