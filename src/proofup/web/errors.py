"""The page that says what went wrong, what to do about it, and which ids the help desk needs.

One table from the errors of the core to pages. What it does not name is a fault of ours: it is
logged under the correlation id, and the person learns nothing else (style: one dialect a door).
"""

import logging
import math
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import TypeAlias

from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from proofup.values.errors import LimitReachedError, StaleError, TooBusyError, UnknownOutcomeError
from proofup.web.csrf import StaleFormError
from proofup.web.forms import BadFormError, FormTooLargeError, FormTooSlowError
from proofup.web.instants import up_to_minute
from proofup.web.pages import Pages
from proofup.web.visit import visit_of

log = logging.getLogger(__name__)

Answer: TypeAlias = Callable[[Request, Exception], Awaitable[Response]]


class Action(Struct, frozen=True, kw_only=True):
    """A way on from a problem: a link with its words. The first of several is the primary one."""

    words: str
    href: str


START = Action(words="Go to the start", href="/")

FIELD_REASONS = {
    "content type": "It was not sent as a form.",
    "encoding": "It has letters that are not UTF-8.",
    "too many fields": "It has more fields than any form of ours.",
    "twice": "The field is there twice.",
    "missing": "The field is not there.",
    "too long": "There is more in the field than it takes.",
    "control characters": "The field holds control characters, which no keyboard types.",
}


