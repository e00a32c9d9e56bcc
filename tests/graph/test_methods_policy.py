"""The organisation's rules are set through Graph by the same act as on the page of the rules."""

from typing import Any

import pytest

from graph.caller import Caller
from graph.conftest import Calls, administrator
from proofup.policy.roles import (
    AUTHENTICATION_ADMINISTRATOR,
    AUTHENTICATION_POLICY_ADMINISTRATOR,
    GLOBAL_READER,
)
from proofup.policy.rule_choices import Nudge
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.ways import Way
from world import World

pytestmark = pytest.mark.anyio
POLICY = "/v1.0/policies/authenticationMethodsPolicy"
IN_BETA = POLICY.replace("v1.0", "beta")
SCOPE = "Policy.ReadWrite.AuthenticationMethod"
VOICES = {Way("voiceMobile"), Way("voiceOffice"), Way("voiceAlternateMobile")}


def of(kind: str, *, policy: str = POLICY) -> str:
    return f"{policy}/authenticationMethodConfigurations/{kind}"


def body(kind: str, **told: Any) -> dict[str, Any]:
    return {"@odata.type": f"#microsoft.graph.{kind}AuthenticationMethodConfiguration", **told}


def campaign(**told: Any) -> dict[str, Any]:
    return {"registrationEnforcement": {"authenticationMethodsRegistrationCampaign": told}}


@pytest.fixture
async def kim(world: World, calls: Calls) -> Caller:
    person = await administrator(world, AUTHENTICATION_POLICY_ADMINISTRATOR)
    return calls(await world.user_token(person, SCOPE))


async def rules(world: World) -> Policy:
    return await world.store.policies.current()


@pytest.mark.both_engines
async def test_a_kind_of_method_is_switched_off_and_on_by_the_act_of_the_page(
    kim: Caller, world: World
) -> None:
    assert (await kim.patch(of("sms"), body("sms", state="disabled"))).status == 204
    assert (await kim.get(of("Sms"))).body["state"] == "disabled"
    found = (await rules(world)).ways
    assert found == world.catalogue.ways - {Way("sms")}
    (change,) = await world.store.rule_history.page(most=9)
    assert (change.reason, [one.rule for one in change.rules]) == ("By Graph", ["ways"])
    (entry,) = [
        one
        for one in await world.store.audit.of_sign_in("", most=99)
        if one.event.word == "policyChanged"
    ]
    assert entry.event.facts["rules"] == "ways"
    both = body("voice", state="enabled", isOfficePhoneAllowed=False)
    assert (await kim.patch(of("Voice"), both)).status == 204
    assert (await kim.get(of("Voice"))).body["isOfficePhoneAllowed"] is False
    assert Way("voiceOffice") not in ((await rules(world)).ways or ())
    assert (await kim.patch(of("Voice"), body("voice", state="disabled"))).status == 204
    assert not VOICES & ((await rules(world)).ways or frozenset())
    contrary = body("voice", state="disabled", isOfficePhoneAllowed=True)
    assert (await kim.patch(of("Voice"), contrary)).status == 400
    for kind in ("Sms", "Voice"):
        assert (await kim.delete(of(kind))).status == 204
    assert (await rules(world)).ways is None, "all of them again"
    codes = body("microsoftAuthenticator", isSoftwareOathEnabled=False)
    assert (await kim.patch(of("MicrosoftAuthenticator"), codes)).status == 204
    told = (await kim.get(of("MicrosoftAuthenticator"))).body
    assert (told["state"], told["isSoftwareOathEnabled"]) == ("enabled", False)


