"""An administrator makes a passkey for somebody on a security key at hand, through Graph."""

import json
from datetime import timedelta
from typing import Any

import pytest

from graph.caller import Caller
from graph.conftest import Calls, administrator
from methods.authenticator import Authenticator, self_made
from proofup.directory.users import Person, UserType
from proofup.methods.protocol import Accepted, Answer, Purpose, Question
from proofup.policy.roles import (
    AUTHENTICATION_ADMINISTRATOR,
    HELP_DESK_MFA,
    PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
)
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.ids import ChallengeId, random_id
from proofup.values.messages import Mail
from proofup.values.ways import Way
from world import World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
KEYS = f"/v1.0/users/{ROBIN}/authentication/fido2Methods"
BETA = KEYS.replace("v1.0", "beta")
SCOPE = "UserAuthMethod-Passkey.ReadWrite.All"


@pytest.fixture
async def robin(world: World) -> Person:
    return await world.person()


@pytest.fixture
async def kim(world: World, calls: Calls, robin: Person) -> Caller:
    person = await administrator(world, AUTHENTICATION_ADMINISTRATOR)
    return calls(await world.user_token(person, SCOPE))


async def asked(caller: Caller, path: str = KEYS) -> dict[str, Any]:
    """Return the options of a new passkey."""
    answer = await caller.get(f"{path}/creationOptions")
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.body["publicKey"]
    return found


def made(options: dict[str, Any], key: Authenticator, name: str = "Blue key") -> dict[str, Any]:
    """Return the body with what ``key`` answers."""
    answer = json.loads(key.create(json.dumps(options)))
    response = {name: answer["response"][name] for name in ("clientDataJSON", "attestationObject")}
    return {
        "displayName": name,
        "publicKeyCredential": {"id": answer["id"], "response": response},
    }


@pytest.mark.both_engines
async def test_a_passkey_is_made_for_somebody_who_is_told_and_signs_in_with_it(
    kim: Caller, world: World, robin: Person
) -> None:
    key = Authenticator()
    told = await kim.get(f"{BETA}/creationOptions(challengeTimeoutInMinutes=10)")
    ends_at = (world.now + timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert told.body["challengeTimeoutDateTime"] == ends_at
    options = told.body["publicKey"]
    assert (options["rp"]["id"], options["user"]["name"]) == ("id.contoso.test", ROBIN)
    assert options["excludeCredentials"] == []
    body = made(options, key)
    new = await kim.post(BETA, body)
    assert new.status == 201, new.text
    assert (new.body["displayName"], new.body["attestationLevel"]) == ("Blue key", "notAttested")
    assert "publicKeyCredential" not in new.body
    assert (await kim.get(new.headers["location"])).body["id"] == new.body["id"]
    mails = [one for one in await world.sent() if isinstance(one, Mail)]
    assert (mails[-1].template, mails[-1].facts["now"]) == ("method-added", "Blue key")
    entries = await world.store.audit.of_user(robin.user.id, most=9)
    (entry,) = [one for one in entries if one.event.word == "methodAdded"]
    assert (entry.actor != robin.user.id, entry.event.facts["kind"]) == (True, "fido2")
    again = await kim.post(BETA, body)
    assert (again.status, "it was used" in again.message) == (400, True)
    assert len((await asked(kim))["excludeCredentials"]) == 1
    method = world.catalogue.browser[next(iter(world.catalogue.browser))]
    (held,) = await world.store.methods.of_user(robin.user.id)
    pending = method.challenge(
        held,
        Question(
            id=ChallengeId(random_id(world.entropy)),
            purpose=Purpose.SIGN_IN,
            way=Way("fido2"),
            language="en",
            at=world.now,
        ),
        world.entropy,
    )
    signed = key.get(method.options(pending, [held], user=None, rules={}))
    assert isinstance(method.verify(held, pending, Answer(signed), at=world.now), Accepted)


async def test_a_challenge_is_of_one_person_one_answer_and_one_time(
    kim: Caller, world: World
) -> None:
    await world.person("sam@contoso.test")
    sams = KEYS.replace(ROBIN, "sam@contoso.test")
    options = await asked(kim)
    elsewhere = await kim.post(sams, made(options, Authenticator()))
    assert (elsewhere.status, "no such challenge" in elsewhere.message) == (400, True)
    others = {**options, "challenge": (await asked(kim, sams))["challenge"]}
    assert (await kim.post(KEYS, made(others, Authenticator()))).status == 400
    assert (await kim.post(KEYS, made(options, Authenticator(origin="https://x.test")))).status == (
        400
    )
    second = await asked(kim)
    for number, told in enumerate((options, second)):  # several may be open at once
        assert (await kim.post(KEYS, made(told, Authenticator(str(number))))).status == 201
    taken = await kim.post(sams, made(await asked(kim, sams), Authenticator("1")))
    assert (taken.status, "registered already" in taken.message) == (400, True)
    late = await asked(kim)
    world.later(minutes=5)
    over = await kim.post(KEYS, made(late, Authenticator("late")))
    assert (over.status, "timed out" in over.message) == (400, True)
    long = f"{KEYS}/creationOptions?challengeTimeoutInMinutes=43200"
    aliased = f"{KEYS}/creationOptions(challengeTimeoutInMinutes=@m)?@m=43200"
    ends = {(await kim.get(path)).body["challengeTimeoutDateTime"] for path in (long, aliased)}
    assert ends == {(world.now + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")}
    for minutes in ("4", "43201", "x", "-5", "999999"):
        path = f"{KEYS}/creationOptions(challengeTimeoutInMinutes={minutes})"
        refused = await kim.get(path)
        assert (refused.status, "challengeTimeoutInMinutes" in refused.message) == (400, True)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"displayName": "x" * 65},
        {"publicKeyCredential": {"id": "x", "response": {}}},
        {"publicKeyCredential": {"id": "x", "response": {"clientDataJSON": "", "x": 1}}},
        {"publicKeyCredential": {"id": "AA", "response": {"clientDataJSON": "e30"}}},
        {"aaGuid": "x"},
    ],
)
async def test_a_body_that_is_no_passkey_is_refused(
    kim: Caller, world: World, robin: Person, told: dict[str, Any]
) -> None:
    body = {**made(await asked(kim), Authenticator()), **told}
    answer = await kim.post(KEYS, body)
    assert answer.status == (400 if told else 201)
    rubbish = {"clientDataJSON": "AA", "attestationObject": "AA"}
    wrong = {"displayName": "x", "publicKeyCredential": {"id": "AA", "response": rubbish}}
    assert (await kim.post(KEYS, wrong)).status == 400
    assert len(await world.store.methods.of_user(robin.user.id)) == (0 if told else 1)


