"""A person signs in to an application: code, tokens, refresh, and everything that ends them."""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx2
import pytest

from journeys.steps import PHONE
from proofup.directory.users import Person, RaiseEpoch
from proofup.granting.bearer import Bearer, Reason, TokenRefusedError, bearer
from proofup.tokens.application import Application, Redirect, RedirectKind
from proofup.tokens.id_token import client_info
from proofup.values.ids import CorrelationId
from visitor import Form, Page, Visitor
from world import HOME, PASSWORD, World

pytestmark = pytest.mark.anyio
VERIFIER = "a" * 20 + "b" * 23
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)
BACK = "https://staff.contoso.test/signed-in"
LOGOUT = "https://staff.contoso.test/bye"
SCOPE = "openid profile offline_access User.Read"


async def site(world: World, **properties: Any) -> Application:
    """Register a site that may do for everybody what it asks for."""
    told: dict[str, Any] = {
        "consented": frozenset({"User.Read", "openid"}),
        "redirects": (Redirect(BACK),),
        "is_public": True,
        "sign_out_redirects": (LOGOUT,),
        **properties,
    }
    return await world.application(name="Staff site", **told)


def asks(world: World, application: Application, **changed: str | None) -> str:
    told = {
        "client_id": application.id,
        "response_type": "code",
        "redirect_uri": BACK,
        "scope": SCOPE,
        "state": "s/t?a te",
        "nonce": "n-1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "client_info": "1",
        **changed,
    }
    query = urlencode({name: value for name, value in told.items() if value is not None})
    return f"/{world.store.tenant_id}/oauth2/v2.0/authorize?{query}"


async def opens(visitor: Visitor, address: str) -> httpx2.Response:
    """Open an address and follow redirects within the service."""
    answer = await visitor.http.get(address)
    while answer.is_redirect and answer.headers["location"].startswith("/"):
        answer = await visitor.http.get(answer.headers["location"])
    return answer


def brought(answer: httpx2.Response) -> dict[str, str]:
    """Return what a redirect to an application brings."""
    parts = urlsplit(answer.headers["location"])
    return dict(parse_qsl(parts.query or parts.fragment))


async def signs_in(world: World, visitor: Visitor, name: str = "robin.ashby@contoso.test") -> None:
    """Sign in from the page of the user name on, as far as the question of the code or the end."""
    page = visitor.page
    assert urlsplit(page.path).path == "/signin", page.path
    await visitor.send("/signin", username=name)
    await visitor.send("/signin/password", password=PASSWORD)
    if visitor.page.path == "/signin/challenge":
        await visitor.send("/signin/challenge", code=await world.texted_code())


async def code_of(world: World, visitor: Visitor, application: Application, **changed: str) -> str:
    """Return the code that a person who is signed in brings to the application."""
    answer = await opens(visitor, asks(world, application, **changed))
    return brought(answer)["code"]


async def token(
    world: World, visitor: Visitor, application: Application, **fields: str
) -> httpx2.Response:
    told = {"client_id": str(application.id), "redirect_uri": BACK, "client_info": "1", **fields}
    return await visitor.http.post(f"/{world.store.tenant_id}/oauth2/v2.0/token", data=told)


async def exchanged(
    world: World, visitor: Visitor, application: Application, code: str, **fields: str
) -> httpx2.Response:
    told = {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER, **fields}
    return await token(world, visitor, application, **told)


def asked(page: Page) -> Form:
    """Return the form in which an application asks something."""
    return next(one for one in page.forms if one.action.startswith("/oauth/continue/"))


def claims(of: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(of.split(".")[1] + "=="))
    return found


def number(answer: httpx2.Response) -> int:
    return int(answer.json()["error_codes"][0])


async def shown(world: World, access_token: str) -> Bearer:
    return await bearer(
        world.granting,
        access_token,
        correlation_id=CorrelationId("c"),
        client=HOME,
        language="en",
        at=world.now,
    )


async def signed_in(world: World, visitor: Visitor) -> Person:
    robin = await world.person(phone=PHONE)
    await visitor.open("/signin")
    await signs_in(world, visitor)
    return robin


