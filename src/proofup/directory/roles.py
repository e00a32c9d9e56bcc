"""Roles, by Entra's own template ids, and who holds them."""

from typing import Protocol

from proofup.values.changes import Change
from proofup.values.ids import UserId

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"


class AssignRole(Change, frozen=True, kw_only=True):
    """Gives a user a role over the whole organisation."""

    user_id: UserId
    role: str


class RequireRoles(Change, frozen=True, kw_only=True):
    """Writes nothing; raises StaleError unless ``roles`` are exactly those that the user holds."""

    user_id: UserId
    roles: frozenset[str]


class Roles(Protocol):
    """Reads role assignments."""

    async def of_user(self, user_id: UserId) -> frozenset[str]:
        """Return the template ids of the roles the user holds."""
        ...