async def test_the_rules_of_passkeys_hold(kim: Caller, world: World) -> None:
    async def refused(policy: Policy, key: Authenticator) -> str:
        options = await asked(kim)
        await world.store.commit(SetPolicy(policy=policy))
        answer = await kim.post(KEYS, made(options, key))
        assert (answer.status, answer.code) == (400, "badRequest")
        await world.store.commit(SetPolicy(policy=Policy()))
        return answer.message

    attested = Policy(methods={"fido2": {"isAttestationEnforced": True}})
    assert "UserCredentialPolicy" in await refused(attested, Authenticator(attest=self_made))
    model = "ee882879-721c-4913-9775-3dfcce97072a"
    listed = Policy(methods={"fido2": {"enforcementType": "allow", "aaGuids": model}})
    assert "do not allow this authenticator" in await refused(listed, Authenticator())
    bound = Policy(methods={"fido2": {"passkeyTypes": "deviceBound"}})
    assert "do not allow this authenticator" in await refused(bound, Authenticator(is_synced=True))
    off = Policy(ways=frozenset({Way("oath")}))
    assert "do not allow this method" in await refused(off, Authenticator())
    await world.store.commit(SetPolicy(policy=attested))
    assert (await asked(kim))["attestation"] == "direct"
    await world.store.commit(SetPolicy(policy=off))
    assert (await kim.get(f"{KEYS}/creationOptions")).status == 400
    await world.store.commit(SetPolicy(policy=Policy()))
    for number in range(10):
        body = made(await asked(kim), Authenticator(f"key {number}"))
        assert (await kim.post(KEYS, body)).status == 201
    assert "as many" in (await kim.get(f"{KEYS}/creationOptions")).message


async def test_a_passkey_is_named_by_an_administrator(
    kim: Caller, world: World, robin: Person
) -> None:
    new = await kim.post(KEYS, made(await asked(kim), Authenticator()))
    path = new.headers["location"]
    for name in ("Red key", "Red key"):
        assert (await kim.patch(path, {"displayName": name})).status == 204
    assert (await kim.get(path)).body["displayName"] == "Red key"
    entries = await world.store.audit.of_user(robin.user.id, most=9)
    (entry,) = [one for one in entries if one.event.word == "methodRenamed"]
    assert (entry.event.facts["was"], entry.event.facts["now"]) == ("Blue key", "Red key")
    for body in ({"displayName": "x" * 65}, {"aaGuid": "x"}, {}):
        assert (await kim.patch(path, body)).status == 400
    assert (await kim.patch(f"{KEYS}/x", {"displayName": "x"})).status == 404
    assert (await kim.delete(path)).status == 204


async def test_who_makes_a_passkey_for_whom(world: World, calls: Calls, robin: Person) -> None:
    """It lets its holder in, so that it takes the right to issue a pass too."""
    desk = await administrator(world, HELP_DESK_MFA, "desk@contoso.test")
    chief = await administrator(world, PRIVILEGED_AUTHENTICATION_ADMINISTRATOR)
    body = {"displayName": "x", "publicKeyCredential": {"id": "AA", "response": {}}}
    for token in (
        await world.user_token(desk, SCOPE),
        await world.user_token(chief, "UserAuthMethod-Passkey.Read.All"),
        await world.user_token(chief, "UserAuthMethod-Phone.ReadWrite.All"),
        await world.user_token(robin, SCOPE),
    ):
        assert (await calls(token).get(f"{KEYS}/creationOptions")).status == 403
        assert (await calls(token).post(KEYS, body)).status == 403
    own = calls(await world.user_token(chief, SCOPE))
    mine = "/v1.0/me/authentication/fido2Methods"
    for path in (mine, KEYS.replace(ROBIN, chief.user.id)):
        assert (await own.get(f"{path}/creationOptions")).status == 403
        assert (await own.post(path, body)).status == 403
        assert (await own.patch(f"{path}/x", {"displayName": "x"})).status == 403
    guest = await world.person("guest@contoso.test", user_type=UserType.GUEST)
    assert (await asked(own, KEYS.replace(ROBIN, guest.user.id)))["challenge"]
    program = calls(await world.app_token(SCOPE))
    made_by_program = await program.post(KEYS, made(await asked(program), Authenticator()))
    assert made_by_program.status == 201
    on_chief = KEYS.replace(ROBIN, chief.user.id)
    assert (await program.get(f"{on_chief}/creationOptions")).status == 403