@pytest.mark.both_engines
async def test_a_person_signs_in_to_a_site(world: World, visitor: Visitor) -> None:
    robin, application = await world.person(phone=PHONE), await site(world)
    await visitor.open(asks(world, application, login_hint="robin.ashby@contoso.test"))
    assert 'value="robin.ashby@contoso.test"' in visitor.page.html
    await signs_in(world, visitor)
    # The forms of the sign-in may lead nowhere else, so a page goes on from here.
    assert visitor.page.path.startswith("/oauth/continue/")
    address = visitor.page.html.split('content="0;url=')[1].split('"')[0].replace("&amp;", "&")
    answer = {name: one for name, (one,) in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{BACK}?")
    assert answer["state"] == "s/t?a te"
    assert answer["iss"] == world.granting.tenant.issuer
    assert answer["client_info"] == client_info(robin.user.id, world.granting.tenant)

    body = (await exchanged(world, visitor, application, answer["code"])).json()
    assert set(body["scope"].split()) == set(SCOPE.split())
    identity, access = claims(body["id_token"]), claims(body["access_token"])
    assert identity["nonce"] == "n-1"
    assert identity["amr"] == access["amr"] == ["pwd", "mfa"]
    assert identity["auth_time"] == int(world.now.timestamp())
    assert (identity["oid"], identity["tid"]) == (robin.user.id, world.store.tenant_id)
    assert identity["sub"] == access["sub"] != robin.user.id
    assert "roles" not in access
    assert access["scp"] == "User.Read openid profile"
    found = await shown(world, body["access_token"])
    assert found.person
    assert found.actor.proofs.second_at == world.now
    header = {"authorization": f"Bearer {body['access_token']}"}
    person = await visitor.http.get("/oidc/userinfo", headers=header)
    assert (person.json()["sub"], person.json()["given_name"]) == (identity["sub"], "Robin")

    world.later(minutes=30)
    fresh = await token(
        world, visitor, application, grant_type="refresh_token", refresh_token=body["refresh_token"]
    )
    assert claims(fresh.json()["access_token"])["auth_time"] == identity["auth_time"]
    assert fresh.json()["refresh_token"] != body["refresh_token"]


async def test_OI8_a_session_is_enough_and_state_comes_back_untouched(
    world: World, visitor: Visitor
) -> None:
    await signed_in(world, visitor)
    application = await site(world)
    for mode, mark in (("query", "?"), ("fragment", "#")):
        answer = await opens(visitor, asks(world, application, response_mode=mode))
        assert answer.status_code == 302
        assert answer.headers["location"].startswith(f"{BACK}{mark}")
        assert brought(answer)["state"] == "s/t?a te"
    posted = await visitor.open(asks(world, application, response_mode="form_post"))
    assert f'action="{BACK}"' in posted.html
    assert "form-action https://staff.contoso.test;" in posted.headers["content-security-policy"]
    silent = await opens(visitor, asks(world, application, prompt="none"))
    assert "code" in brought(silent)


async def test_a_silent_client_is_told_what_is_missing(world: World, visitor: Visitor) -> None:
    application = await site(world)
    nobody = await opens(visitor, asks(world, application, prompt="none"))
    assert brought(nobody)["error"] == "login_required"
    assert "AADSTS50058" in brought(nobody)["error_description"]
    await signed_in(world, visitor)
    other = await site(world, consented=frozenset())
    consent = await opens(visitor, asks(world, other, prompt="none"))
    assert brought(consent)["error"] == "consent_required"
    world.later(minutes=30)
    old = await opens(visitor, asks(world, application, prompt="none", max_age="60"))
    assert brought(old)["error"] == "login_required"


async def test_OI7_max_age_and_prompt_ask_anew_whoever_is_signed_in(
    world: World, visitor: Visitor
) -> None:
    await signed_in(world, visitor)
    application = await site(world)
    for changed in ({"prompt": "login"}, {"max_age": "60"}):
        world.later(minutes=5)
        await visitor.open(asks(world, application, **changed))
        await signs_in(world, visitor)
        assert visitor.page.path.startswith("/oauth/continue/")
        address = visitor.page.html.split('content="0;url=')[1].split('"')[0]
        code = parse_qs(urlsplit(address.replace("&amp;", "&")).query)["code"][0]
        body = (await exchanged(world, visitor, application, code)).json()
        assert claims(body["id_token"])["auth_time"] == int(world.now.timestamp())


async def test_OI7_a_second_proof_is_demanded_and_named_truly(
    world: World, visitor: Visitor
) -> None:
    robin, application = await world.person(), await site(world)
    await visitor.open("/signin")
    await signs_in(world, visitor)
    body = (
        await exchanged(world, visitor, application, await code_of(world, visitor, application))
    ).json()
    assert (claims(body["id_token"])["amr"], claims(body["id_token"])["acr"]) == (["pwd"], "1")
    demand = json.dumps({"id_token": {"amr": {"essential": True, "values": ["mfa"]}}})
    page = await visitor.open(asks(world, application, claims=demand))
    assert page.status == 403
    assert "50079" in page.text
    silent = await opens(visitor, asks(world, application, acr_values="mfa", prompt="none"))
    assert brought(silent)["error"] == "interaction_required"
    world.later(minutes=1)
    assert robin


async def test_OI10_a_stranger_asks_for_consent_once(world: World, visitor: Visitor) -> None:
    await signed_in(world, visitor)
    application = await site(world, consented=frozenset())
    page = await visitor.open(asks(world, application))
    assert "Permissions requested" in page.text
    action = page.path
    form = asked(page)
    denied = await visitor.send(form.action, button=("answer", "deny"))
    assert "error=access_denied" in denied.html
    await visitor.open(asks(world, application))
    form = asked(visitor.page)
    allowed = await visitor.send(form.action, button=("answer", "allow"))
    assert "code=" in allowed.html
    assert "code" in brought(await opens(visitor, asks(world, application)))
    # Less than what was allowed goes without a question, more does not, and some is not theirs.
    more = asks(world, application, scope="UserAuthenticationMethod.Read", prompt="none")
    assert brought(await opens(visitor, more))["error"] == "consent_required"
    admin = await visitor.open(asks(world, application, scope="User.ReadWrite.All"))
    assert (admin.status, "90094" in admin.text) == (400, True)
    assert action


async def test_prompt_select_account_asks_which(world: World, visitor: Visitor) -> None:
    await signed_in(world, visitor)
    application = await site(world)
    world.later(minutes=1)
    page = await visitor.open(asks(world, application, prompt="select_account"))
    form = asked(page)
    assert "code=" in (await visitor.send(form.action, button=("answer", "this"))).html
    await visitor.open(asks(world, application, prompt="select_account"))
    form = asked(visitor.page)
    await visitor.send(form.action, button=("answer", "another"))
    assert visitor.page.path.startswith("/signin?")


async def test_OI2_a_wrong_redirect_address_is_never_followed(
    world: World, visitor: Visitor
) -> None:
    application = await site(world)
    for mutated in (
        f"{BACK}/",
        f"{BACK}?x=1",
        BACK.replace("https", "http"),
        BACK.replace("staff.", "STAFF."),
        BACK.replace(".test", ".test:443"),
        BACK.replace("staff.contoso.test", "staff.contoso.test@evil.test"),
        BACK.replace("signed-in", "signed%2Din"),
        BACK.replace("signed-in", "x/../signed-in"),
        "https://evil.test/",
        "javascript:alert(1)",
    ):
        page = await visitor.open(asks(world, application, redirect_uri=mutated))
        assert (page.status, "50011" in page.text) == (400, True), mutated
    for changed, told in (
        ({"client_id": "11111111-1111-4111-8111-111111111111"}, "700016"),
        ({"client_id": None}, "900144"),
        ({"response_mode": "web_message"}, "700052"),
        ({"scope": "x" * 5000}, "9000410"),
    ):
        page = await visitor.open(asks(world, application, **changed))
        assert (page.status, told in page.text) == (400, True), changed
    page = await visitor.open(asks(world, application).replace(world.store.tenant_id, "nowhere"))
    assert "90002" in page.text
    native = await site(world, redirects=(Redirect("http://localhost", RedirectKind.NATIVE),))
    await signed_in(world, visitor)
    for port in ("", ":40565", ":1/"):
        answer = await opens(visitor, asks(world, native, redirect_uri=f"http://localhost{port}"))
        assert "code" in brought(answer), port
    for mutated in (
        "http://localhost:1/x",
        "http://127.0.0.1:1",
        "https://localhost",
        "http://localhost.evil.test",
    ):
        page = await visitor.open(asks(world, native, redirect_uri=mutated))
        assert "50011" in page.text, mutated


async def test_OI1_what_is_wrong_is_told_to_the_client(world: World, visitor: Visitor) -> None:
    application = await site(world)
    for changed, error in (
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"scope": None}, "invalid_request"),
        ({"claims": "["}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"request": "e30."}, "invalid_request"),
    ):
        answer = await opens(visitor, asks(world, application, **changed))
        assert brought(answer)["error"] == error, changed
        assert brought(answer)["state"] == "s/t?a te"
        assert brought(answer)["iss"] == world.granting.tenant.issuer


