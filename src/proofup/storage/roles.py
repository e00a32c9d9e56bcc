"""Who holds which role."""

from proofup.directory.roles import AssignRole, RequireRoles
from proofup.storage.aggregate import Aggregate, Writes
from proofup.storage.statements import Steps, row, rows, touched
from proofup.values.errors import StaleError
from proofup.values.ids import UserId

ROLES_OF_USER = "SELECT role FROM role_assignments WHERE user_id = ?"
ASSIGN_ROLE = (
    "INSERT INTO role_assignments (user_id, role) VALUES (?, ?) "
    "ON CONFLICT (user_id, role) DO NOTHING"
)
# Whoever requires roles and whoever assigns them follow each other: both lock the account.
LOCK_ACCOUNT = "SELECT 1 FROM accounts WHERE user_id = ? FOR NO KEY UPDATE"


class RoleRows(Aggregate, frozen=True):
    """The port ``Roles``, and its changes."""

    async def of_user(self, user_id: UserId) -> frozenset[str]:
        """Return the roles the user holds."""
        return frozenset(role for (role,) in await self.engine.rows(ROLES_OF_USER, user_id))

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {AssignRole: self.assign, RequireRoles: self.require}

    def assign(self, change: AssignRole) -> Steps[None]:
        """Give a role; one that is held already stays held."""
        yield from row(LOCK_ACCOUNT, change.user_id)
        yield from touched(ASSIGN_ROLE, change.user_id, change.role)

    def require(self, change: RequireRoles) -> Steps[None]:
        """Hold the roles of the user still until the transaction ends."""
        yield from row(LOCK_ACCOUNT, change.user_id)
        held = yield from rows(ROLES_OF_USER, change.user_id)
        if {role for (role,) in held} != change.roles:
            raise StaleError
