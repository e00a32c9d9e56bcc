"""Somebody who calls Graph: every answer is held against the contract, where that is there."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx2

from graph.contract_check import check
from visitor import ORIGIN


@dataclass
class Reply:
    """An answer, read."""

    status: int
    body: dict[str, Any]
    headers: httpx2.Headers
    text: str

    @property
    def code(self) -> str:
        """The code of an error."""
        return str(self.body["error"]["code"])

    @property
    def message(self) -> str:
        """What is said of an error."""
        return str(self.body["error"]["message"])

    @property
    def items(self) -> list[dict[str, Any]]:
        """What is listed."""
        found: list[dict[str, Any]] = self.body["value"]
        return found


@dataclass
class Caller:
    """A program with a token."""

    http: httpx2.AsyncClient
    token: str | None

    async def call(
        self,
        verb: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Reply:
        """Make a call to ``path``, which begins with the version, or is an address given out."""
        told = dict(headers or {})
        if self.token is not None:
            told["authorization"] = f"Bearer {self.token}"
        if body is not None:
            told.setdefault("content-type", "application/json")
            content = json.dumps(body).encode()
        answer = await self.http.request(
            verb, path.removeprefix(ORIGIN), content=content, headers=told
        )
        reply = Reply(answer.status_code, _read(answer), answer.headers, answer.text)
        parts = urlsplit(path.removeprefix(ORIGIN))
        check(verb, unquote(parts.path), reply.status, reply.body)
        _check_headers(reply, told)
        return reply

    async def get(self, path: str, **headers: str) -> Reply:
        return await self.call("GET", path, headers={**headers})

    async def post(self, path: str, body: object = None) -> Reply:
        return await self.call("POST", path, body)

    async def patch(self, path: str, body: object) -> Reply:
        return await self.call("PATCH", path, body)

    async def delete(self, path: str) -> Reply:
        return await self.call("DELETE", path)


def _read(answer: httpx2.Response) -> dict[str, Any]:
    if not answer.content or answer.headers["content-type"].startswith("text/plain"):
        return {}
    found: dict[str, Any] = answer.json()
    return found


def _check_headers(reply: Reply, told: Mapping[str, str]) -> None:
    request_id = reply.headers["request-id"]
    echoed = told.get("client-request-id", request_id)
    assert reply.headers["client-request-id"] == echoed
    assert "set-cookie" not in reply.headers
    if reply.body:
        assert reply.headers["content-type"].startswith("application/json;odata.metadata=minimal")
        assert reply.headers["odata-version"] == "4.0"
    if reply.status >= 400:
        inner = reply.body["error"]["innerError"]
        assert reply.code
        assert reply.message
        assert inner["request-id"] == request_id
        assert inner["client-request-id"] == echoed
        assert len(inner["date"]) == 19
