"""Reports of who has registered what: the numbers are those of the lists they stand for."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from msgspec.structs import replace

from graph.caller import Caller
from graph.conftest import Calls, administrator
from methods.test_contract import held_by
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole
from proofup.directory.users import UserType
from proofup.methods.registered_methods import AddMethod
from proofup.policy.roles import HELPDESK_ADMINISTRATOR, REPORTS_READER
from proofup.policy.rule_choices import Resets
from proofup.policy.rules import Policy, SetPolicy
from proofup.storage import registered_counts
from proofup.values.ids import MethodId, random_id
from proofup.values.ways import Way
from world import World

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]
REPORTS = "reports/authenticationMethods"
DETAILS = f"/v1.0/{REPORTS}/userRegistrationDetails"
FLAGS = {
    "ssprRegistered": "isSsprRegistered",
    "ssprEnabled": "isSsprEnabled",
    "ssprCapable": "isSsprCapable",
    "passwordlessCapable": "isPasswordlessCapable",
    "mfaCapable": "isMfaCapable",
}


async def give(world: World, name: str, kind: str, slot: str | None = None) -> None:
    """Give somebody a method that is ready to be used."""
    person = await world.store.people.by_name(name)
    assert person
    method = next(one for one in world.catalogue if one.kind == kind)
    slot = slot or method.declaration.slots[0].name
    held = replace(held_by(method, user_id=person.user.id, slot=slot), pepper_id=None)
    held = replace(held, id=MethodId(random_id(world.entropy)), created_at=world.now)
    await world.store.commit(AddMethod(method=held))


@pytest.fixture
async def kim(world: World, calls: Calls) -> Caller:
    """Six people with different methods, and somebody who reads the reports."""
    await world.person("phones@contoso.test", phone="+44 7700 900067", apps=2)
    await world.person("key@contoso.test")
    await give(world, "key@contoso.test", "fido2")
    await give(world, "key@contoso.test", "fido2", "fido2.2")
    await world.person("guest@contoso.test", phone="+44 7700 900068", user_type=UserType.GUEST)
    await give(world, "guest@contoso.test", "email")
    desk = await world.person("desk@contoso.test", apps=1)
    await give(world, "desk@contoso.test", "recoveryCodes")
    await world.person("closed@contoso.test", apps=1, enabled=False)
    await world.person("nothing@contoso.test")
    reader = await administrator(world, REPORTS_READER)
    over = AssignRole(
        user_id=reader.user.id, role=GLOBAL_ADMINISTRATOR, expires_at=world.now + timedelta(days=1)
    )
    await world.store.commit(AssignRole(user_id=desk.user.id, role=HELPDESK_ADMINISTRATOR), over)
    world.later(days=2)
    return calls(await world.user_token(reader, "AuditLog.Read.All"))


async def test_people_are_counted_by_what_they_registered(kim: Caller) -> None:
    for version in ("v1.0", "beta"):
        told = (await kim.get(f"/{version}/{REPORTS}/usersRegisteredByMethod")).body
        assert (told["totalUserCount"], told["userTypes"], told["userRoles"]) == (6, "all", "all")
        counts = {
            one["authenticationMethod"]: one["userCount"]
            for one in told["userRegistrationMethodCounts"]
        }
        assert counts.pop("hardwareOneTimePasscode", 0) == 0
        assert counts == {
            "microsoftAuthenticatorPush": 0,
            "softwareOneTimePasscode": 3,
            "fido2SecurityKey": 1,
            "mobilePhone": 2,
            "alternateMobilePhone": 0,
            "officePhone": 0,
            "email": 1,
            "temporaryAccessPass": 0,
        }
    assert "recoveryCodes" not in str(told)
    root = await kim.get(f"/v1.0/{REPORTS}")
    assert root.body["id"] == "authenticationMethods"
    assert (await kim.get(f"/v1.0/{REPORTS}?$expand=userRegistrationDetails")).status == 400
    assert (await kim.get(f"{DETAILS}/$count")).text == str(len((await kim.get(DETAILS)).items))
    assert (await kim.get(f"{DETAILS}/$count?$filter=isAdmin eq true")).status == 400


@pytest.mark.parametrize(
    ("types", "roles", "people"),
    [
        ("all", "all", 6),
        ("member", "all", 5),
        ("guest", "all", 1),
        ("guest", "admin", 0),
        ("all", "admin", 2),
        ("all", "privilegedAdmin", 1),
        ("Member", "user", 3),
    ],
)
async def test_the_types_and_roles_that_are_asked_for_are_counted(
    kim: Caller, types: str, roles: str, people: int
) -> None:
    told = f"(includedUserTypes='{types}',includedUserRoles='{roles}')"
    for report in ("usersRegisteredByMethod", "usersRegisteredByFeature"):
        found = (await kim.get(f"/v1.0/{REPORTS}/microsoft.graph.{report}{told}")).body
        assert (found["totalUserCount"], found["userTypes"]) == (people, types.lower())


@pytest.mark.parametrize(
    "policy",
    [
        Policy(),
        Policy(password_reset=Resets.MEMBERS),
        Policy(password_reset=Resets.EVERYONE, reset_administrators=False, reset_proofs=2),
        Policy(ways=frozenset({Way("sms"), Way("email")}), password_reset=Resets.EVERYONE),
    ],
)
async def test_the_number_of_each_feature_is_that_of_the_people_who_are_listed(
    kim: Caller, world: World, policy: Policy
) -> None:
    await world.store.commit(SetPolicy(policy=policy))
    told = (await kim.get(f"/beta/{REPORTS}/usersRegisteredByFeature()")).body
    people = (await kim.get(DETAILS)).items
    for one in told["userRegistrationFeatureCounts"]:
        flag = FLAGS[one["feature"]]
        listed = [person["userPrincipalName"] for person in people if person[flag]]
        assert one["userCount"] == len(listed), (flag, listed)
        narrowed = await kim.get(f"{DETAILS}?$filter={quote(f'{flag} eq true')}")
        assert [item["userPrincipalName"] for item in narrowed.items] == listed
    features = {one["feature"]: one["userCount"] for one in told["userRegistrationFeatureCounts"]}
    if policy.password_reset is Resets.NOBODY:
        assert (features["ssprEnabled"], features["ssprCapable"]) == (0, 0)
        assert features["ssprRegistered"] == 2, "administrators need two kinds"
    if policy.ways is not None:
        assert features["mfaCapable"] == 2, "a method that the rules forbid is not counted"


async def test_bad_parameters_are_refused_and_so_is_whoever_may_not_ask(
    kim: Caller, world: World, calls: Calls
) -> None:
    for told in ("includedUserTypes='x'", "includedUserRoles=''", "includedUserKinds='all'"):
        refused = await kim.get(f"/v1.0/{REPORTS}/usersRegisteredByMethod({told})")
        assert (refused.status, refused.code) == (400, "invalidRequest"), told
    path = f"/v1.0/{REPORTS}/usersRegisteredByFeature"
    robin = await world.person("robin@contoso.test", apps=1)
    for token in (
        await world.user_token(robin, "AuditLog.Read.All"),
        await world.user_token(robin, "User.Read.All"),
        await world.app_token("AuditLog.Read.All"),  # Graph serves these to people only
    ):
        assert (await calls(token).get(path)).status == 403


async def test_a_count_that_is_not_whole_is_not_told(
    kim: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registered_counts, "MOST_SECONDS", -1.0)
    refused = await kim.get(f"/v1.0/{REPORTS}/usersRegisteredByMethod")
    assert (refused.status, refused.code) == (503, "serviceNotAvailable")
    assert int(refused.headers["retry-after"]) > 0


async def test_one_application_has_everybody_counted_five_times_in_ten_seconds(
    kim: Caller, world: World
) -> None:
    """Graph's own limit of identity reports: each of them reads everybody."""
    path = f"/v1.0/{REPORTS}/usersRegisteredByMethod"
    assert [(await kim.get(path)).status for _ in range(5)] == [200] * 5
    refused = await kim.get(path)
    assert (refused.status, refused.code) == (429, "TooManyRequests")
    assert 0 < int(refused.headers["retry-after"]) <= 10
    world.later(seconds=10)
    assert (await kim.get(path)).status == 200
