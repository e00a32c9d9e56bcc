"""Every address with every method: headers, caching, and that GET changes nothing."""

import re
from datetime import timedelta

import httpx2
import pytest

from journeys.conftest import NewVisitor
from journeys.house import GRAPH, House, moved_in, routes_of
from journeys.steps import PHONE, everything, to_challenge
from proofup.assembly.service import Service
from proofup.values.messages import DeliveryState
from proofup.values.sealing import KeyPurpose
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
LOOKS = (  # a method, and what a browser says of the page that asks
    *(("GET", site) for site in ("cross-site", "same-origin", "none")),
    *(("HEAD", "cross-site"), ("OPTIONS", "cross-site")),
)
# Letters that a server in front might take for another file, or cut off.
SUFFIXES = ("/x.css", ".css", "/", ";x.css", "%2fx.css", "%00.css", "%0a.css", "/../x")
NONCE = re.compile(r"'nonce-([A-Za-z0-9_-]{22})'")
POLICY = (
    "default-src 'none'; script-src 'nonce-…' 'strict-dynamic'; style-src 'nonce-…'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'"
)
FOR_EVERYBODY = (  # scripts of other origins read it, without cookies
    *("/common/oauth2/v2.0/token", "/common/oauth2/v2.0/devicecode", "/common/v2.0/"),
    *("/common/discovery/", "/common/userrealm/", "/adfs/", "/oidc/", "/metadata/"),
    *("/tenants", "/subscriptions", "/.well-known/webfinger"),
    *GRAPH,
)
FOR_PROGRAMS = (
    *("/healthz", "/readyz", "/metrics", "/delivery/", "/authenticator/v1/"),
    *FOR_EVERYBODY,
)
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
}


@pytest.fixture
async def house(world: World, visitor: Visitor, service: Service) -> House:
    return await moved_in(world, visitor, service.app)


def addresses(house: House) -> list[str]:
    """Return an address of every route of every door."""
    routes = [route for _, route in routes_of(house.doors)]
    # Both versions of Graph are one table; one of them is enough.
    routes = [one for one in routes if not one.path.startswith("/beta/")]
    return [address for one in routes for address in house.addresses(one)]


def demand_headers(answer: httpx2.Response, path: str) -> None:
    headers = answer.headers
    for name, value in ALWAYS.items():
        assert headers.get_list(name) == [value], (path, name)
    assert "publickey-credentials-get=(self)" in headers["permissions-policy"], path
    assert "server" not in headers, path
    if not path.startswith(FOR_EVERYBODY):
        assert not [name for name in headers if name.startswith("access-control-")], path
    assert re.fullmatch(r"[0-9a-f-]{36}", headers["x-request-id"]), path
    policy = headers["content-security-policy"]
    if headers.get("content-type", "").startswith("text/html"):
        assert NONCE.sub("'nonce-…'", policy).startswith(POLICY), path
        (nonce,) = set(NONCE.findall(policy))
        assert all(f'nonce="{nonce}"' in tag for tag in re.findall(r"<script[^>]*>", answer.text))
        assert " style=" not in answer.text, path
        assert not re.search(r"\son[a-z]+=", answer.text), path
    else:
        assert policy.startswith("default-src 'none'; frame-ancestors 'none'"), path
    if path.startswith("/static/") and answer.status_code == 200:
        assert headers["cache-control"] == "public, max-age=31536000, immutable"
        assert headers["vary"] == "Accept-Encoding"
    elif not (path.endswith("openid-configuration") and answer.status_code == 200):
        assert headers["cache-control"] == "no-store", path
        if not path.startswith(FOR_PROGRAMS):
            assert "cookie" in headers["vary"].lower(), path


def asked(house: House, path: str, stranger: Visitor) -> list[tuple[str, Visitor]]:
    """Return the methods to send to ``path``, each with who sends it."""
    if path.startswith(GRAPH):  # reads no cookie, and answers all without a token in one way
        return [(method, stranger) for method in ("GET", "POST", "OPTIONS", "PROPFIND")]
    # The forms of whoever is signed in have tests of their own, and this must change nothing.
    ours = [(method, house.visitor) for method in METHODS if method != "POST"]
    return [*ours, ("GET", stranger), ("POST", stranger)]


