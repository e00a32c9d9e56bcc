import re
from random import Random

import pytest
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from pages.samples import FAULTS, NOON, House
from proofup.web.headers import Headers
from proofup.web.public_url import PublicUrl

PLACES = {
    "page": "/sample/name",
    "signed-in page": "/sample/info",
    "redirect": "/away",
    "nothing there": "/nothing",
    "a suffix on a page": "/sample/name/x.css",
    "wrong method": "/take",
    "fault": "/fault/fault",
    "busy": "/fault/busy",
    "nothing static": "/static/none.css",
}
ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize("place", PLACES)
def test_WE6_every_answer_carries_the_headers(public_client: TestClient, place: str) -> None:
    headers = public_client.get(PLACES[place]).headers
    for name, value in ALWAYS.items():
        assert headers.get_list(name) == [value]
    assert headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "publickey-credentials-get=(self)" in headers["permissions-policy"]
    assert headers["cache-control"] == "no-store"
    assert re.fullmatch(r"[0-9a-f-]{36}", headers["x-request-id"])
    assert "server" not in headers


def test_WE6_static_files_carry_them_too(public: House, public_client: TestClient) -> None:
    headers = public_client.get(public.static.address("proofup.js")).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'; frame-ancestors")
    assert "strict-transport-security" in headers


def test_WE6_the_policy_of_a_page_is_strict_and_its_nonce_new(public_client: TestClient) -> None:
    first, second = (public_client.get("/sample/name") for _ in range(2))
    policy = first.headers["content-security-policy"]
    for part in (
        "default-src 'none'",
        "'strict-dynamic'",
        "base-uri 'none'",
        "object-src 'none'",
        "form-action 'self'",
        "require-trusted-types-for 'script'",
        "trusted-types htmx",
    ):
        assert part in policy
    assert "unsafe" not in policy
    nonces = [
        re.search("'nonce-([^']+)'", answer.headers["content-security-policy"])
        for answer in (first, second)
    ]
    assert nonces[0]
    assert nonces[1]
    assert len(nonces[0][1]) == 22, "128 bits"
    assert nonces[0][1] != nonces[1][1]
    assert f'nonce="{nonces[0][1]}"' in first.text


def test_without_tls_there_is_no_promise_of_tls(client: TestClient) -> None:
    assert "strict-transport-security" not in client.get("/sample/name").headers


def test_WE9_pages_are_never_kept_and_vary_by_cookie(client: TestClient) -> None:
    for name in ("name", "info"):
        headers = client.get(f"/sample/{name}").headers
        assert headers["cache-control"] == "no-store"
        assert headers["vary"].startswith("Cookie")


def test_WE9_an_unknown_suffix_of_a_page_is_404(client: TestClient) -> None:
    for suffix in ("/x.css", "/", "/../x.js", ";.css"):
        path = f"/signin/challenge/delivery{suffix}"
        assert client.get(path).status_code in {307, 404}, path


def test_each_request_has_an_id_of_its_own_and_none_from_outside(client: TestClient) -> None:
    told = {"x-request-id": "mine"}
    ids = {client.get("/sample/name", headers=told).headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3
    assert "mine" not in ids


def test_a_new_browser_gets_its_secret_with_its_first_page_and_keeps_it(client: TestClient) -> None:
    assert client.get("/nothing").cookies.get("pu_b") or client.cookies.get("pu_b")
    kept = client.cookies["pu_b"]
    assert "set-cookie" not in client.get("/sample/name").headers
    assert client.cookies["pu_b"] == kept


def test_only_pages_set_the_secret(local: House, client: TestClient) -> None:
    assert "set-cookie" not in client.get(local.static.address("mark.svg")).headers


@pytest.mark.anyio
async def test_an_answer_that_has_a_policy_of_its_own_keeps_it_and_loses_its_server(
    local: House,
) -> None:
    own = [
        (b"Content-Security-Policy", b"default-src 'none'"),
        (b"Server", b"secret/1.0"),
        (b"Vary", b"Accept"),
        (b"Cache-Control", b"no-cache"),
    ]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": own})

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        sent.extend(message["headers"])

    sent: list[tuple[bytes, bytes]] = []
    url = PublicUrl.of("https://id.contoso.test")
    entropy = Random(5).randbytes  # noqa: S311 - a test that failed must fail again
    headers = Headers(app, url, local.dialect, lambda: NOON, entropy)
    await headers({"type": "http", "headers": []}, receive, send)
    names = [name for name, _ in sent]
    for name, value in own:
        assert names.count(name.lower()) == (name != b"Server")
        assert ((name.lower(), value) in sent) is (name != b"Server")


def test_every_fault_is_in_the_table() -> None:
    assert len(FAULTS) == 6
