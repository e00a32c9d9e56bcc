"""What Graph's permissions let an application do here."""

from proofup.policy.permissions import Permission
from proofup.policy.scopes import (
    GRAPH_PERMISSIONS,
    graph_permission,
    permitted_by,
    permitted_on_oneself_by,
)


def test_names_are_compared_without_regard_to_case() -> None:
    found = graph_permission("user.READ.all")
    assert found
    assert found.name == "User.Read.All"
    assert graph_permission("User.Everything") is None


def test_a_permission_without_all_reaches_the_person_alone() -> None:
    for one in GRAPH_PERMISSIONS.values():
        if not one.application:
            assert not one.permits or one.name == "Directory.AccessAsUser.All"
    assert permitted_by(["UserAuthenticationMethod.Read"]) == frozenset()
    own = permitted_on_oneself_by(["UserAuthenticationMethod.Read", "nothing"])
    assert own == {Permission.READ_METHODS, Permission.READ_METHOD_DETAILS}


def test_reading_permits_no_change() -> None:
    changes = {one for one in Permission if not one.startswith(("read", "see"))}
    reading = [name for name in GRAPH_PERMISSIONS if ".read." in name or name.endswith(".read")]
    assert not permitted_by(reading) & changes
