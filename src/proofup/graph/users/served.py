"""The operations on users."""

from collections.abc import Iterator

from proofup.graph.operations import OF_USER, Operation, later, of_user
from proofup.graph.resources import BETA
from proofup.graph.scopes import (
    ADD_USERS,
    CHANGE_OWN_PASSWORD,
    CHANGE_USERS,
    DELETE_USERS,
    INVITE,
    READ_CHANGES_OF_USERS,
    READ_DELETED,
    READ_USERS,
    REVOKE,
)
from proofup.graph.users import (
    adding,
    changing,
    deleted,
    delta,
    inviting,
    listing,
    reading,
    relations,
    sessions,
)

DELETED = "/directory/deletedItems"


def operations() -> Iterator[Operation]:
    """Yield all of them."""
    yield Operation(verb="GET", path="/users", handle=listing.list_users, scopes=READ_USERS)
    yield Operation(verb="GET", path="/users/$count", handle=listing.count_users, scopes=READ_USERS)
    yield Operation(verb="POST", path="/users", handle=adding.create, scopes=ADD_USERS)
    yield Operation(verb="POST", path="/invitations", handle=inviting.create, scopes=INVITE)
    yield Operation(
        verb="GET", path="/users/delta", handle=delta.list_changes, scopes=READ_CHANGES_OF_USERS
    )
    yield from of_user("GET", "", reading.get_user, READ_USERS)
    yield from of_user("PATCH", "", changing.update, CHANGE_USERS)
    yield Operation(verb="DELETE", path=OF_USER, handle=changing.delete, scopes=DELETE_USERS)
    for path in (DELETED, f"{DELETED}/user"):
        yield Operation(verb="GET", path=path, handle=deleted.list_deleted, scopes=READ_DELETED)
    for verb, path, handle, its in (
        ("GET", f"{DELETED}/{{item}}", deleted.get_deleted, READ_DELETED),
        ("DELETE", f"{DELETED}/{{item}}", deleted.erase, DELETE_USERS),
        ("POST", f"{DELETED}/{{item}}/restore", deleted.restore, DELETE_USERS),
    ):
        yield Operation(verb=verb, path=path, handle=handle, scopes=its)
    yield from of_user("POST", "/revokeSignInSessions", sessions.revoke, REVOKE)
    path = "/invalidateAllRefreshTokens"
    yield from of_user("POST", path, sessions.revoke, REVOKE, versions=BETA)
    for verb, below in (("GET", ""), ("GET", "/$ref"), ("DELETE", "/$ref")):
        path = f"/manager{below}"
        yield from of_user(verb, path, relations.get_manager, READ_USERS)
    for one in later(f"{OF_USER}/manager/$ref", "Managers"):
        if one.verb == "PUT" and one.path.endswith("$ref"):
            yield one
            yield one.for_caller()
    for below in ("/directReports", "/ownedDevices", "/registeredDevices"):
        yield from of_user("GET", below, relations.list_nothing, READ_USERS)
    change = sessions.change_own_password
    yield from of_user("POST", "/changePassword", change, CHANGE_OWN_PASSWORD)
