"""`proofup app`: what a client needs is printed, and what cannot be done is named."""

import asyncio
from pathlib import Path

from host_commands import ADMIN, Proofup
from proofup.cli.opening import opened
from proofup.tokens.application import AppRole, ChangeApplication, HeldRole
from proofup.values.ids import ApplicationId


def test_an_application_lives_on_the_command_line(service: Proofup, tmp_path: Path) -> None:
    told = service("app", "create", "Script", "--web", "https://s.test/back", "--json").facts
    assert told["authority"].endswith(told["tenantId"])
    assert told["clientSecret"]
    id_ = told["clientId"]
    assert id_ in service("app", "list").out
    assert "User.Read.All" in service("app", "grant", id_, "User.Read.All").out
    assert "no rights" in service("app", "ungrant", id_, "User.Read.All").out
    role = service("app", "grant", "Script", "User Administrator", "--role", "--json")
    assert len(role.facts["roles"]) == 1
    service("app", "grant", "Script", "User.Read", "--delegated")
    made = service("app", "secret", "Script", "--days", "10", "--json").facts
    assert "Shown" not in made
    shown = service("app", "show", "Script", "--json").facts
    assert [one["keyId"] for one in shown["secrets"]][-1] == made["keyId"]
    assert made["clientSecret"] not in service("app", "show", "Script").out
    third = service("app", "secret", "Script", "--json")
    assert "two of this kind" in third.refusal["problem"]
    service("app", "remove-credential", "Script", made["keyId"])
    assert service("app", "remove-credential", "Script", "x").code == 1
    assert "disabled" not in service("app", "disable", "Script").err
    assert "(disabled)" in service("app", "list").out
    service("app", "enable", "Script")
    missing = service("app", "certificate", "Script", str(tmp_path / "none"), "--json")
    assert missing.refusal["field"] == "FILE"
    empty = tmp_path / "empty"
    empty.write_bytes(b"")
    assert service("app", "certificate", "Script", str(empty)).code == 1
    for words in (
        ("grant", "Script", "Nothing.At.All"),
        ("show", "Nobody"),
        ("create", "Bad", "--spa", "http://s.test"),
        ("secret", "Script", "--days", "1000"),
    ):
        assert service("app", *words).code == 1
    assert "a tile" in service("app", "change", "Script", "--home-page", "https://s.test").out
    changed = service("app", "change", "Script", "--no-tile", "--needs-assignment", "--json")
    assert changed.facts["homePage"] is None
    assert changed.facts["needsAssignment"] is True
    left = "https://s.test/left"
    changed = service("app", "change", "Script", "--sign-out", left, "--json")
    assert changed.facts["signOutUris"] == [left]
    assert service("app", "change", "Script", "--sign-out", "http://s.test").code == 1
    assert service("app", "change", "Script").code == 1
    assert "1 assigned" in service("app", "assign", "Script", ADMIN).out
    assert "0 assigned" in service("app", "assign", "Script", ADMIN).out
    assert service("app", "assign", "Script", ADMIN, "--role", "Nobody").code == 1
    assert "1 no longer" in service("app", "unassign", "Script", ADMIN).out
    assert "0 no longer" in service("app", "unassign", "Script", ADMIN).out
    assert "is deleted" in service("app", "delete", "Script").out
    public = service("app", "create", "Page", "--public", "--json").facts
    assert "clientSecret" not in public


def test_the_app_roles_that_applications_hold_are_shown(service: Proofup, folder: Path) -> None:
    for name in ("API", "Script"):
        service("app", "create", name, "--web", "https://s.test/back")

    async def give() -> None:
        async with opened(folder) as host:
            rows = host.store.applications
            ((api,), (script,)) = [await rows.called(one, most=1) for one in ("API", "Script")]
            role = AppRole(
                id="r-1", value="Reader", name="Reader", members=frozenset({"Application"})
            )
            gone = HeldRole(resource=ApplicationId("gone"), id="r-2")
            held = (HeldRole(resource=api.id, id=role.id), gone)
            await host.store.commit(
                ChangeApplication(application=api.changed(app_roles=(role,))),
                ChangeApplication(application=script.changed(held_roles=held)),
            )

    asyncio.run(give())
    shown = service("app", "show", "Script", "--json").facts
    assert (shown["appRolesHeld"], shown["appRolesGiven"]) == (["API: Reader", "gone: r-2"], [])
    assert service("app", "show", "API", "--json").facts["appRolesGiven"] == ["Script: Reader"]
    assert "Script: Reader" in service("app", "show", "API").out