class Problems(Struct, frozen=True):
    """Answers with the page of a problem, whatever it was."""

    pages: Pages

    def table(self) -> dict[type[Exception] | int, Answer]:
        """Return Starlette's ``exception_handlers``: an error, and who answers it."""
        return {
            HTTPException: self._of_status,
            BadFormError: self._bad_form,
            FormTooLargeError: self._form_too_large,
            FormTooSlowError: self._form_too_slow,
            StaleFormError: self._stale_form,
            StaleError: self._stale,
            LimitReachedError: self._limit,
            TooBusyError: self._busy,
            UnknownOutcomeError: self._unknown_outcome,
            Exception: self.fault,
        }

    def problem(
        self,
        request: Request,
        *,
        status: int,
        title: str,
        what_to_do: str,
        label: str = "Nothing was done",
        number: int | None = None,
        name: str = "",
        actions: Sequence[Action] = (START,),
    ) -> Response:
        """Return the page of a problem.

        ``number`` and ``name`` are Entra's, such as 50126 and InvalidUserNameOrPassword;
        ``label`` says above the title what was stopped. The ids and the time are added here.
        """
        error = f"{number or status} {name or HTTPStatus(status).phrase}"
        return self.pages.render(
            request,
            "web/error.html",
            status=status,
            title=title,
            what_to_do=what_to_do,
            label=label,
            error=error,
            actions=actions,
        )

    async def _of_status(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        answer = self.problem(
            request,
            status=status,
            title=STATUS_TITLES.get(status, HTTPStatus(status).phrase),
            what_to_do=STATUS_ADVICE.get(status, "Go back to the start and try again."),
        )
        given = error.headers if isinstance(error, HTTPException) else None
        answer.headers.update(given or {})
        return answer

    async def _bad_form(self, request: Request, error: Exception) -> Response:
        field_name = error.field if isinstance(error, BadFormError) else ""
        reason = error.reason if isinstance(error, BadFormError) else ""
        named = f"The field is “{field_name}”. " if field_name else ""
        return self.problem(
            request,
            status=400,
            title="We can't read this form",
            what_to_do=f"{FIELD_REASONS.get(reason, '')} {named}"
            "Nothing was changed. Go back, open the page again and type it anew.",
        )

    async def _form_too_large(self, request: Request, _: Exception) -> Response:
        return self.problem(
            request,
            status=413,
            title="This form is too large",
            what_to_do="Nothing was changed. Go back and type less into it.",
        )

    async def _form_too_slow(self, request: Request, _: Exception) -> Response:
        return self.problem(
            request,
            status=408,
            title="The form did not arrive in time",
            what_to_do="Nothing was changed. Look at your connection, go back and try again.",
        )

    async def _stale_form(self, request: Request, _: Exception) -> Response:
        return self.problem(
            request,
            status=403,
            title="This form is too old",
            what_to_do="Nothing was changed. Open the page again and repeat what you did. "
            "If this comes back, allow cookies for this site.",
            actions=(Action(words="Open the page again", href=request.scope["path"]), START),
        )

    async def refuse_stranger(self, request: Request) -> Response:
        """Answer a request that a page of another site made the browser send."""
        return self.problem(
            request,
            status=403,
            title="Another site sent this form",
            what_to_do="Nothing was changed. Open the page yourself and repeat what you did there.",
        )

    async def refuse_host(self, request: Request, status: int, origin: str) -> Response:
        """Answer a request for a host that is not ours."""
        return self.problem(
            request,
            status=status,
            title="This is not the address of this service",
            what_to_do=f"Nothing was done. Its address is {origin}.",
            actions=(Action(words="Open the right address", href=f"{origin}/"),),
        )

    async def _stale(self, request: Request, _: Exception) -> Response:
        return self.problem(
            request,
            status=409,
            title="This was changed elsewhere",
            what_to_do="So your change was not made, and nothing is lost. "
            "Look at how it is now, then decide.",
        )

    async def _limit(self, request: Request, error: Exception) -> Response:
        until = error.until if isinstance(error, LimitReachedError) else None
        at = visit_of(request.scope).at
        seconds = math.ceil((until - at).total_seconds()) if until else 60
        again = up_to_minute(until or at)
        answer = self.problem(
            request,
            status=429,
            title="That is as many tries as we may take",
            what_to_do=f"Nothing was changed. Try again after {again:%H:%M} UTC.",
        )
        answer.headers["retry-after"] = str(max(1, seconds))
        return answer

    async def _busy(self, request: Request, error: Exception) -> Response:
        seconds = error.retry_after_seconds if isinstance(error, TooBusyError) else 1
        answer = self.problem(
            request,
            status=503,
            title="Too many people at once",
            what_to_do="Nothing was changed. Wait a few seconds and try again.",
            actions=(Action(words="Try again", href=request.scope["path"]),),
        )
        answer.headers["retry-after"] = str(seconds)
        return answer

    async def _unknown_outcome(self, request: Request, _: Exception) -> Response:
        return self.problem(
            request,
            status=503,
            label="Perhaps done",
            title="We can't tell whether this was saved",
            what_to_do="The connection to our database broke at the last moment. "
            "Look at how it is now before you do it again.",
        )

    async def fault(self, request: Request, _: Exception) -> Response:
        """Answer after a fault of ours; the person learns that there was one, nothing else."""
        return self.problem(
            request,
            status=500,
            title="Something went wrong on our side",
            what_to_do="Try again in a minute. If it comes back, give the ids below to the "
            "help desk.",
        )


STATUS_TITLES = {
    400: "We can't read this request",
    403: "You can't go here",
    404: "There is no page here",
    405: "This page can't be used that way",
}
STATUS_ADVICE = {
    404: "The address may be mistyped, or the link old. Nothing was changed.",
    405: "Nothing was changed. Open the page by its link instead.",
}


class LastResort(Struct, frozen=True):
    """Catches what nothing else caught, logs it, and answers if nobody has begun to."""

    app: ASGIApp
    problems: Problems

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; no error leaves here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def send_noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_noted)
        except ClientDisconnect:
            return  # whoever asked is gone; there is nobody to tell
        except Exception as error:
            visit = visit_of(scope)
            log.exception(
                "a request failed",
                extra={
                    "correlation_id": visit.correlation_id,
                    "request_id": visit.request_id,
                    "method": scope["method"],
                },
            )
            if not begun:
                response = await self._answer(Request(scope), error)
                await response(scope, receive, send)

    async def _answer(self, request: Request, error: Exception) -> Response:
        try:
            return await self.problems.fault(request, error)
        except Exception:
            log.exception("the page of a fault failed too")
            return PlainTextResponse("Something went wrong on our side.", status_code=500)
