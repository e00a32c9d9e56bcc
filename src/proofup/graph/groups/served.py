"""The operations on groups, and on what somebody belongs to."""

from collections.abc import Iterator
from functools import partial

from proofup.graph.groups import belonging, listing, nesting, people, records
from proofup.graph.operations import Handle, Operation, of_user
from proofup.graph.scopes import (
    CHANGE_GROUPS,
    CHANGE_MEMBERS,
    CREATE_GROUPS,
    READ_BELONGING,
    READ_GROUPS,
    Scopes,
)

GROUPS = "/groups"
GROUP = f"{GROUPS}/{{group}}"
SERVED: tuple[tuple[str, str, Handle, Scopes], ...] = (
    ("GET", GROUPS, listing.list_all, READ_GROUPS),
    ("GET", f"{GROUPS}/$count", listing.count_all, READ_GROUPS),
    ("POST", GROUPS, records.create, CREATE_GROUPS),
    ("GET", GROUP, records.get, READ_GROUPS),
    ("PATCH", GROUP, records.update, CHANGE_GROUPS),
    ("DELETE", GROUP, records.delete, CHANGE_GROUPS),
    ("GET", f"{GROUP}/members", people.list_members, READ_GROUPS),
    ("GET", f"{GROUP}/members/user", people.list_members, READ_GROUPS),
    ("GET", f"{GROUP}/members/group", nesting.list_nothing, READ_GROUPS),
    ("GET", f"{GROUP}/members/$count", people.count_members, READ_GROUPS),
    ("GET", f"{GROUP}/members/$ref", people.list_member_references, READ_GROUPS),
    ("GET", f"{GROUP}/transitiveMembers", people.list_members, READ_GROUPS),
    ("GET", f"{GROUP}/transitiveMembers/user", people.list_members, READ_GROUPS),
    ("POST", f"{GROUP}/members/$ref", people.add_member, CHANGE_MEMBERS),
    ("DELETE", f"{GROUP}/members/{{member}}/$ref", people.remove_member, CHANGE_MEMBERS),
    ("GET", f"{GROUP}/owners", people.list_owners, READ_GROUPS),
    ("GET", f"{GROUP}/owners/$ref", people.list_owner_references, READ_GROUPS),
    ("POST", f"{GROUP}/owners/$ref", people.add_owner, CHANGE_GROUPS),
    ("DELETE", f"{GROUP}/owners/{{member}}/$ref", people.remove_owner, CHANGE_GROUPS),
    ("GET", f"{GROUP}/memberOf", nesting.list_nothing, READ_GROUPS),
    ("GET", f"{GROUP}/transitiveMemberOf", nesting.list_nothing, READ_GROUPS),
    ("POST", f"{GROUP}/getMemberGroups", nesting.get_nothing, READ_GROUPS),
    ("POST", f"{GROUP}/getMemberObjects", nesting.get_nothing, READ_GROUPS),
    ("POST", f"{GROUP}/checkMemberGroups", nesting.check_groups, READ_GROUPS),
    ("POST", f"{GROUP}/checkMemberObjects", nesting.check_objects, READ_GROUPS),
)
WHAT = {
    "": belonging.everything,
    "/group": belonging.groups,
    "/directoryRole": belonging.roles,
    "/administrativeUnit": belonging.units,
}
OF_PERSON: tuple[tuple[str, str, Handle], ...] = (
    *(
        ("GET", f"/{relation}{cast}{below}", partial(handle, source=source))
        for relation in ("memberOf", "transitiveMemberOf")  # groups do not nest
        for cast, source in WHAT.items()
        for below, handle in (("", belonging.list_of), ("/$count", belonging.count))
    ),
    ("GET", "/ownedObjects", belonging.list_owned),
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
        yield from of_user(verb, below, handle, READ_BELONGING)
