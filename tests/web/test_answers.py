import logging
from typing import Any

import pytest
from msgspec.structs import replace
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mounted import NOON
from proofup.values.client import Client
from proofup.values.errors import (
    LimitReachedError,
    ProofupError,
    SlotTakenError,
    TooBusyError,
    UnreadableSecretError,
)
from proofup.values.ids import CorrelationId
from proofup.web.answers import Answers
from proofup.web.dialect import Table, answer_to
from proofup.web.programs import COMMON, ProgramDialect, as_json
from proofup.web.request_context import KEY, RequestContext

CONTEXT = RequestContext(
    at=NOON,
    request_id="r-1",
    correlation_id=CorrelationId("c-1"),
    nonce="n",
    client=Client(address="203.0.113.24"),
)
DIALECT = ProgramDialect(as_json)


class WordlessDialect(ProgramDialect, frozen=True):
    """A dialect that fails while it answers an error."""

    @property
    def table(self) -> Table:
        async def fails(_: Request, __: Exception) -> Response:
            raise OSError("no templates")

        return {**super().table, Exception: fails}


def raising(error: BaseException, *, after: bytes | None = None) -> ASGIApp:
    async def app(_: Scope, __: Receive, send: Send) -> None:
        if after is not None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": after})
        raise error

    return app


def client_of(app: ASGIApp, dialect: ProgramDialect = DIALECT) -> TestClient:
    answered = Answers(app, dialect)

    async def begun(scope: Scope, receive: Receive, send: Send) -> None:
        scope[KEY] = CONTEXT
        await answered(scope, receive, send)

    return TestClient(begun)


def test_an_error_with_a_line_in_the_table_is_answered_by_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = client_of(raising(TooBusyError(3))).get("/")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")
    assert answer.json()["error"]["code"] == "busy"
    assert not caplog.records


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("a secret: 481516"), UnreadableSecretError(), ProofupError()]
)
def test_any_other_error_is_a_fault_that_tells_its_ids_and_nothing_else(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = client_of(raising(error)).get("/")
    assert answer.status_code == 500
    assert answer.json()["error"] == {
        "code": "internalError",
        "message": "something went wrong on our side; correlation id c-1",
    }
    (record,) = caplog.records
    assert (record.__dict__["correlation_id"], record.__dict__["request_id"]) == ("c-1", "r-1")
    assert record.exc_info


def test_a_fault_in_telling_of_a_fault_still_ends_in_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = client_of(raising(ZeroDivisionError()), WordlessDialect(as_json)).get("/")
    assert (answer.status_code, answer.text) == (500, "Something went wrong on our side.")
    assert "failed too" in caplog.text


@pytest.mark.parametrize("error", [ZeroDivisionError(), TooBusyError()])
def test_an_error_after_the_answer_began_is_logged_and_ends_it(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    assert client_of(raising(error, after=b"half")).get("/").text == "half"
    assert "a request failed" in caplog.text


@pytest.mark.anyio
async def test_a_client_that_left_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    async def receive() -> Message:
        raise AssertionError

    async def send(_: Message) -> None:
        raise AssertionError

    await Answers(raising(ClientDisconnect()), DIALECT)({"type": "http"}, receive, send)
    assert not caplog.records


def test_the_nearest_class_above_an_error_answers_it() -> None:
    table = DIALECT.table
    assert answer_to(table, SlotTakenError) is not None
    assert answer_to(table, ProofupError) is None
    assert answer_to(table, UnreadableSecretError) is None
    assert answer_to({**table, ProofupError: table[Exception]}, UnreadableSecretError) is None


@pytest.mark.parametrize("kind", COMMON)
def test_every_common_line_is_told_with_a_status_and_a_code(kind: type[Any]) -> None:
    facts: dict[str, tuple[Any, ...]] = {
        "WrongHostError": (421, "https://id.contoso.test"),
        "BodyTooLargeError": (4096,),
        "HTTPException": (405,),
        "LimitReachedError": ("texts", NOON),
        "InvalidPhoneNumberError": ("empty",),
        "InvalidInputError": ("name",),
        "InvalidNameError": ("empty",),
        "InvalidMailAddressError": ("form",),
        "InvalidFieldError": ("displayName", "is missing."),
        "NameTakenError": ("robin@contoso.test",),
    }
    refusal = COMMON[kind](kind(*facts.get(kind.__name__, ())), CONTEXT)
    assert 400 <= refusal.status < 600
    assert refusal.code.isalpha()
    assert refusal.message
    assert "robin" not in refusal.message


def test_a_limit_says_when_to_come_again() -> None:
    later = LimitReachedError("texts", NOON)
    refusal = COMMON[LimitReachedError](later, replace(CONTEXT, at=NOON))
    assert (refusal.status, refusal.headers["retry-after"]) == (429, "1")
