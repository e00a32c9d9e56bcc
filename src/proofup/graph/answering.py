"""Answering one call: who calls, with which scopes, what is done, and how errors are told."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct
from starlette.responses import Response

from proofup.granting.bearer import Bearer, bearer
from proofup.graph.answers import Answer
from proofup.graph.call import Call
from proofup.graph.context import GraphContext
from proofup.graph.door import Door
from proofup.graph.errors import JSON, DeniedError, MissingTokenError, bad_request
from proofup.graph.odata.options import options_of
from proofup.graph.operations import Operation
from proofup.graph.scopes import ANYBODY

BEARER = "bearer"
TEXT = "text/plain"


class Asked(Struct, frozen=True, kw_only=True):
    """A call before it is read: from the network, or out of a batch."""

    context: GraphContext
    version: str
    path: str
    query: str
    params: Mapping[str, str]
    arguments: Mapping[str, str]
    headers: Mapping[str, str]
    content: bytes


async def bearer_of(door: Door, authorization: str, context: GraphContext) -> Bearer:
    """Return who calls. Raises MissingTokenError and TokenRefusedError."""
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != BEARER or not token.strip():
        raise MissingTokenError
    return await bearer(
        door.granting,
        token.strip(),
        correlation_id=context.correlation_id,
        client=context.client,
        language=context.language,
        at=context.at,
    )


async def answer(door: Door, principal: Bearer, operation: Operation, asked: Asked) -> Answer:
    """Answer the call, or raise why not."""
    call = Call(
        door=door,
        context=asked.context,
        principal=principal,
        version=asked.version,
        path=asked.path,
        params=asked.params,
        arguments=asked.arguments,
        options=options_of(asked.query),
        headers=asked.headers,
        content=asked.content,
    )
    _check_scopes(operation, call)
    return await operation.handle(call)


def _check_scopes(operation: Operation, call: Call) -> None:
    """Refuse an application that was not granted this."""
    principal = call.principal
    of_caller = operation.path == "/me" or operation.path.startswith("/me/")
    if of_caller and principal.is_application:
        message = "/me request is only valid with delegated authentication flow."
        raise bad_request(message, code="BadRequest")
    enough = operation.scopes.own if of_caller or _is_own(call) else operation.scopes.others
    if operation.scopes != ANYBODY and not principal.scopes & enough:
        raise DeniedError


def _is_own(call: Call) -> bool:
    """Tell whether the address names the person for whom the application calls."""
    named, person = call.params.get("user"), call.principal.person
    if named is None or person is None:
        return False
    user = person.user
    return named.lower() in {user.id, user.user_principal_name.lower()}


def written(answered: Answer) -> Response:
    """Return the answer as it is sent."""
    headers = {"odata-version": "4.0", **answered.headers}
    if answered.text is not None:
        return Response(answered.text, answered.status, headers, media_type=TEXT)
    if answered.body is None:
        return Response(status_code=answered.status, headers=dict(answered.headers))
    content = encoded(answered.body)
    return Response(content, answered.status, {**headers, "content-type": JSON})


def encoded(body: Mapping[str, Any]) -> bytes:
    """Return ``body`` as JSON."""
    return msgspec.json.encode(body)
