import pytest
from msgspec.structs import replace
from starlette.testclient import TestClient

from pages.conftest import LOCAL
from pages.samples import NOON
from proofup.pages.csrf import (
    FIELD,
    OtherSignInError,
    StaleFormError,
    form_token,
    require_form_token,
)
from proofup.pages.page_context import PageContext
from proofup.values.client import Client
from proofup.values.ids import CorrelationId

CONTEXT = PageContext(
    at=NOON,
    request_id="r",
    correlation_id=CorrelationId("4f6c2a1e-8d0b-4c57-9b3e-2d7a51c09e84"),
    nonce="n",
    client=Client(address="203.0.113.24"),
    browser_secret="b" * 43,
)
OURS = {"sec-fetch-site": "same-origin"}


def token_for(client: TestClient, action: str) -> str:
    """Return the token of a form to ``action`` in this browser, as a page would hold it."""
    client.get("/sample/name")
    context = replace(
        CONTEXT, browser_secret=client.cookies["pu_b"], session_token=client.cookies.get("pu_s")
    )
    return form_token(context, action)


def test_WE7_a_token_is_good_for_its_form_its_browser_and_its_session() -> None:
    token = form_token(CONTEXT, "/signin")
    require_form_token(CONTEXT, "/signin", token)
    others = (
        (CONTEXT, "/signin/password"),
        (replace(CONTEXT, browser_secret="c" * 43), "/signin"),
        (replace(CONTEXT, session_token="s" * 43), "/signin"),
    )
    for context, action in others:
        with pytest.raises(StaleFormError):
            require_form_token(context, action, token)
    for wrong in (None, "", token[:-1], token + "=", "ä" * 43):
        with pytest.raises(StaleFormError):
            require_form_token(CONTEXT, "/signin", wrong)


def test_WE7_a_form_of_our_page_is_taken(client: TestClient) -> None:
    data = {FIELD: token_for(client, "/take"), "code": "123456"}
    assert client.post("/take", data=data, headers=OURS).text == "123456"
    assert client.post("/take", data=data, headers={"sec-fetch-site": "none"}).text == "123456"
    assert client.post("/take", data=data, headers={"origin": LOCAL}).text == "123456"
    # Safari before 16.4, which our own pages told to name no referrer.
    assert client.post("/take", data=data, headers={"origin": "null"}).text == "123456"


def test_WE7_an_origin_that_is_not_told_leaves_it_to_the_token(client: TestClient) -> None:
    token_for(client, "/take")
    for token in (None, "", "x" * 43):
        data = {"code": "123456"} | ({} if token is None else {FIELD: token})
        answer = client.post("/take", data=data, headers={"origin": "null"})
        assert answer.status_code == 403
    client.cookies.clear()  # a page elsewhere has the token of its own browser, at the most
    token = form_token(replace(CONTEXT, browser_secret="c" * 43), "/take")
    answer = client.post("/take", data={FIELD: token, "code": "123456"}, headers={"origin": "null"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": LOCAL},
        {"sec-fetch-site": "cross-site", "origin": "null"},
        {"origin": "http://localhost:8081"},
        {"origin": "http://localhost:8080.evil.test"},
    ],
)
def test_WE7_a_form_of_another_site_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    data = {FIELD: token_for(client, "/take"), "code": "123456"}
    answer = client.post("/take", data=data, headers=headers)
    assert answer.status_code == 403
    assert "Another site sent this form" in answer.text


@pytest.mark.parametrize("token", [None, "", "stale", "ÿ"])
def test_WE7_a_stale_or_missing_token_changes_nothing_and_says_so(
    client: TestClient, token: str | None
) -> None:
    data = {"code": "123456"} | ({} if token is None else {FIELD: token})
    answer = client.post("/take", data=data, headers=OURS)
    assert answer.status_code == 403
    assert "This form is too old" in answer.text
    assert "Nothing was changed" in answer.text


def test_WE7_a_form_of_before_the_sign_in_is_worth_nothing_after(client: TestClient) -> None:
    data = {FIELD: token_for(client, "/take"), "code": "123456"}
    client.get("/away")  # sets the session
    assert client.post("/take", data=data, headers=OURS).status_code == 403
    data = {FIELD: token_for(client, "/take"), "code": "123456"}
    assert client.post("/take", data=data, headers=OURS).status_code == 200


def test_what_no_page_of_ours_sent_is_refused(client: TestClient) -> None:
    assert client.post("/take").status_code == 403
    assert client.put("/sample/name").status_code == 403


def test_a_form_of_a_sign_in_is_worth_nothing_in_the_next() -> None:
    first, second = (replace(CONTEXT, transaction_token=letter * 43) for letter in "tu")
    for action in ("/signin/password", "/signin/challenge/send"):
        token = form_token(first, action)
        require_form_token(first, action, token)
        require_form_token(CONTEXT, action, token)  # it is over: the step itself says so
        with pytest.raises(OtherSignInError):
            require_form_token(second, action, token)
    token = form_token(replace(first, is_proving_up=True), "/security-info/phone")
    with pytest.raises(OtherSignInError):
        require_form_token(second, "/security-info/phone", token)
    for action in ("/signin", "/security-info/phone"):
        require_form_token(second, action, form_token(first, action))
