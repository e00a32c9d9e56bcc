"""The addresses of this door, made of the operations that its modules declare."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

from proofup.administration.invite import (
    HasMethodError,
    NeedlessInvitationError,
)
from proofup.administration.job import JobEndedError
from proofup.graph import batch
from proofup.graph.answering import Asked, answer, bearer_of, written
from proofup.graph.context import context_of
from proofup.graph.dialect import GraphDialect
from proofup.graph.door import Door
from proofup.graph.finding import Resolved, Served, Verbs
from proofup.graph.resources import BOTH
from proofup.graph.served import operations_of
from proofup.policy.budgets import CountryNotServedError
from proofup.policy.decision import ProofsBlockedError
from proofup.registration.ports import (
    AlreadyRegisteredError,
    NotInvitedError,
    UnknownRegistrationError,
    UnusableWayError,
)
from proofup.tokens.certificates import InvalidCertificateError
from proofup.tokens.jwt import BadTokenError
from proofup.web.mount import Mount

LONGEST_BODY = 1 << 20  # bytes
RESOLVED = "proofup.graph.resolved"
# Of flows that this door's imports reach, and whose acts it does not call.
NOT_MET = frozenset(
    {
        AlreadyRegisteredError,
        BadTokenError,
        CountryNotServedError,
        HasMethodError,
        InvalidCertificateError,
        JobEndedError,
        NeedlessInvitationError,
        NotInvitedError,
        ProofsBlockedError,
        UnknownRegistrationError,
        UnusableWayError,
    }
)
ALLOWED = {
    "access-control-allow-methods": "GET, POST, PATCH, PUT, DELETE",
    "access-control-allow-headers": (
        "authorization, client-request-id, consistencylevel, content-type, prefer, sdkversion"
    ),
    "access-control-max-age": "86400",
}


class GraphRoute(Route):
    """One address, found in the table of all of them: in any spelling, and at once.

    It has no pattern of its own: to compile those of 400 addresses is most of a start.
    """

    def __init__(self, door: Door, served: Served, verbs: Verbs) -> None:
        super().__init__("/", partial(_serve, door), methods=[*verbs.operations, "OPTIONS"])
        self.path = f"/{verbs.version}{verbs.path}"
        self.served = served
        self.verbs = verbs

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether the address of a request is this one."""
        if RESOLVED not in scope:
            raw = scope.get("raw_path") or scope["path"].encode()
            scope[RESOLVED] = self.served.find(raw.decode("ascii", "replace").partition("?")[0])
        found = scope[RESOLVED]
        if found is None or found.verbs is not self.verbs:
            return Match.NONE, {}
        is_taken = scope["method"] in (self.methods or ())
        return Match.FULL if is_taken else Match.PARTIAL, {"endpoint": self.endpoint}


def mounted(door: Door) -> Mount:
    """Return Graph, made with ``door``."""
    served = Served.of(operations_of(door.resources))
    with_batch = Served.of([*served.operations, batch.operation(served.find)])
    return Mount(
        paths=frozenset(f"/{version}" for version in BOTH),
        dialect=GraphDialect(door.origin),
        routes=[GraphRoute(door, with_batch, verbs) for verbs in with_batch.verbs],
        for_programs=True,
        longest_body=LONGEST_BODY,
        own_answers=NOT_MET,
    )


async def _serve(door: Door, request: Request) -> Response:
    scope = request.scope
    if request.method == "OPTIONS":  # a page of another origin asks whether it may
        return Response(status_code=204, headers=ALLOWED)
    resolved: Resolved = scope[RESOLVED]
    operation = resolved.verbs.operations["GET" if request.method == "HEAD" else request.method]
    context = context_of(scope)
    headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
    principal = await bearer_of(door, headers.get("authorization", ""), context)
    raw = (scope.get("raw_path") or scope["path"].encode()).decode("ascii", "replace")
    asked = Asked(
        context=context,
        version=resolved.verbs.version,
        path=raw.partition("?")[0].lstrip("/").partition("/")[2],
        query=scope["query_string"].decode("ascii", "replace"),
        params=resolved.params,
        arguments=resolved.address.parameters,
        headers=headers,
        content=await request.body(),
    )
    return written(await answer(door, principal, operation, asked))
