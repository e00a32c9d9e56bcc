"""Errors in Graph's words: status, code, message, and the ids of the request."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from proofup.graph.context import GraphContext
from proofup.values.errors import ProofupError
from proofup.web.programs import NO_HEADERS, Refusal

JSON = (
    "application/json;odata.metadata=minimal;odata.streaming=true;"
    "IEEE754Compatible=false;charset=utf-8"
)


class Codes(Struct, frozen=True, kw_only=True):
    """The codes of one family of resources, and how it says that somebody may not."""

    bad: str
    denied: str
    missing: str
    conflict: str
    denial: str

    def of(self, status: int) -> str:
        """Return the code that goes with ``status``."""
        by_status = {403: self.denied, 404: self.missing, 409: self.conflict}
        return by_status.get(status, self.bad)


OF_DIRECTORY = Codes(
    bad="Request_BadRequest",
    denied="Authorization_RequestDenied",
    missing="Request_ResourceNotFound",
    conflict="Request_Conflict",
    denial="Insufficient privileges to complete the operation.",
)
OF_METHODS = Codes(
    bad="badRequest",
    denied="accessDenied",
    missing="resourceNotFound",
    conflict="conflict",
    denial="Request Authorization failed",
)


class CallRefusedError(ProofupError):
    """A call is answered with ``status``; without a ``code`` it is that of the family."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str = "",
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message
        self.code = code
        self.headers = headers


class DeniedError(ProofupError):
    """The caller may not do this; whether the target exists is not said."""


class MissingTokenError(ProofupError):
    """The call came without a bearer token."""


def bad_request(message: str, *, code: str = "") -> CallRefusedError:
    """Return the error for a call that cannot be taken as it is."""
    return CallRefusedError(400, message, code=code)


def unsupported_query(message: str) -> CallRefusedError:
    """Return the error for a query that is not served, or not without more parameters."""
    return CallRefusedError(400, message, code="Request_UnsupportedQuery")


def not_found(called: str) -> CallRefusedError:
    """Return the error for an object that is not there."""
    return CallRefusedError(
        404,
        f"Resource '{called}' does not exist or one of its queried reference-property objects are "
        "not present.",
    )


def not_yet(what: str) -> CallRefusedError:
    """Return the error for what this version does not have."""
    return CallRefusedError(501, f"{what} are not served by this version.", code="notImplemented")


def codes_of(context: GraphContext) -> Codes:
    """Return the codes of the family that the call is about."""
    return OF_METHODS if context.of_methods else OF_DIRECTORY


def error_body(refusal: Refusal, context: GraphContext) -> Mapping[str, Any]:
    """Return the body of an error."""
    inner = {"message": refusal.message} if context.of_methods else {}
    return {
        "error": {
            "code": refusal.code,
            "message": refusal.message,
            "innerError": {
                **inner,
                "date": context.at.strftime("%Y-%m-%dT%H:%M:%S"),
                "request-id": context.request_id,
                "client-request-id": context.client_request_id,
            },
        }
    }
