"""``/$batch``: up to twenty calls in one request, answered in their order.

Each is authorised by itself, as the caller of the whole; one whose dependency failed is not made.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

from proofup.graph.answering import Asked, answer
from proofup.graph.answers import Answer
from proofup.graph.call import Call
from proofup.graph.context import graph_context
from proofup.graph.errors import CallRefusedError, bad_request, error_body
from proofup.graph.finding import Resolved
from proofup.graph.operations import Operation
from proofup.graph.refusing import refusal_of
from proofup.graph.resources import BOTH
from proofup.graph.scopes import ANYBODY
from proofup.values.url_parts import url_parts

Find: TypeAlias = Callable[[str], Resolved | None]
"""Returns what an address leads to."""

log = logging.getLogger(__name__)

MOST = 20
PATH = "/$batch"
FAILED, FAULT = 400, 500


class Part(Struct, frozen=True, kw_only=True, rename="camel"):
    """One call of a batch, as sent."""

    id: str
    method: str
    url: str
    headers: Mapping[str, str] = {}
    body: Any = None
    depends_on: Sequence[str] | None = None


class Batch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The calls of a batch."""

    requests: Sequence[Part]


def operation(find: Find) -> Operation:
    """Return the operation that makes calls at the addresses that ``find`` leads to."""

    async def handle(call: Call) -> Answer:
        parts = _parts(call)
        responses: dict[str, Mapping[str, Any]] = {}
        for part in parts:
            responses[part.id.lower()] = await _respond(call, part, responses, find)
        return Answer(body={"responses": list(responses.values())})

    return Operation(verb="POST", path=PATH, handle=handle, scopes=ANYBODY)


def _parts(call: Call) -> Sequence[Part]:
    parts = call.body(Batch).requests
    if not 0 < len(parts) <= MOST:
        message = f"A batch holds 1 to {MOST} requests."
        raise bad_request(message, code="BadRequest")
    known: set[str] = set()
    for part in parts:
        if not part.id or part.id.lower() in known:
            raise bad_request("Each request needs an id of its own.", code="BadRequest")
        if not {one.lower() for one in part.depends_on or ()} <= known:
            message = f"Request '{part.id}' depends on one that does not come before it."
            raise bad_request(message, code="BadRequest")
        known.add(part.id.lower())
    return parts


async def _respond(
    call: Call, part: Part, before: Mapping[str, Mapping[str, Any]], find: Find
) -> Mapping[str, Any]:
    """Return the response to one call; an error is one too."""
    origin, raw, query = _address(call, part.url)
    headers = {name.lower(): value for name, value in part.headers.items()}
    context = graph_context(call.context, headers.get("client-request-id", ""), raw)
    try:
        _check(call, origin, [before[one.lower()]["status"] for one in part.depends_on or ()])
        resolved, asked_operation = _found(find(raw), part.method.upper())
        asked = Asked(
            context=context,
            version=resolved.verbs.version,
            path=raw.lstrip("/").partition("/")[2],
            query=query,
            params=resolved.params,
            arguments=resolved.address.parameters,
            headers=headers,
            content=b"" if part.body is None else msgspec.json.encode(part.body),
        )
        answered = await answer(call.door, call.principal, asked_operation, asked)
    except Exception as error:
        refused = refusal_of(error, context)
        if refused.status == FAULT:
            log.exception("a part of a batch failed", extra={"request_id": context.request_id})
        return _part(part, refused.status, error_body(refused, context), refused.headers)
    body = answered.body if answered.text is None else answered.text
    return _part(part, answered.status, body, answered.headers)


def _check(call: Call, origin: str, dependencies: Sequence[int]) -> None:
    if origin not in {"", call.door.origin}:
        raise bad_request("The address is not of this service.", code="BadRequest")
    if any(status >= FAILED for status in dependencies):
        message = "A request that this depends on failed."
        raise CallRefusedError(424, message, code="FailedDependency")


def _found(resolved: Resolved | None, verb: str) -> tuple[Resolved, Operation]:
    if resolved is None:
        raise bad_request("Resource not found for the segment.", code="BadRequest")
    found = resolved.verbs.operations.get(verb)
    if found is None:
        message = "Specified HTTP method is not allowed for the request target."
        raise CallRefusedError(405, message, code="Request_BadRequest")
    return resolved, found


def _address(call: Call, url: str) -> tuple[str, str, str]:
    """Return the origin, the address with its version and the query: ``url`` may lack the first."""
    parts = url_parts(url)
    origin = f"{parts.scheme}://{parts.netloc}".lower() if parts.netloc else ""
    below = parts.path.lstrip("/")
    has_version = below.partition("/")[0].lower() in BOTH
    return origin, f"/{below}" if has_version else f"/{call.version}/{below}", parts.query


def _part(part: Part, status: int, body: Any, headers: Mapping[str, str]) -> Mapping[str, Any]:
    found: dict[str, Any] = {"id": part.id, "status": status, "headers": dict(headers)}
    if body is not None:
        kind = "text/plain" if isinstance(body, str) else "application/json"
        found["headers"]["Content-Type"] = kind
        found["body"] = body
    return found
