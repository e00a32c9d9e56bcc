"""Dialects of the doors for programs: a status, a code and a message, as JSON or plain text."""

import math
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Scope

from proofup.values.errors import (
    InvalidFieldError,
    InvalidInputError,
    InvalidNameError,
    InvalidPhoneNumberError,
    LimitReachedError,
    NameTakenError,
    NotPermittedError,
    NotYetPermittedError,
    RevokedError,
    StaleError,
    TooBusyError,
    UnknownOutcomeError,
    UnknownUserError,
)
from proofup.values.mail_addresses import InvalidMailAddressError
from proofup.web.dialect import RawHeaders, Table
from proofup.web.refusals import (
    BodyTooLargeError,
    BodyTooSlowError,
    ForeignOriginError,
    WrongHostError,
)
from proofup.web.request_context import RequestContext, context_of

NO_HEADERS: Mapping[str, str] = {}
CODES = {
    HTTPStatus.NOT_FOUND: "notFound",
    HTTPStatus.METHOD_NOT_ALLOWED: "methodNotAllowed",
}


class Refusal(Struct, frozen=True):
    """A refusal for a program, before the dialect of its door formats it."""

    status: int
    code: str
    message: str
    headers: Mapping[str, str] = NO_HEADERS


Write: TypeAlias = Callable[[Refusal, RequestContext], Response]
Explain: TypeAlias = Callable[[Any, RequestContext], Refusal]
"""Returns what is told of an error, which is of the class that it stands for in its table."""


def _of_status(error: HTTPException, _: RequestContext) -> Refusal:
    code = CODES.get(HTTPStatus(error.status_code), "invalidRequest")
    return Refusal(error.status_code, code, error.detail, error.headers or NO_HEADERS)


def _of_limit(error: LimitReachedError, context: RequestContext) -> Refusal:
    seconds = max(1, math.ceil((error.until - context.at).total_seconds()))
    headers = {"retry-after": str(seconds)}
    return Refusal(429, "tooManyRequests", "too many tries; try again later", headers)


def _of_busy(error: TooBusyError, _: RequestContext) -> Refusal:
    headers = {"retry-after": str(error.retry_after_seconds)}
    return Refusal(503, "busy", "try again shortly", headers)


def _of_fault(_: Exception, context: RequestContext) -> Refusal:
    message = f"something went wrong on our side; correlation id {context.correlation_id}"
    return Refusal(500, "internalError", message)


def _always(refusal: Refusal) -> Explain:
    return lambda _error, _context: refusal


# The refusal for each error, unless the door has its own.
COMMON: Mapping[type[Exception], Explain] = {
    WrongHostError: lambda error, _: Refusal(
        error.status, "wrongHost", f"this is not the address of this service: {error.origin}"
    ),
    ForeignOriginError: _always(Refusal(403, "foreignOrigin", "another site sent this")),
    BodyTooLargeError: lambda error, _: Refusal(
        413, "bodyTooLarge", f"the body is longer than {error.longest} bytes"
    ),
    BodyTooSlowError: _always(Refusal(408, "bodyTooSlow", "the body did not arrive in time")),
    HTTPException: _of_status,
    LimitReachedError: _of_limit,
    TooBusyError: _of_busy,
    InvalidPhoneNumberError: lambda error, _: Refusal(
        400, "invalidPhoneNumber", f"the phone number is refused: {error.reason}"
    ),
    InvalidInputError: lambda error, _: Refusal(
        400, "invalidInput", f"what was typed is refused: {error.reason}"
    ),
    InvalidNameError: lambda error, _: Refusal(
        400, "invalidName", f"the user name is refused: {error.reason}"
    ),
    InvalidMailAddressError: lambda error, _: Refusal(
        400, "invalidMailAddress", f"the mail address is refused: {error.reason}"
    ),
    InvalidFieldError: lambda error, _: Refusal(
        400, "invalidField", f"{error.field} {error.problem}"
    ),
    UnknownUserError: _always(Refusal(404, "userNotFound", "there is no such user")),
    NotPermittedError: _always(Refusal(403, "notPermitted", "the caller may not do this")),
    NotYetPermittedError: _always(
        Refusal(403, "notYetPermitted", "the rules demand something else first")
    ),
    NameTakenError: _always(Refusal(409, "nameTaken", "another account has this user name")),
    RevokedError: _always(Refusal(403, "revoked", "the account was changed or closed")),
    StaleError: _always(Refusal(409, "stale", "this was changed elsewhere; nothing was done")),
    UnknownOutcomeError: _always(
        Refusal(503, "unknownOutcome", "the database was lost; this may have been done, or not")
    ),
    Exception: _of_fault,
}


class ProgramDialect(Struct, frozen=True):
    """Formats refusals with ``write``; ``own`` has those that differ from the defaults."""

    write: Write
    own: Mapping[type[Exception], Explain] = {}

    @property
    def table(self) -> Table:
        """Who answers an error."""
        explained = {**COMMON, **self.own}
        return {kind: partial(self._answer, explain) for kind, explain in explained.items()}

    def known(self, _: Scope, context: RequestContext) -> RequestContext:
        """Return ``context`` unchanged: programs have no cookies and no language."""
        return context

    def headers(self, _: Scope, __: bytes) -> RawHeaders:
        """Return nothing: no answer is a page."""
        return ()

    async def _answer(self, explain: Explain, request: Request, error: Exception) -> Response:
        context = context_of(request.scope)
        return self.write(explain(error, context), context)


def as_json(refusal: Refusal, _: RequestContext) -> Response:
    """Return ``{"error": {"code": …, "message": …}}``."""
    error = {"code": refusal.code, "message": refusal.message}
    return Response(
        msgspec.json.encode({"error": error}),
        status_code=refusal.status,
        headers=refusal.headers,
        media_type="application/json",
    )


def as_text(refusal: Refusal, _: RequestContext) -> Response:
    """Return the message alone, for programs that only check the status."""
    return PlainTextResponse(refusal.message, refusal.status, refusal.headers)
