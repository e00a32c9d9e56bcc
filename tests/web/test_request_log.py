import logging
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from mounted import NOON
from proofup.values.client import Client
from proofup.values.ids import CorrelationId
from proofup.web.request_context import KEY, RequestContext
from proofup.web.request_log import RequestLog

CONTEXT: dict[str, Any] = {
    "at": NOON,
    "request_id": "r-1",
    "correlation_id": CorrelationId("c-1"),
    "nonce": "n",
    "client": Client(address="203.0.113.24"),
}


class Ticking:
    """A clock that moves by a quarter of a second each time somebody looks."""

    now = 0.0

    def __call__(self) -> float:
        self.now += 0.25
        return self.now


def client_of(app: ASGIApp, *, is_quiet: bool = False) -> TestClient:
    logged = RequestLog(app, is_quiet=is_quiet, seconds=Ticking())

    async def visited(scope: Scope, receive: Receive, send: Send) -> None:
        scope[KEY] = RequestContext(**CONTEXT)
        await logged(scope, receive, send)

    return TestClient(visited, raise_server_exceptions=False)


def pages() -> Starlette:
    async def page(_: Request) -> Response:
        return PlainTextResponse("here", 201)

    async def fault(_: Request) -> Response:
        raise ValueError

    return Starlette(
        routes=[
            Route("/not-me/{token}", page),
            Route("/fault", fault),
            Route("/healthz", page),
        ]
    )


def said(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    names = ("route", "status", "milliseconds", "correlation_id", "request_id")
    records = [record for record in caplog.records if record.getMessage() == "request ended"]
    return [{name: vars(record)[name] for name in names} for record in records]


def test_KE4_a_request_is_logged_by_its_route_and_never_by_its_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger="proofup")
    client_of(pages()).get("/not-me/a-secret-token?code=481620")
    assert said(caplog) == [
        {
            "route": "GET /not-me/{token}",
            "status": 201,
            "milliseconds": 250.0,
            "correlation_id": "c-1",
            "request_id": "r-1",
        }
    ]
    assert "secret" not in repr(
        [vars(record) for record in caplog.records if record.name.startswith("proofup")]
    )


def test_what_is_nowhere_and_what_fails_are_logged_too(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="proofup")
    client = client_of(pages())
    client.get("/nowhere/a-secret-token")
    client.post("/fault")
    assert [(line["route"], line["status"]) for line in said(caplog)] == [
        ("GET none", 404),
        ("POST /fault", 405),
    ]


def test_what_is_asked_all_the_time_is_logged_only_for_those_who_look_closely(
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = client_of(pages(), is_quiet=True)
    caplog.set_level(logging.INFO, logger="proofup")
    client.get("/healthz")
    assert said(caplog) == []
    caplog.set_level(logging.DEBUG, logger="proofup")
    client.get("/healthz")
    assert [line["route"] for line in said(caplog)] == ["GET /healthz"]
