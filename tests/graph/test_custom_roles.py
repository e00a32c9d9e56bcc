"""Custom roles by Graph: made, changed, filtered, given and deleted; and what actions stand for."""

from urllib.parse import quote

import pytest

from graph.caller import Caller
from graph.conftest import Calls, administrator
from proofup.directory.roles import GLOBAL_ADMINISTRATOR
from proofup.graph.directory.resource_actions import RULES, actions_of, words_of
from proofup.graph.errors import CallRefusedError
from proofup.policy.roles import (
    BUILT_IN,
    HELPDESK_ADMINISTRATOR,
    PRIVILEGED_ROLE_ADMINISTRATOR,
    USER_ADMINISTRATOR,
)
from world import World

pytestmark = pytest.mark.anyio
DEFINITIONS = "/v1.0/roleManagement/directory/roleDefinitions"
ASSIGNMENTS = "/v1.0/roleManagement/directory/roleAssignments"
SCOPES = ("RoleManagement.ReadWrite.Directory", "User.ReadWrite.All")
TEMPLATE = "3b5de1d0-0000-4000-8000-00000000000A"
PASSWORDS = "microsoft.directory/users/password/update"


def new(*actions: str, **more: object) -> dict[str, object]:
    permissions = [{"allowedResourceActions": list(actions)}]
    return {"displayName": "Night desk", "rolePermissions": permissions, **more}


@pytest.fixture
async def kim(world: World, calls: Calls) -> Caller:
    person = await administrator(world, PRIVILEGED_ROLE_ADMINISTRATOR)
    return calls(await world.user_token(person, *SCOPES))


async def test_a_role_is_made_given_changed_and_deleted(
    kim: Caller, world: World, calls: Calls
) -> None:
    body = new(PASSWORDS, description="At night", templateId=TEMPLATE, isEnabled=True)
    made = await kim.post(DEFINITIONS, body)
    assert (made.status, made.body["id"]) == (201, TEMPLATE.lower())
    one = made.headers["location"]
    shown = (await kim.get(one)).body
    assert (shown["isBuiltIn"], shown["description"]) == (False, "At night")
    assert shown["rolePermissions"][0]["allowedResourceActions"] == [PASSWORDS]
    assert (await kim.post(DEFINITIONS, body)).status == 400
    robin, sam = await world.person(), await world.person("sam.reed@contoso.test", apps=1)
    given = {
        "principalId": sam.user.id,
        "roleDefinitionId": TEMPLATE.lower(),
        "directoryScopeId": "/",
    }
    assignment = await kim.post(ASSIGNMENTS, given)
    assert assignment.status == 201
    assert (await kim.delete(one)).status == 400
    desk = calls(await world.user_token(sam, *SCOPES))
    disabled = {"accountEnabled": False}
    assert (await desk.patch(f"/v1.0/users/{robin.user.id}", disabled)).status == 403
    more = new(PASSWORDS, "proofup/readUsers", "proofup/enableAccounts")
    changed = {"displayName": "Night shift", "rolePermissions": more["rolePermissions"]}
    assert (await kim.patch(one, changed)).status == 204
    assert (await kim.patch(one, {"description": None})).status == 204
    shown = (await kim.get(one)).body
    assert (shown["displayName"], shown["description"]) == ("Night shift", "Night shift")
    assert (await desk.patch(f"/v1.0/users/{robin.user.id}", disabled)).status == 204
    assert (await kim.delete(assignment.headers["location"])).status == 204
    assert (await kim.delete(one)).status == 204
    assert (await kim.get(one)).status == 404
    assert (await kim.patch(one, {})).status == 404


async def test_what_cannot_be_is_refused_by_its_name(kim: Caller) -> None:
    for body, named in (
        (new("microsoft.directory/devices/create"), "microsoft.directory/devices/create"),
        (new("proofup/nothing"), "proofup/nothing"),
        (new("proofup/assignRoles"), "assignRoles"),
        (new("microsoft.directory/users/enable"), "microsoft.directory/users/disable"),
        (new(), "rolePermissions"),
        (new(PASSWORDS, isEnabled=False), "isEnabled"),
        (new(PASSWORDS, resourceScopes=["/groups/x"]), "resourceScopes"),
        (new(PASSWORDS, templateId="x"), "templateId"),
        (new(PASSWORDS, isBuiltIn=True), "isBuiltIn"),
        (new(PASSWORDS, displayName="user administrator"), "name"),
    ):
        refused = await kim.post(DEFINITIONS, body)
        assert (refused.status, named in refused.message) == (400, True), refused.text
    for verb, path in (("PATCH", USER_ADMINISTRATOR), ("DELETE", USER_ADMINISTRATOR)):
        told = {"displayName": "Mine"} if verb == "PATCH" else None
        refused = await kim.call(verb, f"{DEFINITIONS}/{path}", told)
        assert (refused.status, "built-in" in refused.message) == (400, True)


async def test_roles_are_filtered(kim: Caller) -> None:
    await kim.post(DEFINITIONS, new(PASSWORDS))
    for path, said, count in (
        (DEFINITIONS, "displayName eq 'Helpdesk Administrator'", 1),
        (DEFINITIONS, "isBuiltIn eq false", 1),
        (DEFINITIONS, "startswith(displayName,'night')", 1),
        ("/v1.0/directoryRoles", f"roleTemplateId eq '{HELPDESK_ADMINISTRATOR}'", 1),
        ("/v1.0/directoryRoles", "displayName eq 'Nobody'", 0),
        ("/v1.0/directoryRoleTemplates", "displayName eq 'User Administrator'", 1),
    ):
        assert len((await kim.get(f"{path}?$filter={quote(said)}")).items) == count, said
    refused = await kim.get(f"{DEFINITIONS}?$filter=" + quote("version eq '1'"))
    assert refused.code == "Request_UnsupportedQuery"


async def test_AD4_only_who_gives_roles_makes_and_changes_them(
    world: World, calls: Calls, kim: Caller
) -> None:
    made = (await kim.post(DEFINITIONS, new(PASSWORDS))).headers["location"]
    sam = await administrator(world, USER_ADMINISTRATOR, "sam@contoso.test")
    lee = await administrator(world, GLOBAL_ADMINISTRATOR, "lee@contoso.test")
    for token in (
        await world.user_token(sam, *SCOPES),
        await world.user_token(lee, "RoleManagement.Read.Directory"),
    ):
        caller = calls(token)
        assert (await caller.post(DEFINITIONS, new(PASSWORDS))).status == 403
        assert (await caller.patch(made, {"displayName": "Mine"})).status == 403
        assert (await caller.delete(made)).status == 403


def test_every_role_is_told_by_actions_that_give_it_back() -> None:
    for role in BUILT_IN:
        words = words_of(actions_of(role.permissions))
        assert frozenset(words) == {str(one) for one in role.permissions}, role.name


def test_an_action_gives_nothing_that_its_rule_asks_more_for() -> None:
    for rule in RULES:
        assert frozenset(words_of(rule.actions)) >= {str(one) for one in rule.permissions}
    for action in ("groups.security/members/update", "users/restore", "users/enable"):
        with pytest.raises(CallRefusedError, match=action):
            words_of([f"microsoft.directory/{action}"])
