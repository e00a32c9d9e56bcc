import pytest
from jinja2 import UndefinedError
from starlette.requests import Request

from pages.samples import NOON, ROBIN, House
from proofup.pages.page_context import PageContext, context_of, remember
from proofup.pages.pages import initials
from proofup.values.client import Client
from proofup.values.ids import CorrelationId
from proofup.web.request_context import KEY

CONTEXT = PageContext(
    at=NOON,
    request_id="r",
    correlation_id=CorrelationId("4f6c2a1e-8d0b-4c57-9b3e-2d7a51c09e84"),
    nonce="n",
    client=Client(address="203.0.113.24"),
    session_token="secret-of-the-session",
    browser_secret="secret-of-the-browser",
)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Robin Ashby", "RA"),
        ("robin.ashby@contoso.test", "RA"),
        ("Ana Maria da Silva", "AS"),
        ("Zoë", "Z"),
        ("", "?"),
        ("<b>", "B"),
        ("李 小龙", "李小"),
    ],
)
def test_an_avatar_has_the_first_and_the_last_initial(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_gap_in_a_page_is_an_error(local: House) -> None:
    request = Request({"type": "http", "path": "/signin", KEY: CONTEXT})
    with pytest.raises(UndefinedError):
        local.pages.render(request, "signin/password.html")


def test_a_context_shows_its_reference_and_hides_its_secrets() -> None:
    assert CONTEXT.reference == "4F6C-2A1E"
    assert "secret" not in repr(CONTEXT)


def test_a_door_notes_who_it_is_and_which_sign_in() -> None:
    scope = {KEY: CONTEXT}
    assert remember(scope, person=ROBIN).person is ROBIN
    remember(scope, correlation_id=CorrelationId("91e0c7d4-3b6f-4f0a-8a52-7c1d60be94f3"))
    assert context_of(scope).person is ROBIN
    assert context_of(scope).reference == "91E0-C7D4"
    with pytest.raises(TypeError):
        context_of({KEY: "none"})
