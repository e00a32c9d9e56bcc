from datetime import timedelta

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from proofup.pages.cookies import Cookie, Cookies
from proofup.web.public_url import PublicUrl

VALUE = "v" * 43


def of(url: str) -> Cookies:
    return Cookies.of(PublicUrl.of(url))


@pytest.mark.parametrize("cookie", [one for one in Cookie if one.lifetime is None])
def test_SE2_with_tls_a_cookie_is_bound_to_the_host_and_hidden_from_script(cookie: Cookie) -> None:
    response = Response()
    of("https://id.contoso.test").set(response, cookie, VALUE)
    assert response.headers["set-cookie"] == (
        f"__Host-{cookie}={VALUE}; Path=/; HttpOnly; SameSite=Lax; Secure"
    )


def test_on_this_machine_without_tls_there_is_no_prefix_and_no_secure() -> None:
    response = Response()
    of("http://localhost:8080").set(response, Cookie.SESSION, VALUE)
    assert response.headers["set-cookie"] == f"pu_s={VALUE}; Path=/; HttpOnly; SameSite=Lax"


def test_SE5_what_a_browser_is_remembered_by_lasts_and_goes_with_no_link_from_elsewhere() -> None:
    response = Response()
    value = f"{'a' * 36}:{VALUE}.{'b' * 36}:{VALUE}"
    of("https://id.contoso.test").set(response, Cookie.DEVICE, value)
    assert response.headers["set-cookie"] == (
        f"__Host-pu_d={value}; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=31536000"
    )


def test_CH_14_a_session_may_be_kept_when_the_browser_is_closed() -> None:
    response = Response()
    cookies = of("https://id.contoso.test")
    cookies.set(response, Cookie.SESSION, VALUE, kept_for=timedelta(hours=24))
    assert response.headers["set-cookie"].endswith("; SameSite=Lax; Secure; Max-Age=86400")


def test_LNG_01_the_language_is_remembered_for_a_year() -> None:
    response = Response()
    of("https://id.contoso.test").set(response, Cookie.LANGUAGE, "de")
    assert response.headers["set-cookie"] == (
        "__Host-pu_l=de; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=31536000"
    )
    of("https://id.contoso.test").clear(response, Cookie.LANGUAGE)
    assert response.headers.getlist("set-cookie")[-1].count("Max-Age") == 1


def test_SE5_by_what_a_browser_is_known_is_kept_for_a_year_and_sent_to_our_own_forms() -> None:
    response = Response()
    of("https://id.contoso.test").set(response, Cookie.KNOWN, VALUE)
    assert response.headers["set-cookie"] == (
        f"__Host-pu_k={VALUE}; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=31536000"
    )


def test_a_cleared_cookie_is_gone_at_once() -> None:
    response = Response()
    of("https://id.contoso.test").clear(response, Cookie.TRANSACTION)
    assert response.headers["set-cookie"].startswith("__Host-pu_t=; ")
    assert response.headers["set-cookie"].endswith("; Max-Age=0")


@pytest.mark.parametrize("value", ["short", "a; Domain=evil.test", "x" * 200, "ä" * 20])
def test_a_value_that_is_no_token_is_neither_set_nor_read(value: str) -> None:
    cookies = of("http://localhost")
    with pytest.raises(ValueError, match="never holds"):
        cookies.header(Cookie.SESSION, value)
    header = [(b"cookie", f"pu_s={value}".encode("latin-1"))]
    request = Request({"type": "http", "headers": header})
    assert cookies.read(request, Cookie.SESSION) is None


def test_a_cookie_without_the_prefix_does_not_count_with_tls() -> None:
    request = Request({"type": "http", "headers": [(b"cookie", f"pu_s={VALUE}".encode())]})
    assert of("https://id.contoso.test").read(request, Cookie.SESSION) is None
    assert of("http://localhost").read(request, Cookie.SESSION) == VALUE


def test_a_session_ends_with_the_browser(client: TestClient) -> None:
    answer = client.get("/away")
    assert "Max-Age" not in answer.headers["set-cookie"]
    assert "Expires" not in answer.headers["set-cookie"]
