"""The operations on applications and what they may do."""

from collections.abc import Iterator

from proofup.graph.applications import assignments, belonging, consents, grants, principals, records
from proofup.graph.operations import Handle, Operation, later, of_user
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
    ("GET", f"{ONE}/owners/$ref", records.list_owners, READ_APPLICATIONS),
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
    ("GET", RIGHTS, assignments.list_rights, READ_APPLICATIONS),
    ("POST", RIGHTS, assignments.assign, ASSIGN_TO_APPLICATIONS),
    ("GET", f"{RIGHTS}/{{assignment}}", assignments.get_right, READ_APPLICATIONS),
    ("DELETE", f"{RIGHTS}/{{assignment}}", assignments.unassign, ASSIGN_TO_APPLICATIONS),
    ("GET", ASSIGNED, assignments.list_assigned, READ_APPLICATIONS),
    ("POST", ASSIGNED, assignments.assign, ASSIGN_TO_APPLICATIONS),
    ("GET", f"{ASSIGNED}/{{assignment}}", assignments.get_assigned, READ_APPLICATIONS),
    ("DELETE", f"{ASSIGNED}/{{assignment}}", assignments.unassign, ASSIGN_TO_APPLICATIONS),
    ("GET", OF_GROUP, assignments.list_of_group, READ_APPLICATIONS),
    ("POST", OF_GROUP, assignments.assign, ASSIGN_TO_APPLICATIONS),
    ("GET", f"{OF_GROUP}/{{assignment}}", assignments.get_of_group, READ_APPLICATIONS),
    ("DELETE", f"{OF_GROUP}/{{assignment}}", assignments.unassign, ASSIGN_TO_APPLICATIONS),
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
    for one in later(f"{ONE}/owners/$ref", "Owners of applications"):
        if one.verb == "POST" and one.path.endswith("$ref"):
            yield one
    yield from of_user("GET", GRANTS, consents.list_of_user, READ_USERS)
    yield from of_user("GET", OF_PERSON, assignments.list_of_user, READ_USERS)
    yield from of_user("POST", OF_PERSON, assignments.assign, ASSIGN_TO_APPLICATIONS)
    path = f"{OF_PERSON}/{{assignment}}"
    yield from of_user("GET", path, assignments.get_of_user, READ_USERS)
    yield from of_user("DELETE", path, assignments.unassign, ASSIGN_TO_APPLICATIONS)
