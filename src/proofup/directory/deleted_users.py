"""Deleted users: for a month they can be restored, and then they are erased.

A deleted user has no account, so that whatever reads accounts finds nobody: sign-ins, sessions,
lists and roles. The account is kept aside. The name is free at once; the user has it with the id
before it (``prefix_of``), as in Entra.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from proofup.directory.users import Person, User
from proofup.values.changes import Change
from proofup.values.ids import UserId

KEPT = timedelta(days=30)


def prefix_of(user_id: UserId) -> str:
    """Return what the names of a deleted user begin with."""
    return user_id.replace("-", "")


def former_name(user: User) -> str:
    """Return the user principal name that a deleted user had."""
    return user.user_principal_name.removeprefix(prefix_of(user.id))


class DeletedUser(Struct, frozen=True):
    """A deleted user, with the account as it was, and since when."""

    person: Person
    deleted_at: datetime

    @property
    def name(self) -> str:
        """The user principal name before the user was deleted."""
        return former_name(self.person.user)


class Place(Struct, frozen=True):
    """Where a page of deleted users ended."""

    deleted_at: datetime
    id: UserId


class DeletedUsers(Protocol):
    """Reads deleted users."""

    async def of(self, user_id: UserId) -> DeletedUser | None:
        """Return the deleted user of this id."""
        ...

    async def page(self, *, after: Place | None, most: int) -> Sequence[DeletedUser]:
        """Return up to ``most`` deleted users, the oldest first."""
        ...


class DeleteUser(Change, frozen=True, kw_only=True):
    """Deletes a user; everything that is open ends. Raises StaleError where they are gone."""

    user_id: UserId
    at: datetime


class RestoreUser(Change, frozen=True, kw_only=True):
    """Gives a deleted user name and account back; what was open stays closed.

    Raises NameTakenError where somebody else has the name, StaleError where there is no such user.
    """

    user_id: UserId


class EraseUser(Change, frozen=True, kw_only=True):
    """Erases a deleted user with everything that is stored of them. Raises StaleError."""

    user_id: UserId