async def test_a_hybrid_client_gets_an_id_token_where_its_record_says_so(
    world: World, visitor: Visitor
) -> None:
    await signed_in(world, visitor)
    application = await site(world, may_get_id_tokens=True, needs_pkce=False, is_public=False)
    both = asks(
        world,
        application,
        response_type="code id_token",
        code_challenge=None,
        code_challenge_method=None,
    )
    answer = brought(await opens(visitor, both))
    half = hashlib.sha256(answer["code"].encode()).digest()[:16]
    assert (
        claims(answer["id_token"])["c_hash"] == base64.urlsafe_b64encode(half).rstrip(b"=").decode()
    )
    alone = brought(await opens(visitor, asks(world, application, response_type="id_token")))
    assert "code" not in alone
    for changed in ({"nonce": None}, {"response_mode": "query"}):
        refused = asks(world, application, response_type="id_token", **changed)
        assert urlsplit((await opens(visitor, refused)).headers["location"])


@pytest.mark.both_engines
async def test_OI3_a_code_works_once_and_its_second_use_ends_the_first(
    world: World, visitor: Visitor
) -> None:
    await signed_in(world, visitor)
    application, other = await site(world), await site(world)
    code = await code_of(world, visitor, application)
    for changed, expected in (
        ({"code_verifier": "c" * 43}, 501481),
        ({"code_verifier": ""}, 501481),
        ({"redirect_uri": LOGOUT}, 70000),
        ({"client_id": str(other.id)}, 70000),
        ({"code": "unknown"}, 70000),
    ):
        told = {"code": code, **changed}
        assert number(await exchanged(world, visitor, application, **told)) == expected
    first = await exchanged(world, visitor, application, code)
    await shown(world, first.json()["access_token"])
    assert number(await exchanged(world, visitor, application, code)) == 54005
    with pytest.raises(TokenRefusedError) as refused:
        await shown(world, first.json()["access_token"])
    assert refused.value.reason is Reason.REVOKED
    again = {"grant_type": "refresh_token", "refresh_token": first.json()["refresh_token"]}
    assert number(await token(world, visitor, application, **again)) == 70008
    late = await code_of(world, visitor, application)
    world.later(seconds=60)
    assert number(await exchanged(world, visitor, application, late)) == 70008