async def test_what_a_method_says_of_itself_is_set_and_taken_back(
    kim: Caller, world: World
) -> None:
    lifetimes = {"maximumLifetimeInMinutes": 600, "defaultLifetimeInMinutes": 120}
    wanted = body("temporaryAccessPass", isUsableOnce=True, defaultLength=12, **lifetimes)
    assert (await kim.patch(of("TemporaryAccessPass"), wanted)).status == 204
    told = (await kim.get(of("TemporaryAccessPass"))).body
    assert {name: told[name] for name in wanted} == wanted
    bad = body("temporaryAccessPass", minimumLifetimeInMinutes=500)
    refused = await kim.patch(of("TemporaryAccessPass"), bad)
    assert refused.status == 400
    assert "minimumLifetimeInMinutes" in refused.message
    assert (await kim.delete(of("TemporaryAccessPass"))).status == 204
    assert (await kim.get(of("TemporaryAccessPass"))).body["defaultLength"] == 8
    model = "ee882879-721c-4913-9775-3dfcce97072a"
    for restrictions in (
        {"isEnforced": True, "enforcementType": "allow", "aaGuids": [model]},
        {"isEnforced": True, "enforcementType": "block", "aaGuids": [model]},
        {"isEnforced": False, "enforcementType": "block", "aaGuids": [model]},
    ):
        wanted = body("fido2", isAttestationEnforced=True, keyRestrictions=restrictions)
        assert (await kim.patch(of("Fido2"), wanted)).status == 204
        told = (await kim.get(of("Fido2"))).body
        assert (told["isAttestationEnforced"], told["keyRestrictions"]) == (True, restrictions)
    assert (await rules(world)).methods["fido2"]["enforcementType"] == "none"
    again = body("fido2", keyRestrictions={"isEnforced": True})
    assert (await kim.patch(of("Fido2"), again)).status == 400, "for what is not said"
    assert (await kim.delete(of("Fido2"))).status == 204
    assert (await kim.get(of("Fido2"))).body["keyRestrictions"]["aaGuids"] == []


async def test_what_was_read_can_be_sent_back_and_changes_nothing(
    kim: Caller, world: World
) -> None:
    for policy in (POLICY, IN_BETA):
        told = (await kim.get(policy)).body
        assert (await kim.patch(policy, told)).status == 200
        for one in told["authenticationMethodConfigurations"]:
            answer = await kim.patch(of(one["id"], policy=policy), one)
            assert answer.status == 204, (one, answer.text)
    assert await rules(world) == Policy()
    assert await world.store.rule_history.page(most=9) == []


@pytest.mark.parametrize(
    ("kind", "told", "named"),
    [
        ("sms", {"includeTargets": [{"targetType": "group", "id": "x"}]}, "includeTargets"),
        ("sms", {"includeTargets": [{"id": "all_users", "isUsableForSignIn": True}]}, "isUsable"),
        ("sms", {"includeTargets": []}, "includeTargets"),
        ("sms", {"excludeTargets": [{"targetType": "group", "id": "x"}]}, "excludeTargets"),
        ("email", {"allowExternalIdToUseEmailOtp": "enabled"}, "allowExternalIdToUseEmailOtp"),
        ("softwareOath", {"isUsableOnce": True}, "isUsableOnce"),
        ("softwareOath", {"id": "Sms"}, "id"),
        ("microsoftAuthenticator", {"featureSettings": {}}, "featureSettings"),
        ("microsoftAuthenticator", {"isSoftwareOathEnabled": "no"}, "isSoftwareOathEnabled"),
        ("fido2", {"passkeyProfiles": []}, "passkeyProfiles"),
        ("fido2", {"isSelfServiceRegistrationAllowed": False}, "isSelfServiceRegistration"),
        ("fido2", {"isAttestationEnforced": 1}, "isAttestationEnforced"),
        ("fido2", {"keyRestrictions": []}, "keyRestrictions"),
        ("fido2", {"keyRestrictions": {"models": []}}, "keyRestrictions/models"),
        ("fido2", {"keyRestrictions": {"aaGuids": ["x"]}}, "keyRestrictions/aaGuids"),
        ("fido2", {"keyRestrictions": {"aaGuids": "x"}}, "keyRestrictions/aaGuids"),
        ("fido2", {"keyRestrictions": {"enforcementType": "allow"}}, "enforcementType"),
        ("fido2", {"keyRestrictions": {"enforcementType": ["x"]}}, "enforcementType"),
        ("temporaryAccessPass", {"defaultLength": "8"}, "defaultLength"),
        ("temporaryAccessPass", {"defaultLength": True}, "defaultLength"),
        ("temporaryAccessPass", {"defaultLength": 99}, "defaultLength"),
        ("sms", {"state": "on"}, "state"),
    ],
)
async def test_what_no_rule_carries_is_refused_by_its_name(
    kim: Caller, world: World, kind: str, told: dict[str, Any], named: str
) -> None:
    refused = await kim.patch(of(kind), body(kind, **told))
    assert (refused.status, refused.code) == (400, "badRequest")
    assert named in refused.message
    assert await rules(world) == Policy()