async def test_WE6_every_answer_carries_every_header(house: House, new_visitor: NewVisitor) -> None:
    stranger = new_visitor()
    seen: set[int] = set()
    for path in [*addresses(house), "/nothing", "/nothing/at/all", "/signin/"]:
        for method, visitor in asked(house, path, stranger):
            answer = await visitor.http.request(
                method, path, headers={"sec-fetch-site": "same-origin"}
            )
            assert answer.status_code < 500, (method, path)
            demand_headers(answer, path)
            seen.add(answer.status_code)
    assert {200, 204, 303, 400, 404, 405} <= seen


async def test_WE7_looking_changes_nothing(
    world: World, house: House, new_visitor: NewVisitor
) -> None:
    stranger = new_visitor()
    before = await everything(world)
    for path in addresses(house):
        for visitor in (stranger,) if path.startswith(GRAPH) else (house.visitor, stranger):
            for method, site in LOOKS:
                await visitor.http.request(method, path, headers={"sec-fetch-site": site})
    assert await everything(world) == before


async def test_a_method_that_a_page_does_not_take_names_the_ones_it_takes(house: House) -> None:
    for path in addresses(house):
        if path.startswith(GRAPH):  # answers whoever has no token first
            continue
        answer = await house.visitor.http.request(
            "PUT", path, headers={"sec-fetch-site": "same-origin"}
        )
        assert answer.status_code == 405, path
        assert answer.headers["allow"], path


async def test_WE9_a_suffix_shows_nobodys_page(house: House) -> None:
    for path in addresses(house):
        for suffix in SUFFIXES[:2] if path.startswith(GRAPH) else SUFFIXES:
            answer = await house.visitor.http.get(f"{path.rstrip('/')}{suffix}")
            if path == "/" and suffix == "/":
                continue
            shown = answer.status_code == 200 and "Robin" in answer.text
            assert not shown, f"{path}{suffix}"
            assert answer.status_code != 500
            if path.startswith("/common/userrealm/"):
                continue  # any name has the same answer
            if path.startswith(GRAPH):
                assert answer.status_code in {400, 401, 405}, f"{path}{suffix}"
            elif not path.startswith(
                ("/not-me/", "/invitation/", "/oauth/continue/")
            ):  # 410: no such link
                assert answer.status_code in {404, 405}, f"{path}{suffix}"


async def test_WE9_signed_in_pages_are_kept_nowhere(house: House) -> None:
    for path in ("/security-info", house.change, house.new_app, house.removal):
        answer = await house.visitor.http.get(path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"


async def test_every_nonce_is_its_own(house: House) -> None:
    found = set()
    for _ in range(5):
        answer = await house.visitor.http.get("/security-info")
        found |= set(NONCE.findall(answer.headers["content-security-policy"]))
    assert len(found) == 5


async def test_AD13_health_says_up_and_no_more(visitor: Visitor) -> None:
    for path in ("/healthz", "/readyz"):
        answer = await visitor.http.get(path)
        assert (answer.status_code, answer.text) == (200, "up")
        assert "set-cookie" not in answer.headers


async def test_a_receipt_that_nobody_signed_is_refused(visitor: Visitor, house: House) -> None:
    path = "/delivery/v1/receipts/0197a3f0-6c1e-7d30-9b52-3f6a1c0e8d47"
    answer = await visitor.http.post(path, content=b"{}")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "unauthorized"
    assert "robin" not in answer.text.lower()


async def test_a_receipt_of_kannel_with_its_proof_moves_the_text_on(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await to_challenge(visitor)
    (claimed,) = await world.store.outbox.claim("text", 5, timedelta(minutes=1), world.now)
    proof = world.store.keys.digest(KeyPurpose.RECEIPTS, "kannel", claimed.id).hex()
    path = f"/delivery/v1/kannel/{claimed.id}"
    answer = await visitor.http.get(path, params={"status": "1", "proof": proof})
    assert answer.status_code == 204
    progress = await world.store.outbox.progress(claimed.id)
    assert progress
    assert progress.state is DeliveryState.DELIVERED


async def test_NE2_a_receipt_of_kannel_without_its_proof_is_refused(visitor: Visitor) -> None:
    path = "/delivery/v1/kannel/0197a3f0-6c1e-7d30-9b52-3f6a1c0e8d47"
    answer = await visitor.http.get(path, params={"status": "1", "proof": 64 * "0"})
    assert answer.status_code == 404
