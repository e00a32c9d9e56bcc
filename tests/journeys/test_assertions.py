"""A client proves itself by a certificate, and an API acts for the person who called it."""

import base64
import datetime as dt
import json
from typing import Any

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey
from msgspec.structs import replace

from journeys.test_client_credentials import GRAPH
from journeys.test_code_flow import claims, code_of, exchanged, number, shown, signed_in, site
from proofup.administration.applications.certificates import add_certificate
from proofup.administration.applications.credentials import (
    InvalidCredentialError,
    TooManyCredentialsError,
    add_secret,
)
from proofup.directory.users import RaiseEpoch
from proofup.granting.bearer import TokenRefusedError
from proofup.tokens.application import Application, ChangeApplication, ExposedScope
from visitor import ORIGIN, Visitor
from world import World

pytestmark = pytest.mark.anyio
TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE_KEY = ec.generate_private_key(ec.SECP256R1())
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def certificate(world: World, key: Key = KEY, days: int = 30) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "script")])
    day = dt.timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(world.now - day)
        .not_valid_after(world.now + days * day)
        .sign(key, hashes.SHA256())
    )


def encoded(raw: bytes, *, padded: bool = False) -> str:
    text = base64.urlsafe_b64encode(raw).decode()
    return text if padded else text.rstrip("=")


async def with_certificate(world: World, found: x509.Certificate) -> Application:
    application = await world.application("User.Read.All")
    act = add_certificate(
        world.administration,
        world.host,
        application,
        found.public_bytes(Encoding.PEM),
        at=world.now,
    )
    await world.carry_out(act)
    stored = await world.store.applications.by_id(application.id)
    assert stored
    return stored


def signed(
    world: World,
    application: Application,
    header: dict[str, Any],
    key: Key = KEY,
    **changed: Any,
) -> str:
    now = world.now.timestamp()
    told = {
        "iss": application.id,
        "sub": application.id,
        "aud": f"{ORIGIN}/{world.store.tenant_id}/oauth2/v2.0/token",
        "jti": base64.b64encode(world.entropy(12)).decode(),
        "exp": now + 600.25,
        "iat": now + 0.5,
        "nbf": now + 1,
        **changed,
    }
    algorithms = ["RS256", "PS256", "RS512", "ES256"]
    registry = jws.JWSRegistry(algorithms=algorithms, strict_check_header=False)
    registry.max_header_length = 10_000
    return jws.serialize_compact(
        {"typ": "JWT", **header},
        json.dumps(told),
        RSAKey.import_key(key) if isinstance(key, rsa.RSAPrivateKey) else ECKey.import_key(key),
        algorithms=algorithms,
        registry=registry,
    )


async def asks(world: World, visitor: Visitor, assertion: str, **fields: str) -> httpx2.Response:
    told = {
        "grant_type": "client_credentials",
        "scope": GRAPH,
        "client_assertion_type": TYPE,
        "client_assertion": assertion,
        **fields,
    }
    return await visitor.http.post(f"/{world.store.tenant_id}/oauth2/v2.0/token", data=told)


@pytest.mark.both_engines
async def test_every_form_of_header_names_the_certificate(world: World, visitor: Visitor) -> None:
    found = certificate(world)
    application = await with_certificate(world, found)
    sha1, sha256 = found.fingerprint(hashes.SHA1()), found.fingerprint(hashes.SHA256())  # noqa: S303
    chain = base64.encodebytes(found.public_bytes(Encoding.DER)).decode()  # with line breaks
    for header in (
        {"alg": "RS256", "x5t": encoded(sha1, padded=True)},
        {"alg": "RS256", "x5t": encoded(sha1), "x5c": [chain]},
        {"alg": "PS256", "x5t#S256": encoded(sha256, padded=True)},
        {"alg": "PS256", "x5t#S256": encoded(sha256), "x5c": [chain]},
        {"alg": "RS256", "kid": encoded(sha1)},
        {"alg": "RS256", "kid": sha1.hex().upper()},
    ):
        answer = await asks(world, visitor, signed(world, application, header))
        assert answer.status_code == 200, (list(header), answer.text)
    once = signed(world, application, {"alg": "RS256", "x5t": encoded(sha1)})
    named = {"client_id": str(application.id)}
    assert (await asks(world, visitor, once, **named)).status_code == 200
    assert number(await asks(world, visitor, once)) == 700024


