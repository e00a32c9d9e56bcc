"""Assignments: which people and groups may use an application, and in which of its app roles.

They count for an application that needs them; for the others they only say app roles.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from proofup.values.changes import Change
from proofup.values.ids import ApplicationId, GroupId, UserId

NO_ROLE = "00000000-0000-0000-0000-000000000000"  # Graph's default access


class AppAssignment(Struct, frozen=True, kw_only=True):
    """One person or one group, in one app role of an application or in NO_ROLE."""

    id: str
    application_id: ApplicationId
    user_id: UserId | None = None
    group_id: GroupId | None = None
    app_role: str = NO_ROLE
    created_at: datetime


class AppAssignments(Protocol):
    """Reads assignments."""

    async def by_id(self, id_: str) -> AppAssignment | None:
        """Return the assignment with this id."""
        ...

    async def of_application(
        self, application_id: ApplicationId, *, after: str | None = None, most: int
    ) -> Sequence[AppAssignment]:
        """Return up to ``most`` assignments ordered by their ids, starting after ``after``."""
        ...

    async def of_principal(self, id_: str, *, most: int) -> Sequence[AppAssignment]:
        """Return up to ``most`` assignments of this person or this group themselves."""
        ...

    async def app_roles(self, application_id: ApplicationId, user_id: UserId) -> frozenset[str]:
        """Return the app roles of a person, own and by groups; an assignment without is NO_ROLE.

        Empty if the person is not assigned.
        """
        ...


class AssignApplication(Change, frozen=True, kw_only=True):
    """Stores an assignment. Raises StaleError if it is there, or if its application is gone."""

    assignment: AppAssignment


class UnassignApplication(Change, frozen=True, kw_only=True):
    """Removes an assignment. Raises StaleError if it is gone."""

    id: str