async def test_a_configuration_is_named_by_its_type_and_none_is_added(kim: Caller) -> None:
    for wrong in ({"state": "disabled"}, body("voice", state="disabled"), body("sms") | {"x": 1}):
        assert (await kim.patch(of("Sms"), wrong)).status == 400
    bare = {"@odata.type": "microsoft.graph.smsAuthenticationMethodConfiguration"}
    assert (await kim.patch(of("Sms"), bare)).status == 204
    assert (await kim.patch(of("x"), bare)).status == 404
    assert (await kim.delete(of("x"))).status == 404
    assert (await kim.patch(of("HardwareOath"), bare)).status == 404, "it is in beta alone"
    hardware = body("hardwareOath", state="disabled")
    assert (await kim.patch(of("HardwareOath", policy=IN_BETA), hardware)).status == 204
    external = {"displayName": "Another", "appId": "x", **body("external")}
    refused = await kim.post(of("").rstrip("/"), external)
    assert (refused.status, "External" in refused.message) == (400, True)


@pytest.mark.both_engines
async def test_the_campaign_is_set(kim: Caller, world: World) -> None:
    robin = await world.person()
    left_out = [{"id": robin.user.id, "targetType": "user"}]
    target = {"id": "all_users", "targetType": "group", "targetedAuthenticationMethod": "fido2"}
    told = {
        "state": "enabled",
        "snoozeDurationInDays": 7,
        "excludeTargets": left_out,
        "includeTargets": [target],
    }
    answer = await kim.patch(POLICY, campaign(**told))
    assert answer.status == 200
    shown = answer.body["registrationEnforcement"]["authenticationMethodsRegistrationCampaign"]
    assert shown == told
    found = await rules(world)
    assert (found.nudge, found.snooze_days, found.nudge_ways) == (
        Nudge.EVERYBODY,
        7,
        frozenset({Way("fido2")}),
    )
    assert found.excluded == {robin.user.id}
    (change,) = await world.store.rule_history.page(most=9)
    assert len(change.rules) == 4, "one change"
    always = campaign(enforceRegistrationAfterAllowedSnoozes=False)
    assert (await kim.patch(IN_BETA, always)).status == 200
    assert (await rules(world)).snoozes == 0
    assert (await kim.patch(IN_BETA, always)).status == 200
    never = campaign(enforceRegistrationAfterAllowedSnoozes=True, state="disabled")
    assert (await kim.patch(IN_BETA, never)).status == 200
    assert ((await rules(world)).snoozes, (await rules(world)).nudge) == (3, Nudge.NOBODY)
    await world.store.commit(SetPolicy(policy=Policy(nudge=Nudge.ONLY_PHONES)))
    assert (await kim.patch(POLICY, campaign(state="enabled"))).status == 200
    assert (await rules(world)).nudge is Nudge.ONLY_PHONES, "who was chosen before stays"
    every = (await kim.get(POLICY)).body["registrationEnforcement"]
    assert (await kim.patch(POLICY, {"registrationEnforcement": every})).status == 200
    assert (await kim.patch(POLICY, campaign(state="default"))).status == 200
    assert await rules(world) == Policy()


async def test_the_strongest_is_asked_for_first(kim: Caller, world: World, calls: Calls) -> None:
    robin = await world.person(phone="+44 7700 900067", apps=1, default=Way("sms"))
    wanted = {"systemCredentialPreferences": {"state": "enabled"}}
    assert (await kim.patch(POLICY, wanted)).status == 400, "it is in beta alone"
    told = (await kim.patch(IN_BETA, wanted)).body["systemCredentialPreferences"]
    assert (told["state"], (await rules(world)).system_preferred) == ("enabled", True)
    desk = await administrator(world, AUTHENTICATION_ADMINISTRATOR, "desk@contoso.test")
    helper = calls(await world.user_token(desk, "UserAuthenticationMethod.ReadWrite.All"))
    path = f"/beta/users/{robin.user.id}/authentication/signInPreferences"
    name = "isSystemPreferredAuthenticationMethodEnabled"
    assert (await helper.get(path)).body[name] is True
    assert (await helper.patch(path, {name: True})).status == 204
    refused = await helper.patch(path, {name: False})
    assert (refused.status, "systemCredentialPreferences" in refused.message) == (400, True)
    reader = await administrator(world, GLOBAL_READER, "reader@contoso.test")
    reports = calls(await world.user_token(reader, "AuditLog.Read.All"))
    details = f"/v1.0/reports/authenticationMethods/userRegistrationDetails/{robin.user.id}"
    person = (await reports.get(details)).body
    assert (person[name], person["systemPreferredAuthenticationMethods"]) == (True, ["oath"])
    assert person["userPreferredMethodForSecondaryAuthentication"] == "sms"
    everybody = {"includeTargets": [{"id": "all_users", "targetType": "group"}], "state": "default"}
    assert (await kim.patch(IN_BETA, {"systemCredentialPreferences": everybody})).status == 200
    assert (await rules(world)).system_preferred is False


