"""Who holds which role."""

from msgspec import Struct

from proofup.directory.roles import AssignRole
from proofup.storage.engine import Engine
from proofup.storage.statements import Steps, touched
from proofup.values.ids import UserId

ROLES_OF_USER = "SELECT role FROM role_assignments WHERE user_id = ?"
ASSIGN_ROLE = (
    "INSERT INTO role_assignments (user_id, role) VALUES (?, ?) "
    "ON CONFLICT (user_id, role) DO NOTHING"
)


class RoleRows(Struct, frozen=True):
    """The port ``Roles``, and its change."""

    engine: Engine

    async def of_user(self, user_id: UserId) -> frozenset[str]:
        """Return the roles the user holds."""
        return frozenset(role for (role,) in await self.engine.rows(ROLES_OF_USER, user_id))

    def assign(self, change: AssignRole) -> Steps[None]:
        """Give a role; one that is held already stays held."""
        yield from touched(ASSIGN_ROLE, change.user_id, change.role)