async def test_a_certificate_with_a_key_on_a_curve_proves_a_client(
    world: World, visitor: Visitor
) -> None:
    found = certificate(world, CURVE_KEY)
    application = await with_certificate(world, found)
    header = {"alg": "ES256", "x5t#S256": encoded(found.fingerprint(hashes.SHA256()))}
    answer = await asks(world, visitor, signed(world, application, header, CURVE_KEY))
    assert answer.status_code == 200, answer.text
    confused = signed(world, application, {**header, "alg": "RS256"}, KEY)
    assert number(await asks(world, visitor, confused)) == 700027
    forged = ec.generate_private_key(ec.SECP256R1())
    assert number(await asks(world, visitor, signed(world, application, header, forged))) == 700027
    discovery = await visitor.http.get("/common/v2.0/.well-known/openid-configuration")
    assert "ES256" in discovery.json()["token_endpoint_auth_signing_alg_values_supported"]


async def test_OI9_a_forged_assertion_proves_nobody(world: World, visitor: Visitor) -> None:
    found, stranger = certificate(world), certificate(world, OTHER_KEY)
    application = await with_certificate(world, found)
    right = {"alg": "RS256", "x5t": encoded(found.fingerprint(hashes.SHA1()))}  # noqa: S303
    theirs = {"alg": "RS256", "x5t": encoded(stranger.fingerprint(hashes.SHA1()))}  # noqa: S303
    chain = base64.b64encode(stranger.public_bytes(Encoding.DER)).decode()
    now = world.now.timestamp()
    for header, key, changed in (
        (right, OTHER_KEY, {}),
        (theirs, OTHER_KEY, {}),
        ({"alg": "RS256", "x5c": [chain]}, OTHER_KEY, {}),
        ({**right, "x5c": [chain]}, KEY, {}),
        ({"alg": "RS256"}, KEY, {}),
        ({"alg": "RS512", "x5t": right["x5t"]}, KEY, {}),
        ({**right, "x5t": "!"}, KEY, {}),
        ({**right, "x5t": "A"}, KEY, {}),
        (right, KEY, {"iss": "another"}),
        (right, KEY, {"aud": "https://login.microsoftonline.com/common/oauth2/v2.0/token"}),
        (right, KEY, {"exp": now - 301}),
        (right, KEY, {"exp": now + 100_000}),
        (right, KEY, {"nbf": now + 400}),
        (right, KEY, {"jti": None}),
    ):
        world.later(seconds=4)  # far enough from the limit of wrong proofs
        answer = await asks(world, visitor, signed(world, application, header, key, **changed))
        assert "error_codes" in answer.json(), (list(header), changed, answer.text)
        assert number(answer) == 700027, (header, changed)
        assert answer.status_code == 401
    for broken in ("", "a.b.c", "é"):
        fields = {"client_id": str(application.id)}
        assert (await asks(world, visitor, broken, **fields)).status_code in {400, 401}
    assert number(await asks(world, visitor, "a.b.c")) == 700027
    strange = encoded(json.dumps({"alg": "RS256", "x5t#S256": 1}).encode())
    _, told, signature = signed(world, application, right).split(".")
    assert number(await asks(world, visitor, f"{strange}.{told}.{signature}")) == 700027
    none = f"{encoded(json.dumps({'alg': 'none'}).encode())}.{encoded(b'{}')}."
    assert number(await asks(world, visitor, none)) == 700027
    world.later(days=40)
    assert number(await asks(world, visitor, signed(world, application, right))) == 700027