@pytest.mark.both_engines
async def test_OI4_a_refresh_token_that_is_used_again_ends_its_family(
    world: World, visitor: Visitor
) -> None:
    await signed_in(world, visitor)
    application, other = await site(world), await site(world)

    async def refreshed(value: str, of: Application = application) -> httpx2.Response:
        fields = {"grant_type": "refresh_token", "refresh_token": value}
        return await token(world, visitor, of, **fields)

    code = await code_of(world, visitor, application)
    first = (await exchanged(world, visitor, application, code)).json()["refresh_token"]
    assert number(await refreshed(first, other)) == 70008
    assert number(await refreshed("unknown")) == 70008
    second = (await refreshed(first)).json()["refresh_token"]
    assert number(await refreshed(first)) == 70000  # at once: the answer may have been lost
    third = (await refreshed(second)).json()["refresh_token"]
    world.later(seconds=6)
    assert number(await refreshed(second)) == 70000
    assert number(await refreshed(third)) == 70008
    code = await code_of(world, visitor, application)
    last = (await exchanged(world, visitor, application, code)).json()["refresh_token"]
    world.later(days=90)
    assert number(await refreshed(last)) == 70008


@pytest.mark.both_engines
async def test_OI4_a_raised_epoch_ends_every_kind_of_token(world: World, visitor: Visitor) -> None:
    robin, application = await signed_in(world, visitor), await site(world)
    waiting = await code_of(world, visitor, application)
    code = await code_of(world, visitor, application)
    body = (await exchanged(world, visitor, application, code)).json()
    await world.store.commit(RaiseEpoch(user_id=robin.user.id))
    with pytest.raises(TokenRefusedError):
        await shown(world, body["access_token"])
    again = {"grant_type": "refresh_token", "refresh_token": body["refresh_token"]}
    assert number(await token(world, visitor, application, **again)) == 50173
    assert number(await exchanged(world, visitor, application, waiting)) == 50173
    silent = await opens(visitor, asks(world, application, prompt="none"))
    assert brought(silent)["error"] == "login_required"


async def test_OI12_an_application_signs_out_by_its_id_token(
    world: World, visitor: Visitor
) -> None:
    await signed_in(world, visitor)
    application = await site(world)
    body = (
        await exchanged(world, visitor, application, await code_of(world, visitor, application))
    ).json()
    tenant = world.store.tenant_id

    def leaves(**fields: str) -> str:
        return f"/{tenant}/oauth2/v2.0/logout?{urlencode(fields)}"

    there = {"post_logout_redirect_uri": LOGOUT, "state": "x"}
    page = await visitor.open(leaves(client_id=application.id, **there))
    assert "Sign out?" in page.text
    assert (await visitor.open("/myapps")).path == "/myapps"
    forged = await visitor.open(leaves(id_token_hint=body["access_token"], **there))
    assert "Sign out?" in forged.text
    gone = await visitor.http.get(leaves(id_token_hint=body["id_token"], **there))
    assert gone.headers["location"] == f"{LOGOUT}?state=x"
    assert (await visitor.open("/myapps")).path.startswith("/signin")
    nobody = await visitor.http.get(leaves(id_token_hint=body["id_token"], **there))
    assert nobody.headers["location"] == f"{LOGOUT}?state=x"
    evil = leaves(id_token_hint=body["id_token"], post_logout_redirect_uri="https://evil.test/")
    assert (await visitor.http.get(evil)).headers["location"] == "/signed-out"
