"""The operations on applications and what they may do."""

from collections.abc import Iterator

from proofup.graph.applications import belonging, consents, grants, principals, records
from proofup.graph.operations import Handle, Operation, of_user
from proofup.graph.scopes import (
    ANYBODY,
    ASSIGN_TO_APPLICATIONS,
    CHANGE_APPLICATIONS,
    GRANT_TO_APPLICATIONS,
    READ_APPLICATIONS,
    READ_USERS,
    Scopes,
)

RECORDS, PRINCIPALS, GRANTS = "/applications", "/servicePrincipals", "/oauth2PermissionGrants"
ONE, HALF = f"{RECORDS}/{{application}}", f"{PRINCIPALS}/{{application}}"
RIGHTS, ASSIGNED = f"{HALF}/appRoleAssignments", f"{HALF}/appRoleAssignedTo"
OF_PERSON = "/appRoleAssignments"
OF_GROUP = "/groups/{group}/appRoleAssignments"
SERVED: tuple[tuple[str, str, Handle, Scopes], ...] = (
    ("GET", RECORDS, records.list_all, READ_APPLICATIONS),
    ("POST", RECORDS, records.create, CHANGE_APPLICATIONS),
    ("GET", ONE, records.get, READ_APPLICATIONS),
    ("PATCH", ONE, records.update, CHANGE_APPLICATIONS),
    ("DELETE", ONE, records.delete, CHANGE_APPLICATIONS),
    ("GET", f"{ONE}/owners", records.list_owners, READ_APPLICATIONS),
    ("POST", f"{ONE}/addPassword", records.add_password, CHANGE_APPLICATIONS),
    ("POST", f"{ONE}/removePassword", records.remove_password, CHANGE_APPLICATIONS),
    ("POST", f"{ONE}/addKey", records.add_key, ANYBODY),
    ("POST", f"{ONE}/removeKey", records.remove_key, ANYBODY),
    ("GET", PRINCIPALS, principals.list_all, READ_APPLICATIONS),
    ("POST", PRINCIPALS, principals.create, CHANGE_APPLICATIONS),
    ("GET", HALF, principals.get, READ_APPLICATIONS),
    ("PATCH", HALF, principals.update, CHANGE_APPLICATIONS),
    ("DELETE", HALF, principals.delete, CHANGE_APPLICATIONS),
    ("GET", f"{HALF}/owners", records.list_owners, READ_APPLICATIONS),
    ("POST", f"{HALF}/addPassword", records.add_password, CHANGE_APPLICATIONS),
    ("POST", f"{HALF}/removePassword", records.remove_password, CHANGE_APPLICATIONS),
    ("GET", f"{HALF}/memberOf", belonging.list_everything, READ_APPLICATIONS),
    ("GET", f"{HALF}/transitiveMemberOf", belonging.list_everything, READ_APPLICATIONS),
    ("GET", RIGHTS, grants.list_rights, READ_APPLICATIONS),
    ("POST", RIGHTS, grants.assign, ASSIGN_TO_APPLICATIONS),
    ("DELETE", f"{RIGHTS}/{{assignment}}", grants.unassign, ASSIGN_TO_APPLICATIONS),
    ("GET", ASSIGNED, grants.list_assigned, READ_APPLICATIONS),
    ("POST", ASSIGNED, grants.assign, ASSIGN_TO_APPLICATIONS),
    ("DELETE", f"{ASSIGNED}/{{assignment}}", grants.unassign, ASSIGN_TO_APPLICATIONS),
    ("GET", OF_GROUP, grants.list_of_group, READ_APPLICATIONS),
    ("POST", OF_GROUP, grants.assign, ASSIGN_TO_APPLICATIONS),
    ("DELETE", f"{OF_GROUP}/{{assignment}}", grants.unassign, ASSIGN_TO_APPLICATIONS),
    ("GET", f"{HALF}/oauth2PermissionGrants", grants.list_grants, READ_APPLICATIONS),
    ("GET", GRANTS, grants.list_grants, READ_APPLICATIONS),
    ("POST", GRANTS, grants.create_grant, GRANT_TO_APPLICATIONS),
    ("GET", f"{GRANTS}/{{grant}}", grants.get_grant, READ_APPLICATIONS),
    ("PATCH", f"{GRANTS}/{{grant}}", grants.update_grant, GRANT_TO_APPLICATIONS),
    ("DELETE", f"{GRANTS}/{{grant}}", grants.delete_grant, GRANT_TO_APPLICATIONS),
)


def operations() -> Iterator[Operation]:
    """Yield all of them."""
    for verb, path, handle, scopes in SERVED:
        yield Operation(verb=verb, path=path, handle=handle, scopes=scopes)
    yield from of_user("GET", GRANTS, consents.list_of_user, READ_USERS)
    yield from of_user("GET", OF_PERSON, grants.list_of_user, READ_USERS)
    path = f"/users/{{user}}{OF_PERSON}"
    yield Operation(verb="POST", path=path, handle=grants.assign, scopes=ASSIGN_TO_APPLICATIONS)
    yield Operation(
        verb="DELETE",
        path=f"{path}/{{assignment}}",
        handle=grants.unassign,
        scopes=ASSIGN_TO_APPLICATIONS,
    )
