"""Security groups, and who belongs to them."""

from collections.abc import Mapping, Sequence

from proofup.directory.groups import (
    AddGroup,
    AddToGroup,
    Belonging,
    ChangeGroup,
    DeleteGroup,
    Group,
    RemoveFromGroup,
)
from proofup.directory.users import Person
from proofup.storage.aggregate import Aggregate, Writes
from proofup.storage.statements import Row, Steps, row, touched
from proofup.storage.users import PERSON_COLUMNS, person_of
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import StaleError
from proofup.values.ids import GroupId, UserId
from proofup.values.names import folded_name

COLUMNS = "id, name, mail_nickname, description, created_at"
BY_ID = f"SELECT {COLUMNS} FROM security_groups WHERE id = ?"
NICKNAMED = (
    f"SELECT {COLUMNS} FROM security_groups WHERE canonical_nickname = ? ORDER BY id LIMIT ?"
)
CALLED = f"SELECT {COLUMNS} FROM security_groups WHERE canonical_name = ? ORDER BY id LIMIT ?"
BEGINNING = (
    f"SELECT {COLUMNS} FROM security_groups WHERE canonical_name >= ? AND canonical_name < ? "
    "ORDER BY canonical_name, id LIMIT ?"
)
AFTER = f"SELECT {COLUMNS} FROM security_groups WHERE id > ? ORDER BY id LIMIT ?"
COUNT = "SELECT COUNT(*) FROM security_groups"
ADD = (
    "INSERT INTO security_groups (id, canonical_name, name, canonical_nickname, mail_nickname, "
    "description, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
CHANGE = (
    "UPDATE security_groups SET canonical_name = ?, name = ?, canonical_nickname = ?, "
    "mail_nickname = ?, description = ? WHERE id = ?"
)
# Locks the group, so that adding people and deleting it are serialised.
HOLD = "SELECT 1 FROM security_groups WHERE id = ? FOR UPDATE"
DROP_MEMBERS = "DELETE FROM group_members WHERE group_id = ?"
DROP_OWNERS = "DELETE FROM group_owners WHERE group_id = ?"
DROP_ASSIGNMENTS = "DELETE FROM app_assignments WHERE group_id = ?"
DELETE = "DELETE FROM security_groups WHERE id = ?"
HIGHEST = "\U0010ffff"
TABLES: Mapping[Belonging, str] = {
    Belonging.MEMBER: "group_members",
    Belonging.OWNER: "group_owners",
}
OF_USER = {
    one: (
        "SELECT g.id, g.name, g.mail_nickname, g.description, g.created_at "
        f"FROM {table} m JOIN security_groups g ON g.id = m.group_id "
        "WHERE m.user_id = ? ORDER BY g.id"
    )
    for one, table in TABLES.items()
}
PEOPLE = {
    one: (
        f"SELECT {PERSON_COLUMNS} FROM {table} m JOIN users u ON u.id = m.user_id "
        "JOIN accounts a ON a.user_id = u.id "
        "WHERE m.group_id = ? AND m.user_id > ? ORDER BY m.user_id LIMIT ?"
    )
    for one, table in TABLES.items()
}
COUNT_PEOPLE = {
    one: (
        f"SELECT COUNT(*) FROM {table} m JOIN accounts a ON a.user_id = m.user_id "
        "WHERE m.group_id = ?"
    )
    for one, table in TABLES.items()
}
HAS = {
    one: f"SELECT 1 FROM {table} WHERE group_id = ? AND user_id = ?"
    for one, table in TABLES.items()
}
ADD_TO = {
    one: (
        f"INSERT INTO {table} (group_id, user_id) VALUES (?, ?) "
        "ON CONFLICT (group_id, user_id) DO NOTHING"
    )
    for one, table in TABLES.items()
}
REMOVE_FROM = {
    one: f"DELETE FROM {table} WHERE group_id = ? AND user_id = ?" for one, table in TABLES.items()
}


class GroupRows(Aggregate, frozen=True):
    """The port ``Groups``, and its changes."""

    async def by_id(self, group_id: GroupId) -> Group | None:
        """Return the group with this id."""
        found = await self.engine.rows(BY_ID, group_id)
        return _of(found[0]) if found else None

    async def called(self, name: str, *, most: int) -> Sequence[Group]:
        """Return up to ``most`` groups with this name in upper or lower case."""
        return [_of(one) for one in await self.engine.rows(CALLED, folded_name(name), most)]

    async def nicknamed(self, mail_nickname: str, *, most: int) -> Sequence[Group]:
        """Return up to ``most`` groups with this mail nickname in upper or lower case."""
        found = await self.engine.rows(NICKNAMED, folded_name(mail_nickname), most)
        return [_of(one) for one in found]

    async def beginning(self, name: str, *, most: int) -> Sequence[Group]:
        """Return up to ``most`` groups whose names begin so, ordered by name."""
        low = folded_name(name)
        return [_of(one) for one in await self.engine.rows(BEGINNING, low, low + HIGHEST, most)]

    async def page(self, *, after: GroupId | None = None, most: int) -> Sequence[Group]:
        """Return up to ``most`` groups ordered by their ids, starting after ``after``."""
        return [_of(one) for one in await self.engine.rows(AFTER, after or "", most)]

    async def count(self) -> int:
        """Return how many groups there are."""
        ((number,),) = await self.engine.rows(COUNT)
        return int(number)

    async def people(
        self,
        group_id: GroupId,
        belonging: Belonging = Belonging.MEMBER,
        *,
        after: UserId | None = None,
        most: int,
    ) -> Sequence[Person]:
        """Return up to ``most`` people of a group ordered by id, starting after ``after``."""
        found = await self.engine.rows(PEOPLE[belonging], group_id, after or "", most)
        return [person_of(one) for one in found]

    async def count_people(self, group_id: GroupId, belonging: Belonging) -> int:
        """Return how many people belong to a group."""
        ((number,),) = await self.engine.rows(COUNT_PEOPLE[belonging], group_id)
        return int(number)

    async def of_user(self, user_id: UserId) -> Sequence[Group]:
        """Return the groups that the user is a member of, ordered by id."""
        return [_of(one) for one in await self.engine.rows(OF_USER[Belonging.MEMBER], user_id)]

    async def owned_by(self, user_id: UserId) -> Sequence[Group]:
        """Return the groups that the user is an owner of, ordered by id."""
        return [_of(one) for one in await self.engine.rows(OF_USER[Belonging.OWNER], user_id)]

    async def has(self, group_id: GroupId, user_id: UserId, belonging: Belonging) -> bool:
        """Return whether the user belongs to the group."""
        return bool(await self.engine.rows(HAS[belonging], group_id, user_id))

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            AddGroup: self.add,
            ChangeGroup: self.change,
            DeleteGroup: self.delete,
            AddToGroup: self.add_person,
            RemoveFromGroup: self.remove_person,
        }

    def add(self, change: AddGroup) -> Steps[None]:
        """Store a new group."""
        new = change.group
        yield from touched(ADD, new.id, *_told(new), to_microseconds(new.created_at))

    def change(self, change: ChangeGroup) -> Steps[None]:
        """Store the names and the description of a group."""
        if not (yield from touched(CHANGE, *_told(change.group), change.group.id)):
            raise StaleError

    def delete(self, change: DeleteGroup) -> Steps[None]:
        """Delete a group, with who belonged to it and its assignments."""
        yield from _hold(change.group_id)
        yield from touched(DROP_MEMBERS, change.group_id)
        yield from touched(DROP_OWNERS, change.group_id)
        yield from touched(DROP_ASSIGNMENTS, change.group_id)
        yield from touched(DELETE, change.group_id)

    def add_person(self, change: AddToGroup) -> Steps[None]:
        """Add a person who does not belong to the group yet."""
        yield from _hold(change.group_id)
        belonging = change.belonging
        if not (yield from touched(ADD_TO[belonging], change.group_id, change.user_id)):
            raise StaleError

    def remove_person(self, change: RemoveFromGroup) -> Steps[None]:
        """Remove a person who belongs to the group."""
        belonging = change.belonging
        if not (yield from touched(REMOVE_FROM[belonging], change.group_id, change.user_id)):
            raise StaleError


def _hold(group_id: GroupId) -> Steps[None]:
    if (yield from row(HOLD, group_id)) is None:
        raise StaleError


def _told(group: Group) -> tuple[str, str, str, str, str | None]:
    """Return the columns that can change, in their order."""
    nickname = group.mail_nickname
    return folded_name(group.name), group.name, folded_name(nickname), nickname, group.description


def _of(found: Row) -> Group:
    id_, name, mail_nickname, description, created_at = found
    return Group(
        id=GroupId(id_),
        name=name,
        mail_nickname=mail_nickname,
        description=description,
        created_at=from_microseconds(created_at),
    )
