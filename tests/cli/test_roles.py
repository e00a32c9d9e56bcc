"""Roles and units by the host's commands."""

import pytest

from host_commands import ADMIN, Proofup

ROBIN, NOOR = "robin.ashby@contoso.test", "noor@contoso.test"
DESK = "Help desk (MFA)"


@pytest.fixture
def people(service: Proofup) -> Proofup:
    for name in (ROBIN, NOOR):
        assert service("user", "add", name, "--display-name", "Somebody").code == 0
    return service


def roles_of(service: Proofup, name: str) -> list[str]:
    roles: list[str] = service("user", "show", name, "--json").facts["roles"]
    return roles


def test_a_role_is_given_shown_and_taken_away(people: Proofup) -> None:
    said = people("role", "assign", NOOR, "help desk (mfa)")
    assert (said.code, said.out) == (0, f"{NOOR} is {DESK}.\n")
    assert roles_of(people, NOOR) == [DESK]
    shown = people("role", "show", DESK, "--json").facts
    assert [one["userPrincipalName"] for one in shown["holders"]] == [NOOR]
    assert "resetMethods" in shown["permissions"]
    assert shown["isBuiltIn"]
    words = people("role", "show", DESK).out
    assert "acts on: people without a role\nheld by:\n  noor@contoso.test\n" in words
    assert people("role", "remove", NOOR, shown["id"]).out == f"{NOOR} is not {DESK} any more.\n"
    assert roles_of(people, NOOR) == []
    assert "held by nobody" in people("role", "show", DESK).out
    assert "acts on: everybody" in people("role", "show", "Global Administrator").out
    refused = people("role", "remove", NOOR, DESK, "--json").refusal
    assert (refused["field"], refused["fix"]) == ("ROLE", "See proofup user show.")


def test_a_role_for_a_unit_until_a_day_says_so(people: Proofup) -> None:
    assert people("unit", "create", "North").out == "North is made.\n"
    given = people("role", "assign", NOOR, DESK, "--unit", "north", "--until", "2099-03-31")
    assert given.out == f"{NOOR} is {DESK} for North until 2099-04-01 00:00 UTC.\n"
    assert roles_of(people, NOOR) == [f"{DESK} for North until 2099-04-01 00:00 UTC"]
    assert "until 2099-04-01 00:00 UTC" in people("role", "show", DESK).out
    instant = people(
        *("role", "assign", NOOR, DESK, "--until", "2099-03-31T18:00:00+02:00", "--json")
    )
    assert instant.facts["endDateTime"] == "2099-03-31T16:00:00+00:00"
    held = people("unit", "delete", "North", "--json").refusal
    assert held["fix"] == "Take that role away first: proofup role remove."
    removed = people("role", "remove", NOOR, DESK, "--unit", "North")
    assert removed.out == f"{NOOR} is not {DESK} for North any more.\n"
    assert people("unit", "rename", "North", "Harbour").out == "North is called Harbour now.\n"
    assert people("unit", "rename", "Harbour", "north").code == 0
    assert people("unit", "delete", "North").code == 0


def test_a_role_made_here_is_changed(people: Proofup) -> None:
    people("role", "create", "Night desk", "readUsers", "revokeSessions")
    changed = people(
        *("role", "change", "night desk", "--name", "Night shift"),
        *("--permissions", "readUsers", "--json"),
    )
    assert changed.facts["permissions"] == ["readUsers"]
    assert people("role", "change", "Night shift", "--name", "Desk").out == "Desk is changed.\n"
    assert people("role", "show", "Desk", "--json").facts["permissions"] == ["readUsers"]
    refused = people("role", "change", DESK, "--name", "Mine", "--json").refusal
    assert refused["field"] == "ROLE"


def test_people_belong_to_units(people: Proofup) -> None:
    assert people("unit", "list").out == "There is no unit.\n"
    unit = people("unit", "create", "North", "--json").facts
    assert people("unit", "show", "North").out.endswith("no members\n")
    assert people("unit", "add", "North", ROBIN, NOOR, ROBIN).out == "2 added to North.\n"
    shown = people("unit", "show", unit["id"], "--json").facts
    assert {one["userPrincipalName"] for one in shown["members"]} == {ROBIN, NOOR}
    assert f"  {NOOR}\n" in people("unit", "show", "North").out
    assert people("unit", "add", "North", ROBIN).out == "0 added to North; 1 unchanged.\n"
    nobody = people("unit", "remove", "North", ROBIN, "nobody@contoso.test")
    assert nobody.code == 1
    gone = people("unit", "remove", "North", ROBIN, "--json").facts
    assert (gone["changed"], gone["unchanged"]) == (1, 0)
    assert people("unit", "list", "--json").facts == {"units": [unit]}
    assert unit["id"] in people("unit", "list").out
    assert people("unit", "delete", "North").out == "North is deleted.\n"
    assert people("unit", "show", "North", "--json").refusal["field"] == "UNIT"


def test_SCO_05_a_role_is_made_of_single_permissions(people: Proofup) -> None:
    made = people("role", "create", "Night desk", "readUsers", "revokeSessions", "--json").facts
    assert made["permissions"] == ["readUsers", "revokeSessions"]
    assert not made["isBuiltIn"]
    assert f"{made['id']}  Night desk\n" in people("role", "list").out
    listed = people("role", "list", "--json").facts["roles"]
    assert made in listed
    assert {"Global Administrator", DESK} < {one["displayName"] for one in listed}
    assert people("role", "assign", NOOR, "NIGHT DESK").code == 0
    assert roles_of(people, NOOR) == ["Night desk"]
    assert people("role", "delete", "Night desk", "--json").refusal["field"] == "NAME"
    assert people("role", "remove", NOOR, "Night desk").code == 0
    assert people("role", "delete", "Night desk").out == "Night desk is deleted.\n"


@pytest.mark.parametrize(
    ("arguments", "field", "words"),
    [
        (("role", "assign", NOOR, "Helpdesk Administrater"), "ROLE", "Helpdesk Administrator?"),
        (("role", "assign", NOOR, "Global Administrator", "--unit", "x"), "UNIT", "unit list"),
        (("role", "assign", NOOR, DESK, "--until", "soon"), "--until", "Write 2027-03-31."),
        (("role", "assign", NOOR, DESK, "--until", "9999-12-31"), "--until", "Write 2027-03-31."),
        (("role", "assign", NOOR, DESK, "--until", "2020-01-01"), "--until", "a later day"),
        (("role", "assign", "nobody@contoso.test", DESK), "NAME", "spelling"),
        (("role", "remove", ADMIN, "Global Administrator"), "NAME", "somebody else first"),
        (("user", "disable", ADMIN), "NAME", "somebody else first"),
        (("role", "create", "Mine", "resetMethod"), "resetMethod", "resetMethods?"),
        (("role", "create", DESK, "resetMethods"), "NAME", "Choose another"),
        (("role", "create", " ", "resetMethods"), "NAME", ""),
        (("role", "delete", DESK), "ROLE", "It stays."),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(
    people: Proofup, arguments: tuple[str, ...], field: str, words: str
) -> None:
    said = people(*arguments, "--json")
    assert said.code == 1
    assert said.refusal["field"] == field
    assert words in said.refusal["fix"]


def test_a_role_of_a_later_version_is_shown_by_its_id(
    people: Proofup, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = people("role", "assign", NOOR, "Reports Reader", "--json").facts
    monkeypatch.setattr("proofup.administration.finding_roles.ROLES", {})
    monkeypatch.setattr("proofup.administration.finding_roles.BUILT_IN", ())
    assert roles_of(people, NOOR) == [given["role"]]
