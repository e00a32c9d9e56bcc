import logging
from random import Random

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.conftest import LOCAL
from pages.samples import NOON, House
from proofup.web.answers import Answers
from proofup.web.headers import Headers
from proofup.web.public_url import PublicUrl
from proofup.web.refusals import BodyTooSlowError


@pytest.mark.parametrize(
    ("name", "status", "words", "retry_after"),
    [
        ("busy", 503, "Too many people at once", "3"),
        ("store", 503, "Try again in 10 seconds.", "10"),
        ("limit", 429, ">14:38 UTC</time>.", "300"),
        ("stale", 409, "This was changed elsewhere", None),
        ("unknown", 503, "We can&#39;t tell whether this was saved", None),
    ],
)
def test_E_50087_each_refusal_of_the_core_has_its_page(
    client: TestClient, name: str, status: int, words: str, retry_after: str | None
) -> None:
    answer = client.get(f"/fault/{name}")
    assert answer.status_code == status
    assert words in answer.text
    assert answer.headers.get("retry-after") == retry_after


def test_a_fault_of_ours_tells_its_ids_and_nothing_else(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = client.get("/fault/fault")
    assert answer.status_code == 500
    assert "481516" not in answer.text
    assert "Zero" not in answer.text
    (record,) = [one for one in caplog.records if one.name == "proofup.web.answers"]
    correlation_id = record.__dict__["correlation_id"]
    assert correlation_id in answer.text
    assert record.__dict__["request_id"] == answer.headers["x-request-id"]
    assert record.exc_info


def test_ERR_01_the_page_of_a_problem_has_the_ids_the_time_and_a_way_on(client: TestClient) -> None:
    answer = client.get("/nothing")
    assert answer.status_code == 404
    for words in (
        "There is no page here",
        "404 Not Found",
        answer.headers["x-request-id"],
        "2026-11-21T14:32:30Z",
        'data-copy="ids-list"',
        'href="/"',
    ):
        assert words in answer.text


def test_a_wrong_method_says_which_are_right(client: TestClient) -> None:
    answer = client.get("/take")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


def test_ERR_04_a_number_of_entra_stands_where_there_is_one(local: House) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        answer = problems.problem(
            Request(scope),
            status=400,
            title="Wrong",
            what_to_do="Again.",
            number=50126,
            name="InvalidUserNameOrPassword",
            label="Sign-in stopped",
        )
        await answer(scope, receive, send)

    problems = local.dialect.problems
    text = behind(local, app).get("/").text
    assert "50126 InvalidUserNameOrPassword" in text
    assert "Sign-in stopped" in text


def test_a_slow_form_and_an_odd_status_have_pages(local: House) -> None:
    faults: list[Exception] = [BodyTooSlowError(), HTTPException(418), HTTPException(400)]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise faults.pop(0)

    client = behind(local, app)
    assert [client.get("/").status_code for _ in range(3)] == [408, 418, 400]


def behind(local: House, app: ASGIApp) -> TestClient:
    """Return a client of ``app`` with the headers, the context and the table around it."""
    answered = Answers(app, local.dialect)
    entropy = Random(3).randbytes  # noqa: S311 - a test that failed must fail again
    return TestClient(
        Headers(answered, PublicUrl.of(LOCAL), local.dialect, lambda: NOON, entropy),
        base_url=LOCAL,
    )


@pytest.mark.parametrize(
    ("host", "status"), [("evil.test", 421), ("localhost:9999", 421), ("id\xe4", 400)]
)
def test_another_host_is_told_the_right_address(client: TestClient, host: str, status: int) -> None:
    answer = client.get("/sample/name", headers={b"host": host.encode("latin-1")})
    assert answer.status_code == status
    assert "Its address is http://localhost:8080" in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
