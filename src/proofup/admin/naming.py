"""The people whom a page names, by their ids."""

from collections.abc import Iterable, Mapping

from proofup.admin.door import Door
from proofup.directory.users import User
from proofup.values.ids import UserId


async def users_called(door: Door, ids: Iterable[str]) -> Mapping[str, User]:
    """Return those of ``ids`` that are of users, with the users."""
    found = [await door.ports.room.people.by_id(UserId(one)) for one in sorted(set(ids))]
    return {one.user.id: one.user for one in found if one}