@pytest.mark.parametrize(
    ("told", "named"),
    [
        (campaign(state="on"), "state"),
        (campaign(snoozeDurationInDays=15), "snoozeDurationInDays"),
        (campaign(snoozeDurationInDays="7"), "snoozeDurationInDays"),
        (campaign(enforceRegistrationAfterAllowedSnoozes=True), "enforceRegistration"),
        (campaign(includeTargets=[]), "includeTargets"),
        (campaign(includeTargets=[{"id": "x", "targetType": "group"}]), "includeTargets"),
        (campaign(includeTargets=[{"id": "all_users", "targetType": "group"}]), "includeTargets"),
        (campaign(includeTargets="x"), "includeTargets"),
        (campaign(excludeTargets=[{"id": "x", "targetType": "user"}]), "excludeTargets"),
        (campaign(excludeTargets=[{"id": "x", "targetType": "group"}]), "excludeTargets"),
        (campaign(excludeTargets=[{"id": "x", "targetType": "unit"}]), "excludeTargets"),
        ({"registrationEnforcement": {"other": {}}}, "registrationEnforcement/other"),
        ({"registrationEnforcement": 1}, "registrationEnforcement"),
        ({"reconfirmationInDays": 3}, "reconfirmationInDays"),
        ({"policyMigrationState": "preMigration"}, "policyMigrationState"),
        ({"reportSuspiciousActivitySettings": {"state": "enabled"}}, "reportSuspicious"),
        ({"authenticationMethodConfigurations": []}, "authenticationMethodConfigurations"),
    ],
)
async def test_what_the_policy_cannot_be_told_is_refused_by_its_name(
    kim: Caller, world: World, told: dict[str, Any], named: str
) -> None:
    refused = await kim.patch(POLICY, told)
    assert (refused.status, refused.code) == (400, "badRequest")
    assert named in refused.message
    assert await rules(world) == Policy()


async def test_rules_that_would_keep_people_out_are_refused_here_too(
    kim: Caller, world: World
) -> None:
    for kind in ("softwareOath", "fido2", "microsoftAuthenticator", "voice"):
        answer = await kim.patch(of(kind), body(kind, state="disabled"))
        assert answer.status == 204, answer.text
    refused = await kim.patch(of("sms"), body("sms", state="disabled"))
    assert refused.status == 400
    assert "Nobody could register a method" in refused.message
    await world.store.commit(SetPolicy(policy=Policy(least_methods=3)))
    for kind in ("fido2", "microsoftAuthenticator"):
        await kim.patch(of(kind), body(kind, state="disabled"))
    refused = await kim.patch(of("softwareOath"), body("softwareOath", state="disabled"))
    assert refused.status == 400
    assert "must have 3 methods" in refused.message


async def test_a_kind_that_has_ended_is_allowed_again(kim: Caller, world: World) -> None:
    ended = Policy(ending_ways=frozenset({Way("sms"), Way("oath")}), ways_end_on="2026-01-31")
    await world.store.commit(SetPolicy(policy=ended))
    assert (await kim.get(of("Sms"))).body["state"] == "disabled"
    assert (await kim.patch(of("Sms"), body("sms", state="enabled"))).status == 204
    assert (await kim.get(of("Sms"))).body["state"] == "enabled"
    assert (await rules(world)).ending_ways == {Way("oath")}


async def test_the_rules_are_set_by_who_may_set_them(world: World, calls: Calls) -> None:
    told = body("sms", state="disabled")
    reader = await administrator(world, GLOBAL_READER, "reader@contoso.test")
    setter = await administrator(world, AUTHENTICATION_POLICY_ADMINISTRATOR)
    for token, status in (
        (await world.user_token(reader, SCOPE), 403),
        (await world.user_token(setter, "Policy.Read.All"), 403),
        (await world.user_token(setter, SCOPE, mfa=False), 403),
        (await world.app_token("Policy.Read.All"), 403),
    ):
        for verb, path in (("PATCH", of("Sms")), ("DELETE", of("Sms")), ("PATCH", POLICY)):
            answer = await calls(token).call(verb, path, told if verb == "PATCH" else None)
            assert answer.status == status, (verb, path)
        assert (await calls(token).post(of("").rstrip("/"), told)).status == status
    assert await rules(world) == Policy()
    program = calls(await world.app_token(SCOPE))
    assert (await program.patch(of("Sms"), told)).status == 204
