"""The dialect of this door: errors in Entra's shape, under the correlation id of the client."""

from collections.abc import Mapping
from uuid import UUID

import msgspec
from msgspec.structs import replace
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from proofup.granting.refusals import GrantRefusedError
from proofup.oauth.errors import TOLD, Told
from proofup.values.ids import CorrelationId
from proofup.web.dialect import RawHeaders
from proofup.web.programs import Explain, ProgramDialect, Refusal
from proofup.web.request_context import RequestContext

CLIENT_REQUEST_ID = "client-request-id"
LONGEST_ABOUT = 200  # letters of what was asked that are repeated
NUMBER = "AADSTS"
# What the refusals of every door are called here.
ERRORS: Mapping[int, tuple[str, int]] = {
    404: ("invalid_request", 90023),
    429: ("temporarily_unavailable", 90055),
    503: ("temporarily_unavailable", 90033),
    500: ("server_error", 90020),
}
MALFORMED = ("invalid_request", 900561)


class OAuthDialect(ProgramDialect, frozen=True):
    """Programs' dialect, with the correlation id that the client sends along."""

    def known(self, scope: Scope, context: RequestContext) -> RequestContext:
        """Return ``context`` with the client's own id, where it is one."""
        sent = Headers(scope=scope).get(CLIENT_REQUEST_ID, "")
        try:
            return replace(context, correlation_id=CorrelationId(str(UUID(sent))))
        except ValueError:
            return context

    def headers(self, scope: Scope, content_type: bytes) -> RawHeaders:
        """Let scripts of other origins read every answer: none depends on a cookie."""
        return (*super().headers(scope, content_type), *CROSS_ORIGIN)


CROSS_ORIGIN: RawHeaders = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"retry-after, x-request-id"),
)


def told_of(error: GrantRefusedError) -> tuple[Told, str]:
    """Return what is told of a refusal, and its sentence with what was asked."""
    told = TOLD[error.reason]
    about = "".join(filter(str.isprintable, error.about))[:LONGEST_ABOUT]
    return told, told.sentence.format(about=about)


def refused(error: GrantRefusedError, _: RequestContext) -> Refusal:
    """Return what is told of a grant that was refused."""
    told, sentence = told_of(error)
    return Refusal(told.status, told.error, f"{NUMBER}{told.number}: {sentence}")


def as_oauth(refusal: Refusal, context: RequestContext) -> Response:
    """Return a refusal as Entra writes it."""
    code, message = refusal.code, refusal.message
    if not message.startswith(NUMBER):
        code, number = ERRORS.get(refusal.status, MALFORMED)
        message = f"{NUMBER}{number}: {message}"
    number = int(message.removeprefix(NUMBER).partition(":")[0])
    at = f"{context.at:%Y-%m-%d %H:%M:%S}Z"
    body = {
        "error": code,
        "error_description": f"{message} Trace ID: {context.request_id} "
        f"Correlation ID: {context.correlation_id} Timestamp: {at}",
        "error_codes": [number],
        "timestamp": at,
        "trace_id": context.request_id,
        "correlation_id": context.correlation_id,
    }
    return Response(
        msgspec.json.encode(body),
        status_code=refusal.status,
        headers=refusal.headers,
        media_type="application/json",
    )


OWN: Mapping[type[Exception], Explain] = {GrantRefusedError: refused}
