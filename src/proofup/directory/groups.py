"""Security groups: people who are named together, by applications and scripts."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from proofup.directory.users import Person
from proofup.values.changes import Change
from proofup.values.ids import GroupId, UserId


class Group(Struct, frozen=True, kw_only=True):
    """A group. Groups do not nest, and several may have one name."""

    id: GroupId
    name: str
    mail_nickname: str  # as scripts give it; groups have no mail here
    description: str | None = None
    created_at: datetime


class Belonging(StrEnum):
    """How a person belongs to a group."""

    MEMBER = "member"
    OWNER = "owner"  # looks after it; this gives no right


class AddGroup(Change, frozen=True, kw_only=True):
    """Stores a new group."""

    group: Group


class ChangeGroup(Change, frozen=True, kw_only=True):
    """Stores the names and the description of a group. Raises StaleError if it is gone."""

    group: Group


class DeleteGroup(Change, frozen=True, kw_only=True):
    """Deletes a group with its assignments, not its people. Raises StaleError if it is gone."""

    group_id: GroupId


class AddToGroup(Change, frozen=True, kw_only=True):
    """Adds a person to a group. Raises StaleError if the group is gone or has them."""

    group_id: GroupId
    user_id: UserId
    belonging: Belonging = Belonging.MEMBER


class RemoveFromGroup(Change, frozen=True, kw_only=True):
    """Removes a person from a group. Raises StaleError if they do not belong to it."""

    group_id: GroupId
    user_id: UserId
    belonging: Belonging = Belonging.MEMBER


class Groups(Protocol):
    """Reads groups."""

    async def by_id(self, group_id: GroupId) -> Group | None:
        """Return the group with this id."""
        ...

    async def called(self, name: str, *, most: int) -> Sequence[Group]:
        """Return up to ``most`` groups with this name in upper or lower case."""
        ...

    async def nicknamed(self, mail_nickname: str, *, most: int) -> Sequence[Group]:
        """Return up to ``most`` groups with this mail nickname in upper or lower case."""
        ...

    async def beginning(self, name: str, *, most: int) -> Sequence[Group]:
        """Return up to ``most`` groups whose names begin so, ordered by name."""
        ...

    async def page(self, *, after: GroupId | None = None, most: int) -> Sequence[Group]:
        """Return up to ``most`` groups ordered by their ids, starting after ``after``."""
        ...

    async def count(self) -> int:
        """Return how many groups there are."""
        ...

    async def people(
        self,
        group_id: GroupId,
        belonging: Belonging = Belonging.MEMBER,
        *,
        after: UserId | None = None,
        most: int,
    ) -> Sequence[Person]:
        """Return up to ``most`` people of a group ordered by id, starting after ``after``."""
        ...

    async def count_people(self, group_id: GroupId, belonging: Belonging) -> int:
        """Return how many people belong to a group."""
        ...

    async def of_user(self, user_id: UserId) -> Sequence[Group]:
        """Return the groups that the user is a member of, ordered by id."""
        ...

    async def owned_by(self, user_id: UserId) -> Sequence[Group]:
        """Return the groups that the user is an owner of, ordered by id."""
        ...

    async def has(self, group_id: GroupId, user_id: UserId, belonging: Belonging) -> bool:
        """Return whether the user belongs to the group."""
        ...
