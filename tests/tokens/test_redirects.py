"""Which addresses may be registered, and which are then the same."""

import pytest

from proofup.tokens.application import Redirect, RedirectKind
from proofup.tokens.redirects import (
    InvalidRedirectError,
    checked_identifier,
    checked_redirect,
    registered_as,
)

NATIVE = Redirect("http://localhost", RedirectKind.NATIVE)


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("http://site.test/", "not https"),
        ("javascript:alert(1)", "no address"),
        ("https://", "no address"),
        ("https://site.test:x/", "no address"),
        ("https://site.test\\@evil.test/", "no address"),
        ("https://user@site.test/", "user"),
        ("https://site.test/#x", "fragment"),
        ("https://*.site.test/", "pattern"),
        ("https://sité.test/", "letters"),
        ("https://site.test/\n", "letters"),
        ("https://site.test/ x", "letters"),
        ("https://site.test/" + "x" * 2048, "letters"),
    ],
)
def test_OI2_what_could_lead_elsewhere_is_not_registered(uri: str, reason: str) -> None:
    with pytest.raises(InvalidRedirectError) as refused:
        checked_redirect(Redirect(uri))
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "uri", ["https://site.test/x?y=1", "http://127.0.0.1:5000/", "http://[::1]/"]
)
def test_https_and_the_machine_itself_are_registered(uri: str) -> None:
    assert checked_redirect(Redirect(uri)).uri == uri


@pytest.mark.parametrize(
    "uri", ["phones", "api://phones/", "api://my phones", "api://" + "x" * 300]
)
def test_what_could_be_read_in_two_ways_names_no_application(uri: str) -> None:
    with pytest.raises(InvalidRedirectError) as refused:
        checked_identifier(uri)
    assert refused.value.reason == "no identifier"


def test_only_the_port_of_a_native_program_is_free() -> None:
    site = Redirect("https://site.test/", RedirectKind.NATIVE)
    web = Redirect("http://localhost:5000/x", RedirectKind.WEB)
    for asked in ("http://localhost", "http://localhost/", "http://localhost:1"):
        assert registered_as([site, web, NATIVE], asked) is NATIVE
    for asked in (
        "http://localhost:x",
        "https://site.test:1/",
        "http://localhost:5000/y",
        "http://LOCALHOST:1",
    ):
        assert registered_as([site, web, NATIVE], asked) is None
    assert registered_as([web], "http://localhost:5000/x") is web
