"""How this door completes a request's context, and what each of its answers carries."""

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from proofup.granting.bearer import TokenRefusedError
from proofup.graph.challenges import no_token, refused_token
from proofup.graph.context import context_of, graph_context
from proofup.graph.errors import JSON, MissingTokenError, error_body
from proofup.graph.refusing import REFUSALS, refusal_of
from proofup.web.dialect import RawHeaders, Table
from proofup.web.request_context import RequestContext

EXPOSED = b"request-id, client-request-id, Location, Retry-After, WWW-Authenticate"


class GraphDialect(Struct, frozen=True):
    """Refusals as Graph words them, and the ids of the request on every answer.

    Any page may read the answers: they take a token, and cookies count for nothing here.
    ``origin`` is where a token can be had.
    """

    origin: str

    @property
    def table(self) -> Table:
        """Who answers an error."""
        return dict.fromkeys((MissingTokenError, TokenRefusedError, *REFUSALS), self._answer)

    def known(self, scope: Scope, context: RequestContext) -> RequestContext:
        """Return ``context`` with the id that the client gave the request."""
        told = (value for name, value in scope["headers"] if name == b"client-request-id")
        return graph_context(context, next(told, b"").decode("latin-1"), scope["path"])

    def headers(self, scope: Scope, content_type: bytes) -> RawHeaders:
        """Return the ids of the request, and that pages of any origin may read the answer."""
        del content_type
        context = context_of(scope)
        return (
            (b"request-id", context.request_id.encode()),
            (b"client-request-id", context.client_request_id.encode()),
            (b"access-control-allow-origin", b"*"),
            (b"access-control-expose-headers", EXPOSED),
        )

    async def _answer(self, request: Request, error: Exception) -> Response:
        context = context_of(request.scope)
        if isinstance(error, MissingTokenError):
            refusal = no_token(self.origin)
        elif isinstance(error, TokenRefusedError):
            refusal = refused_token(error, self.origin, at=context.at)
        else:
            refusal = refusal_of(error, context)
        return Response(
            msgspec.json.encode(error_body(refusal, context)),
            status_code=refusal.status,
            headers={**refusal.headers, "odata-version": "4.0", "content-type": JSON},
        )
