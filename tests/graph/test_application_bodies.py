"""Certificates, secrets, required resources, app roles and scopes in bodies of applications."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from joserfc import jws
from joserfc.jwk import RSAKey

from graph.caller import Caller
from graph.conftest import Calls, administrator
from graph.test_applications import HALVES, RECORDS, ROLE, SCOPES
from journeys.test_assertions import KEY, OTHER_KEY, certificate, encoded
from proofup.directory.roles import GLOBAL_ADMINISTRATOR
from proofup.policy.permission_ids import role_id, scope_id
from proofup.tokens.application import GRAPH, Application
from world import World

pytestmark = pytest.mark.anyio
SCOPE: dict[str, Any] = {
    "id": "22222222-2222-4222-8222-222222222222",
    "value": "Files.Read",
    "adminConsentDisplayName": "Read files",
    "adminConsentDescription": "Read the files of everybody.",
    "userConsentDisplayName": "Read your files",
    "userConsentDescription": "Read the files that are yours.",
    "isEnabled": True,
    "type": "Admin",
}
NEEDED: list[dict[str, Any]] = [
    {
        "resourceAppId": GRAPH,
        "resourceAccess": [
            {"id": scope_id("User.Read"), "type": "Scope"},
            {"id": role_id("User.Read.All"), "type": "Role"},
        ],
    },
    {"resourceAppId": ROLE["id"], "resourceAccess": [{"id": ROLE["id"], "type": "Scope"}]},
]


@pytest.fixture
async def kim(world: World, calls: Calls) -> Caller:
    person = await administrator(world, GLOBAL_ADMINISTRATOR)
    return calls(await world.user_token(person, *SCOPES))


def key(found: Certificate, **more: Any) -> dict[str, Any]:
    der = base64.encodebytes(found.public_bytes(Encoding.DER)).decode()  # with line breaks
    return {"type": "AsymmetricX509Cert", "usage": "Verify", "key": der, **more}


def proof(world: World, signed_by: rsa.RSAPrivateKey, found: Certificate, **claims: Any) -> str:
    now = int(world.now.timestamp())
    told = {"aud": "00000002-0000-0000-c000-000000000000", "nbf": now, "exp": now + 600, **claims}
    header = {"alg": "RS256", "x5t": encoded(found.fingerprint(hashes.SHA1()))}  # noqa: S303
    return jws.serialize_compact(header, json.dumps(told), RSAKey.import_key(signed_by))


async def stored(world: World, app_id: str) -> Application:
    found = await world.store.applications.by_any_id(app_id)
    assert found
    return found


@pytest.mark.both_engines
async def test_an_application_is_created_with_all_that_a_body_says(
    kim: Caller, world: World
) -> None:
    body = {
        "displayName": "Staff site",
        "appRoles": [ROLE],
        "api": {"oauth2PermissionScopes": [SCOPE]},
        "requiredResourceAccess": NEEDED,
        "keyCredentials": [key(certificate(world), displayName="first")],
        "passwordCredentials": [{"displayName": "Password name"}],
    }
    made = await kim.post(RECORDS, body)
    assert made.status == 201, made.text
    (secret,) = made.body["passwordCredentials"]
    assert secret["secretText"].startswith(secret["hint"])
    one = f"{RECORDS}/{made.body['id']}"
    shown = (await kim.get(one)).body
    assert shown["requiredResourceAccess"] == NEEDED
    assert shown["api"]["oauth2PermissionScopes"] == [SCOPE]
    assert shown["appRoles"] == [{**ROLE, "origin": "Application"}]
    assert shown["passwordCredentials"][0]["secretText"] is None
    (held,) = shown["keyCredentials"]
    assert (held["displayName"], held["key"]) == ("first", None)
    for path in (one, f"{HALVES}(appId='{made.body['appId']}')"):
        selected = (await kim.get(f"{path}?$select=keyCredentials")).body["keyCredentials"]
        der = certificate(world).public_bytes(Encoding.DER)
        assert base64.b64decode(selected[0]["key"]) == der


async def test_lists_of_credentials_keep_add_and_remove(kim: Caller, world: World) -> None:
    first, second = certificate(world), certificate(world, OTHER_KEY)
    made = await kim.post(RECORDS, {"displayName": "rbac", "keyCredentials": [key(first)]})
    one = f"{RECORDS}/{made.body['id']}"
    drawn = (await kim.post(f"{one}/addPassword", {})).body
    held = (await kim.get(one)).body["keyCredentials"]
    assert (await kim.patch(one, {"keyCredentials": [*held, key(second)]})).status == 204
    both = (await kim.get(one)).body["keyCredentials"]
    assert len(both) == 2
    epoch = (await stored(world, made.body["appId"])).epoch
    assert (await kim.patch(one, {"keyCredentials": [both[1]]})).status == 204
    application = await stored(world, made.body["appId"])
    assert [item.id for item in application.certificates] == [both[1]["keyId"]]
    assert application.epoch == epoch + 1  # a credential is gone: its tokens end
    kept = {"passwordCredentials": [{"keyId": drawn["keyId"]}]}
    assert (await kim.patch(one, kept)).status == 204
    assert len((await kim.get(one)).body["passwordCredentials"]) == 1
    assert (await kim.patch(one, {"passwordCredentials": []})).status == 204
    assert (await kim.get(one)).body["passwordCredentials"] == []
    refused: tuple[dict[str, Any], ...] = (
        {"passwordCredentials": [{"displayName": "new"}]},
        {"keyCredentials": [{}]},
        {"keyCredentials": [{"key": "é"}]},
        {"keyCredentials": [{"key": "AAAA"}]},
        {"keyCredentials": [{**key(first), "type": "Symmetric"}]},
        {"keyCredentials": [{**key(first), "usage": "Sign"}]},
        {"keyCredentials": [key(certificate(world, days=0))]},
        {"keyCredentials": [{}] * 101},
    )
    for wrong in refused:
        assert (await kim.patch(one, wrong)).status == 400, wrong
    assert len((await stored(world, made.body["appId"])).certificates) == 1  # all or nothing


async def test_roles_and_scopes_are_disabled_before_they_go(kim: Caller) -> None:
    body = {
        "displayName": "API",
        "appRoles": [ROLE],
        "api": {"oauth2PermissionScopes": [SCOPE], "requestedAccessTokenVersion": 2},
    }
    one = f"{RECORDS}/{(await kim.post(RECORDS, body)).body['id']}"
    without: tuple[dict[str, Any], ...] = (
        {"appRoles": []},
        {"api": {"oauth2PermissionScopes": []}},
    )
    for gone in without:
        refused = await kim.patch(one, gone)
        assert (refused.status, refused.code) == (400, "CannotDeleteOrUpdateEnabledEntitlement")
    disabled = {
        "appRoles": [{**ROLE, "isEnabled": False}],
        "api": {"oauth2PermissionScopes": [{**SCOPE, "isEnabled": False}]},
    }
    assert (await kim.patch(one, disabled)).status == 204
    assert (await kim.patch(one, {"api": {"requestedAccessTokenVersion": 2}})).status == 204
    assert len((await kim.get(one)).body["api"]["oauth2PermissionScopes"]) == 1
    for gone in without:
        assert (await kim.patch(one, gone)).status == 204
    for wrong in (
        {"appRoles": [ROLE, ROLE]},
        {"appRoles": [{**ROLE, "id": "r-1"}]},
        {"api": {"oauth2PermissionScopes": [{**SCOPE, "value": "two words"}]}},
        {"api": {"oauth2PermissionScopes": [SCOPE] * 101}},
        {"requiredResourceAccess": [{"resourceAppId": "x", "resourceAccess": [{"id": "y"}]}]},
        {"requiredResourceAccess": [{**NEEDED[1], "resourceAppId": "x"}]},
        {"requiredResourceAccess": [NEEDED[1]] * 51},
    ):
        assert (await kim.patch(one, wrong)).status == 400, wrong


async def test_a_record_says_whether_tokens_tell_groups(kim: Caller) -> None:
    body = {"displayName": "Site", "groupMembershipClaims": "SecurityGroup"}
    made = await kim.post(RECORDS, body)
    assert made.body["groupMembershipClaims"] == "SecurityGroup"
    one = f"{RECORDS}/{made.body['id']}"
    for nothing in ("None", None):
        assert (await kim.patch(one, {"groupMembershipClaims": nothing})).status == 204
        assert (await kim.get(one)).body["groupMembershipClaims"] is None
    refused = await kim.patch(one, {"groupMembershipClaims": "ApplicationGroup"})
    assert refused.status == 400


async def test_an_application_rolls_its_own_certificate(
    kim: Caller, world: World, calls: Calls
) -> None:
    first, second = certificate(world), certificate(world, OTHER_KEY)
    made = await kim.post(RECORDS, {"displayName": "rbac", "keyCredentials": [key(first)]})
    one, id_ = f"{RECORDS}/{made.body['id']}", made.body["id"]
    own = calls(await world.token_of(await stored(world, made.body["appId"])))
    stranger = calls(await world.app_token("User.Read.All"))
    right = proof(world, KEY, first, iss=id_)
    body = {"keyCredential": key(second), "passwordCredential": None, "proof": right}
    assert (await stranger.post(f"{one}/addKey", body)).status == 403
    now = int(world.now.timestamp())
    for wrong in (
        "a.b.c",
        proof(world, OTHER_KEY, first, iss=id_),
        proof(world, OTHER_KEY, second, iss=id_),
        proof(world, KEY, first, iss=GRAPH),
        proof(world, KEY, first, iss=id_, aud="https://id.contoso.test"),
        proof(world, KEY, first, iss=id_, exp=now + 601),
        proof(world, KEY, first, iss=id_, nbf=now - 1000, exp=now - 400),
        proof(world, KEY, first, iss=id_, nbf=now + 400, exp=now + 900),
        proof(world, KEY, first, iss=None),
    ):
        for caller in (own, kim):
            assert (await caller.post(f"{one}/addKey", {**body, "proof": wrong})).status == 400
    added = await own.post(f"{one}/addKey", body)
    assert (added.status, added.body["type"]) == (200, "AsymmetricX509Cert"), added.text
    gone = {"keyId": held(await stored(world, id_), first), "proof": right}
    assert (await stranger.post(f"{one}/removeKey", gone)).status == 403
    unknown = await kim.post(f"{one}/removeKey", {**gone, "keyId": ROLE["id"]})
    assert unknown.status == 400
    assert (await own.post(f"{one}/removeKey", gone)).status == 204
    application = await stored(world, id_)
    assert [item.id for item in application.certificates] == [added.body["keyId"]]
    assert (await own.post(f"{one}/removeKey", gone)).status == 401  # its tokens have ended


async def test_an_application_without_the_right_does_nothing_else_to_itself(
    world: World, calls: Calls
) -> None:
    application = await world.application("User.Read.All")
    own = calls(await world.token_of(application))
    one = f"{RECORDS}/{application.object_id}"
    for path in (one, f"{one}/addPassword"):
        body: dict[str, Any] = {"keyCredentials": []} if path == one else {}
        answer = await own.call("PATCH" if path == one else "POST", path, body)
        assert answer.status == 403


def held(application: Application, found: Certificate) -> str:
    sha256 = found.fingerprint(hashes.SHA256())
    return next(one.id for one in application.certificates if one.sha256 == sha256)