async def test_a_certificate_that_is_too_weak_or_over_is_not_registered(world: World) -> None:
    application = await world.application()
    weak = certificate(world, rsa.generate_private_key(public_exponent=65537, key_size=1024))  # noqa: S505
    over = certificate(world, days=-0)
    other_curve = certificate(world, ec.generate_private_key(ec.SECP384R1()))
    for bad in (
        other_curve.public_bytes(Encoding.DER),
        weak.public_bytes(Encoding.DER),
        over.public_bytes(Encoding.DER),
        b"nothing",
    ):
        with pytest.raises(InvalidCredentialError):
            add_certificate(world.administration, world.host, application, bad, at=world.now)


async def test_two_certificates_at_most_until_one_has_ended(world: World) -> None:
    application = await world.application()

    async def added(key: rsa.RSAPrivateKey, days: int) -> None:
        found = certificate(world, key, days).public_bytes(Encoding.DER)
        stored = await world.store.applications.by_id(application.id)
        assert stored
        await world.carry_out(
            add_certificate(world.administration, world.host, stored, found, at=world.now)
        )

    for days in (1, 2):
        await added(KEY, days)
    with pytest.raises(TooManyCredentialsError):
        await added(OTHER_KEY, 30)
    world.later(days=1)
    await added(OTHER_KEY, 30)


@pytest.mark.both_engines
async def test_an_api_acts_for_the_person_who_called_it(world: World, visitor: Visitor) -> None:
    robin = await signed_in(world, visitor)
    api = await world.application(
        name="Phone API",
        identifier_uris=("api://phones",),
        exposed_scopes=(ExposedScope(id="s-1", value="Phones.Read", name="Read phones"),),
        consented=frozenset({"UserAuthenticationMethod.Read"}),
    )
    made = await world.carry_out(add_secret(world.administration, world.host, api, at=world.now))
    page = await site(world, consented=frozenset({f"{api.id}/Phones.Read"}))
    code = await code_of(world, visitor, page, scope="api://phones/Phones.Read")
    called = (await exchanged(world, visitor, page, code)).json()["access_token"]
    assert (claims(called)["aud"], claims(called)["scp"]) == (api.id, "Phones.Read")
    with pytest.raises(TokenRefusedError):  # it is for the API, not for Graph
        await shown(world, called)

    async def acts(**changed: str) -> httpx2.Response:
        told = {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "requested_token_use": "on_behalf_of",
            "client_id": str(api.id),
            "client_secret": made.secret.reveal(),
            "assertion": called,
            "scope": "https://graph.microsoft.com/UserAuthenticationMethod.Read",
            **changed,
        }
        return await visitor.http.post(f"/{world.store.tenant_id}/oauth2/v2.0/token", data=told)

    found = await shown(world, (await acts()).json()["access_token"])
    assert found.person
    assert (found.person.user.id, found.application_id) == (robin.user.id, api.id)
    graph = (await acts()).json()["access_token"]
    for changed, expected in (
        ({"assertion": graph}, 500133),
        ({"assertion": "no token"}, 500133),
        ({"assertion": await world.app_token("User.Read.All")}, 500133),
        ({"requested_token_use": ""}, 900144),
        ({"scope": "User.Read"}, 65001),
        ({"scope": "User.ReadWrite.All"}, 90094),
        ({"scope": "Nothing.Of.It"}, 650053),
    ):
        assert number(await acts(**changed)) == expected, changed
    stored = await world.store.applications.by_id(page.id)
    assert stored
    await world.store.commit(
        ChangeApplication(application=replace(stored.changed(enabled=False), epoch=1))
    )
    assert number(await acts()) == 50173
    await world.store.commit(RaiseEpoch(user_id=robin.user.id))
    assert number(await acts()) == 50173
