import logging
from random import Random

import pytest
from msgspec.structs import replace
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.conftest import LOCAL
from pages.samples import FAULTS, NOON, House
from proofup.pages.errors import Problems
from proofup.pages.forms import FormTooSlowError
from proofup.web.headers import Headers
from proofup.web.last_resort import LastResort
from proofup.web.public_url import PublicUrl


@pytest.mark.parametrize(
    ("name", "status", "words", "retry_after"),
    [
        ("busy", 503, "Too many people at once", "3"),
        ("store", 503, "Nothing was changed", "1"),
        ("limit", 429, "Try again after 14:38 UTC", "300"),
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
    (record,) = [one for one in caplog.records if one.name == "proofup.web.last_resort"]
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
    faults: list[Exception] = [FormTooSlowError(), HTTPException(418), HTTPException(400)]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        error = faults.pop(0)
        answer = await problems.table()[type(error)](Request(scope), error)
        await answer(scope, receive, send)

    problems = local.dialect.problems
    client = behind(local, app)
    assert [client.get("/").status_code for _ in range(3)] == [408, 418, 400]


def test_a_fault_before_any_door_is_answered_too(local: House) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise FAULTS["fault"]

    client = behind(local, LastResort(app, local.dialect))
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text


def test_a_fault_of_the_page_itself_still_ends_in_words(
    local: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise FAULTS["fault"]

    class Broken(Problems, frozen=True):
        """Pages that cannot be made."""

        def problem(self, *_: object, **__: object) -> None:  # type: ignore[override]  # fails before it returns
            raise OSError("no templates")

    client = behind(local, LastResort(app, replace(local.dialect, problems=Broken(local.pages))))
    answer = client.get("/")
    assert answer.status_code == 500
    assert answer.text == "Something went wrong on our side."
    assert "failed too" in caplog.text


def test_a_fault_after_the_answer_began_is_logged_and_ends_it(
    local: House, caplog: pytest.LogCaptureFixture
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half"})
        raise FAULTS["fault"]

    client = behind(local, LastResort(app, local.dialect))
    assert client.get("/").text == "half"
    assert "a request failed" in caplog.text


@pytest.mark.anyio
async def test_a_client_that_left_is_no_fault(
    local: House, caplog: pytest.LogCaptureFixture
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise ClientDisconnect

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        raise AssertionError

    await LastResort(app, local.dialect)({"type": "http"}, receive, send)
    assert not caplog.records


def behind(local: House, app: ASGIApp) -> TestClient:
    """Return a client of ``app`` with the headers and the context around it."""
    url = PublicUrl.of(LOCAL)
    entropy = Random(3).randbytes  # noqa: S311 - a test that failed must fail again
    return TestClient(
        Headers(app, url, local.dialect, lambda: NOON, entropy),
        base_url=LOCAL,
        raise_server_exceptions=False,
    )
