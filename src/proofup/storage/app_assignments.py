"""Assignments of people and groups to applications."""

from collections.abc import Sequence

from proofup.storage.aggregate import Aggregate, Writes
from proofup.storage.statements import Row, Steps, row, touched
from proofup.tokens.assignment import AppAssignment, AssignApplication, UnassignApplication
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import StaleError
from proofup.values.ids import ApplicationId, GroupId, UserId

COLUMNS = "id, application_id, user_id, group_id, app_role, created_at"
BY_ID = f"SELECT {COLUMNS} FROM app_assignments WHERE id = ?"
OF_APPLICATION = (
    f"SELECT {COLUMNS} FROM app_assignments WHERE application_id = ? AND id > ? ORDER BY id LIMIT ?"
)
OF_PRINCIPAL = (
    f"SELECT {COLUMNS} FROM app_assignments WHERE user_id = ? OR group_id = ? ORDER BY id LIMIT ?"
)
APP_ROLES = (
    "SELECT DISTINCT app_role FROM app_assignments WHERE application_id = ? AND "
    "(user_id = ? OR group_id IN (SELECT group_id FROM group_members WHERE user_id = ?))"
)
# Locks the application, so that deleting it and assigning somebody to it are serialised.
HOLD = "SELECT 1 FROM applications WHERE id = ? FOR SHARE"
ADD = f"INSERT INTO app_assignments ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
REMOVE = "DELETE FROM app_assignments WHERE id = ?"


class AppAssignmentRows(Aggregate, frozen=True):
    """The port ``AppAssignments``, and its changes."""

    async def by_id(self, id_: str) -> AppAssignment | None:
        """Return the assignment with this id."""
        found = await self.engine.rows(BY_ID, id_)
        return _of(found[0]) if found else None

    async def of_application(
        self, application_id: ApplicationId, *, after: str | None = None, most: int
    ) -> Sequence[AppAssignment]:
        """Return up to ``most`` assignments ordered by their ids, starting after ``after``."""
        found = await self.engine.rows(OF_APPLICATION, application_id, after or "", most)
        return [_of(one) for one in found]

    async def of_principal(self, id_: str, *, most: int) -> Sequence[AppAssignment]:
        """Return up to ``most`` assignments of this person or this group themselves."""
        return [_of(one) for one in await self.engine.rows(OF_PRINCIPAL, id_, id_, most)]

    async def app_roles(self, application_id: ApplicationId, user_id: UserId) -> frozenset[str]:
        """Return the app roles of a person, own and by groups."""
        found = await self.engine.rows(APP_ROLES, application_id, user_id, user_id)
        return frozenset(role for (role,) in found)

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {AssignApplication: self.add, UnassignApplication: self.remove}

    def add(self, change: AssignApplication) -> Steps[None]:
        """Store an assignment to an application that is there."""
        new = change.assignment
        if (yield from row(HOLD, new.application_id)) is None:
            raise StaleError
        stored = yield from touched(
            ADD,
            new.id,
            new.application_id,
            new.user_id,
            new.group_id,
            new.app_role,
            to_microseconds(new.created_at),
        )
        if not stored:
            raise StaleError

    def remove(self, change: UnassignApplication) -> Steps[None]:
        """Remove an assignment."""
        if not (yield from touched(REMOVE, change.id)):
            raise StaleError


def _of(found: Row) -> AppAssignment:
    id_, application_id, user_id, group_id, app_role, created_at = found
    return AppAssignment(
        id=id_,
        application_id=ApplicationId(application_id),
        user_id=UserId(user_id) if user_id else None,
        group_id=GroupId(group_id) if group_id else None,
        app_role=app_role,
        created_at=from_microseconds(created_at),
    )
