"""The spellings of an address, and where each leads."""

import pytest

from proofup.graph.addresses import Table, address_of

ROBIN = "robin.ashby@contoso.test"
PHONES = ["users", ROBIN, "authentication", "phoneMethods"]
SAME = [
    f"users/{ROBIN}/authentication/phoneMethods",
    "users/robin.ashby%40contoso.test/authentication/phoneMethods/",
    f"users('{ROBIN}')/authentication/phoneMethods",
    f"users(userPrincipalName='{ROBIN}')/authentication/phoneMethods",
    f"users(userPrincipalName=%27{ROBIN}%27)//authentication/phoneMethods",
    f"users/'{ROBIN}'/authentication/phoneMethods",
]


@pytest.mark.parametrize("raw", SAME)
def test_a_user_is_named_in_many_ways(raw: str) -> None:
    assert address_of(raw).segments == PHONES


@pytest.mark.parametrize(
    ("raw", "segments"),
    [
        ("users/x/microsoft.graph.revokeSignInSessions", ["users", "x", "revokeSignInSessions"]),
        ("users/x/graph.revokeSignInSessions()", ["users", "x", "revokeSignInSessions"]),
        ("users('o''neil%40contoso.test')", ["users", "o'neil@contoso.test"]),
        ("users/guest%23EXT%23@contoso.test", ["users", "guest#EXT#@contoso.test"]),
        ("users('$x@contoso.test')", ["users", "$x@contoso.test"]),
        ("applications(appId='a')", ["applications", "a"]),
        ("groups(uniqueName='a')", ["groups", "uniquename=a"]),
        ("directoryRoles(roleTemplateId='r')/members", ["directoryRoles", "r", "members"]),
        ("users/delta()", ["users", "delta"]),
        ("users/a%2Fb", ["users", "a/b"]),
        ("", []),
    ],
)
def test_keys_and_names_are_taken_apart(raw: str, segments: list[str]) -> None:
    assert address_of(raw).segments == segments


def test_a_function_has_parameters() -> None:
    found = address_of("me/fido2Methods/creationOptions(challengeTimeoutInMinutes=10,x='y')")
    assert found.segments[-1] == "creationOptions"
    assert found.parameters == {"challengetimeoutinminutes": "10", "x": "y"}


def test_segments_lead_in_any_case_and_names_take_any() -> None:
    table: Table[str] = Table()
    table.add("/users/{user}", "a user")
    table.add("/users/{user}/authentication/methods/{method}", "a method")
    table.add("/users/delta", "changes")
    table.add("/groups", "groups")
    table.add("/groups/**", "below groups")
    assert table.find(["USERS", "r"]) == ("a user", {"user": "r"})
    assert table.find(["users", "Delta"]) == ("changes", {})
    method = ["users", "r", "Authentication", "METHODS", "m"]
    assert table.find(method) == ("a method", {"user": "r", "method": "m"})
    assert table.find(["groups"]) == ("groups", {})
    assert table.find(["groups", "g", "members"]) == ("below groups", {})
    for nowhere in (["users"], ["nothing"], ["users", "r", "authentication"], [], method[:-1]):
        assert table.find(nowhere) is None
