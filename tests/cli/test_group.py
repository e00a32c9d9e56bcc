"""`proofup group`: groups are made, filled, assigned and deleted."""

from host_commands import ADMIN, Proofup


def test_a_group_lives_on_the_command_line(service: Proofup) -> None:
    assert "no group" in service("group", "list").out
    service("app", "create", "Script")
    group = service("group", "create", "Pilots", "--description", "They fly", "--json").facts
    assert "1 added" in service("group", "add", "Pilots", ADMIN).out
    assert "1 unchanged" in service("group", "add", group["id"], ADMIN).out
    service("group", "add", "Pilots", ADMIN, "--owner")
    assert ADMIN in service("group", "show", "Pilots").out
    assert "1 assigned" in service("app", "assign", "Script", "--group", "Pilots").out
    assert service("app", "assign", "Script").code == 1
    assert "1 no longer" in service("app", "unassign", "Script", "--group", "Pilots").out
    assert "1 taken out" in service("group", "remove", "Pilots", ADMIN, "--owner").out
    assert "Crew" in service("group", "rename", "Pilots", "Crew").out
    assert group["id"] in service("group", "list").out
    service("group", "create", "Crew")
    assert "several" in service("group", "delete", "Crew", "--json").refusal["problem"]
    assert "is deleted" in service("group", "delete", group["id"]).out
    assert service("group", "show", "Nobody").code == 1
