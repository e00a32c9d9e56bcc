"""Roles, by Entra's own template ids, and who holds them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from proofup.directory.users import Person
from proofup.values.changes import Change
from proofup.values.errors import ProofupError
from proofup.values.ids import UnitId, UserId

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"


class Assignment(Struct, frozen=True, kw_only=True):
    """A role that a user holds.

    ``unit`` limits it to the members of an administrative unit; None is the whole organisation. It
    ends at ``expires_at``. ``permissions`` are the permissions of a custom role; ``policy`` knows
    those of a built-in one.
    """

    role: str
    unit: UnitId | None = None
    expires_at: datetime | None = None
    permissions: frozenset[str] = frozenset()


class CustomRole(Struct, frozen=True, kw_only=True):
    """A custom role; ``permissions`` are words."""

    id: str
    name: str
    description: str | None = None
    permissions: frozenset[str]


class NameInUseError(ProofupError):
    """Another role, or unit, has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class StillHeldError(ProofupError):
    """A user holds the role, or a role for the unit, so it cannot be deleted."""


class AddCustomRole(Change, frozen=True, kw_only=True):
    """Stores a new role. Raises NameInUseError where its name or its id is there."""

    role: CustomRole


class ChangeCustomRole(Change, frozen=True, kw_only=True):
    """Replaces the custom role ``was`` by ``now``, which has the same id.

    Raises StaleError unless ``was`` is still stored, NameInUseError.
    """

    was: CustomRole
    now: CustomRole


class DeleteCustomRole(Change, frozen=True, kw_only=True):
    """Deletes a custom role. Raises StaleError where it is gone, StillHeldError."""

    role: str
    at: datetime


class AssignRole(Change, frozen=True, kw_only=True):
    """Gives a user a role; if they hold it already for the same unit, only its end changes.

    Raises StaleError if the unit or the custom role was deleted.
    """

    user_id: UserId
    role: str
    unit: UnitId | None = None
    expires_at: datetime | None = None
    is_custom: bool = False


class RemoveRole(Change, frozen=True, kw_only=True):
    """Takes a role away. Raises StaleError if the user does not hold it for this unit."""

    user_id: UserId
    role: str
    unit: UnitId | None = None


class LastAdministratorError(ProofupError):
    """The last Global Administrator would lose the role; nothing was written."""


class RequireAnotherHolder(Change, frozen=True, kw_only=True):
    """Writes nothing; raises LastAdministratorError if the user is the role's only lasting holder.

    A lasting holder may sign in, and holds the role for the whole organisation and without an end.
    """

    user_id: UserId
    role: str


class RequireRoles(Change, frozen=True, kw_only=True):
    """Writes nothing; raises StaleError unless ``roles`` are exactly those that the user holds.

    Roles that have ended ``at`` this instant do not count. With ``units`` the user must also be a
    member of exactly these.
    """

    user_id: UserId
    roles: frozenset[Assignment]
    units: frozenset[UnitId] | None = None
    at: datetime


class Holder(Struct, frozen=True):
    """Somebody who holds a role."""

    person: Person
    assignment: Assignment


class Roles(Protocol):
    """Reads custom roles and who holds which role."""

    async def of_user(self, user_id: UserId, *, at: datetime) -> frozenset[Assignment]:
        """Return the roles that the user holds ``at`` this instant."""
        ...

    async def of_many(
        self, user_ids: Sequence[UserId], *, at: datetime
    ) -> Mapping[UserId, frozenset[Assignment]]:
        """Return the roles of those of these users who hold any."""
        ...

    async def called(self, name: str) -> CustomRole | None:
        """Return the custom role with this id, or with this name in upper or lower case."""
        ...

    async def custom(self, *, after: str | None = None, most: int) -> Sequence[CustomRole]:
        """Return up to ``most`` custom roles ordered by id, starting after ``after``."""
        ...

    async def holders(
        self, role: str, *, after: Holder | None = None, most: int, at: datetime
    ) -> Sequence[Holder]:
        """Return up to ``most`` present holders of the role, starting after ``after``."""
        ...

    async def for_unit(
        self, unit: UnitId, *, after: tuple[UserId, str] | None = None, most: int, at: datetime
    ) -> Sequence[Holder]:
        """Return up to ``most`` who hold a role for the unit, after this user and role."""
        ...
