"""The operations on groups, and on what somebody belongs to."""

from collections.abc import Iterator

from proofup.graph.groups import belonging, people, records
from proofup.graph.operations import Handle, Operation, of_user
from proofup.graph.scopes import (
    CHANGE_GROUPS,
    CHANGE_MEMBERS,
    CREATE_GROUPS,
    READ_GROUPS,
    READ_USERS,
    Scopes,
)

GROUPS = "/groups"
GROUP = f"{GROUPS}/{{group}}"
SERVED: tuple[tuple[str, str, Handle, Scopes], ...] = (
    ("GET", GROUPS, records.list_all, READ_GROUPS),
    ("POST", GROUPS, records.create, CREATE_GROUPS),
    ("GET", GROUP, records.get, READ_GROUPS),
    ("PATCH", GROUP, records.update, CHANGE_GROUPS),
    ("DELETE", GROUP, records.delete, CHANGE_GROUPS),
    ("GET", f"{GROUP}/members", people.list_members, READ_GROUPS),
    ("GET", f"{GROUP}/members/user", people.list_members, READ_GROUPS),
    ("GET", f"{GROUP}/transitiveMembers", people.list_members, READ_GROUPS),
    ("POST", f"{GROUP}/members/$ref", people.add_member, CHANGE_MEMBERS),
    ("DELETE", f"{GROUP}/members/{{member}}/$ref", people.remove_member, CHANGE_MEMBERS),
    ("GET", f"{GROUP}/owners", people.list_owners, READ_GROUPS),
    ("POST", f"{GROUP}/owners/$ref", people.add_owner, CHANGE_GROUPS),
    ("DELETE", f"{GROUP}/owners/{{member}}/$ref", people.remove_owner, CHANGE_GROUPS),
)
OF_PERSON: tuple[tuple[str, str, Handle], ...] = (
    ("GET", "/memberOf", belonging.list_everything),
    ("GET", "/memberOf/group", belonging.list_groups),
    ("GET", "/memberOf/directoryRole", belonging.list_roles),
    ("GET", "/memberOf/administrativeUnit", belonging.list_units),
    ("GET", "/transitiveMemberOf", belonging.list_everything),
    ("GET", "/transitiveMemberOf/group", belonging.list_groups),
    ("POST", "/getMemberGroups", belonging.get_member_groups),
    ("POST", "/getMemberObjects", belonging.get_member_objects),
    ("POST", "/checkMemberGroups", belonging.check_member_groups),
    ("POST", "/checkMemberObjects", belonging.check_member_objects),
)


def operations() -> Iterator[Operation]:
    """Yield all of them."""
    for verb, path, handle, scopes in SERVED:
        yield Operation(verb=verb, path=path, handle=handle, scopes=scopes)
    for verb, below, handle in OF_PERSON:
        yield from of_user(verb, below, handle, READ_USERS)
