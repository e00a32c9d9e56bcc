"""The page that says what went wrong, what to do about it, and which ids the help desk needs.

One table from the errors of the core to pages. What it does not name is a fault of ours: it is
logged under the correlation id, and the person learns nothing else (style: one dialect a door).
"""

import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import NamedTuple, TypeAlias

from msgspec import Struct
from msgspec.structs import replace
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from proofup.pages.csrf import StaleFormError
from proofup.pages.forms import BadFormError, FormTooLargeError, FormTooSlowError
from proofup.pages.instants import up_to_minute
from proofup.pages.pages import Pages
from proofup.values.errors import LimitReachedError, StaleError, TooBusyError, UnknownOutcomeError
from proofup.values.words import marked
from proofup.web.request_context import context_of

Answer: TypeAlias = Callable[[Request, Exception], Awaitable[Response]]

NO_FACTS: Mapping[str, str] = {}
GO_BACK = marked("Go back to the start and try again.")


class Action(Struct, frozen=True, kw_only=True):
    """A way on from a problem: a link with its words. The first of several is the primary one."""

    words: str
    href: str


class Told(NamedTuple):
    """What the page of a problem says: its status, its title, what to do; words are marked."""

    status: int
    title: str
    what_to_do: str


NOTHING_DONE = marked("Nothing was done")
START = Action(words=marked("Go to the start"), href="/")

# What is told of each error, whatever it carries.
TOLD: Mapping[type[Exception], Told] = {
    FormTooLargeError: Told(
        413,
        marked("This form is too large"),
        marked("Nothing was changed. Go back and type less into it."),
    ),
    FormTooSlowError: Told(
        408,
        marked("The form did not arrive in time"),
        marked("Nothing was changed. Look at your connection, go back and try again."),
    ),
    StaleError: Told(
        409,
        marked("This was changed elsewhere"),
        marked(
            "So your change was not made, and nothing is lost. Look at how it is now, then decide."
        ),
    ),
    Exception: Told(
        500,
        marked("Something went wrong on our side"),
        marked("Try again in a minute. If it comes back, give the ids below to the help desk."),
    ),
}
# What is told of a status that came without words.
OF_STATUS: Mapping[int, Told] = {
    told.status: told
    for told in (
        Told(400, marked("We can't read this request"), GO_BACK),
        Told(403, marked("You can't go here"), GO_BACK),
        Told(
            404,
            marked("There is no page here"),
            marked("The address may be mistyped, or the link old. Nothing was changed."),
        ),
        Told(
            405,
            marked("This page can't be used that way"),
            marked("Nothing was changed. Open the page by its link instead."),
        ),
    )
}
FIELD_REASONS = {
    "content type": marked("It was not sent as a form."),
    "encoding": marked("It has letters that are not UTF-8."),
    "too many fields": marked("It has more fields than any form of ours."),
    "twice": marked("The field is there twice."),
    "missing": marked("The field is not there."),
    "too long": marked("There is more in the field than it takes."),
    "control characters": marked("The field holds control characters, which no keyboard types."),
}


class Problems(Struct, frozen=True):
    """Answers with the page of a problem, whatever it was."""

    pages: Pages

    def table(self) -> dict[type[Exception] | int, Answer]:
        """Return Starlette's ``exception_handlers``: an error, and who answers it."""
        return {
            **{error: partial(self._told, told) for error, told in TOLD.items()},
            HTTPException: self._of_status,
            BadFormError: self._bad_form,
            StaleFormError: self._stale_form,
            LimitReachedError: self._limit,
            TooBusyError: self._busy,
            UnknownOutcomeError: self._unknown_outcome,
        }

    def problem(
        self,
        request: Request,
        *,
        status: int,
        title: str,
        what_to_do: str,
        facts: Mapping[str, str] = NO_FACTS,
        label: str = NOTHING_DONE,
        number: int | None = None,
        name: str = "",
        actions: Sequence[Action] = (START,),
    ) -> Response:
        """Return the page of a problem; all words are marked ones, told in the reader's language.

        ``facts`` are what ``what_to_do`` names. ``number`` and ``name`` are Entra's, such as 50126
        and InvalidUserNameOrPassword; ``label`` says above the title what was stopped. The ids
        and the time are added here.
        """
        words = self.pages.words(request)
        error = f"{number or status} {name or HTTPStatus(status).phrase}"
        return self.pages.render(
            request,
            "pages/error.html",
            status=status,
            title=words(title),
            what_to_do=words(what_to_do) % facts,
            label=words(label),
            error=error,
            actions=[replace(action, words=words(action.words)) for action in actions],
        )

    async def _told(self, told: Told, request: Request, _: Exception) -> Response:
        return self.problem(request, **told._asdict())

    async def _of_status(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        told = OF_STATUS.get(status, OF_STATUS[400])
        answer = self.problem(request, status=status, title=told.title, what_to_do=told.what_to_do)
        given = error.headers if isinstance(error, HTTPException) else None
        answer.headers.update(given or {})
        return answer

    async def _bad_form(self, request: Request, error: Exception) -> Response:
        field_name = error.field if isinstance(error, BadFormError) else ""
        reason = error.reason if isinstance(error, BadFormError) else ""
        words = self.pages.words(request)
        told = [words(FIELD_REASONS[reason])] if reason in FIELD_REASONS else []
        if field_name:
            told.append(words(marked("The field is “%(name)s”.")) % {"name": field_name})
        return self.problem(
            request,
            status=400,
            title=marked("We can't read this form"),
            what_to_do=marked(
                "%(why)s Nothing was changed. Go back, open the page again and type it anew."
            ),
            facts={"why": " ".join(told)},
        )

    async def _stale_form(self, request: Request, _: Exception) -> Response:
        again = Action(words=marked("Open the page again"), href=request.scope["path"])
        return self.problem(
            request,
            status=403,
            title=marked("This form is too old"),
            what_to_do=marked(
                "Nothing was changed. Open the page again and repeat what you did. "
                "If this comes back, allow cookies for this site."
            ),
            actions=(again, START),
        )

    async def refuse_stranger(self, request: Request) -> Response:
        """Answer a request that a page of another site made the browser send."""
        return self.problem(
            request,
            status=403,
            title=marked("Another site sent this form"),
            what_to_do=marked(
                "Nothing was changed. Open the page yourself and repeat what you did there."
            ),
        )

    async def refuse_host(self, request: Request, status: int, origin: str) -> Response:
        """Answer a request for a host that is not ours."""
        return self.problem(
            request,
            status=status,
            title=marked("This is not the address of this service"),
            what_to_do=marked("Nothing was done. Its address is %(address)s."),
            facts={"address": origin},
            actions=(Action(words=marked("Open the right address"), href=f"{origin}/"),),
        )

    async def _limit(self, request: Request, error: Exception) -> Response:
        until = error.until if isinstance(error, LimitReachedError) else None
        at = context_of(request.scope).at
        seconds = math.ceil((until - at).total_seconds()) if until else 60
        again = up_to_minute(until or at)
        answer = self.problem(
            request,
            status=429,
            title=marked("That is as many tries as we may take"),
            what_to_do=marked("Nothing was changed. Try again after %(time)s UTC."),
            facts={"time": f"{again:%H:%M}"},
        )
        answer.headers["retry-after"] = str(max(1, seconds))
        return answer

    async def _busy(self, request: Request, error: Exception) -> Response:
        seconds = error.retry_after_seconds if isinstance(error, TooBusyError) else 1
        answer = self.problem(
            request,
            status=503,
            title=marked("Too many people at once"),
            what_to_do=marked("Nothing was changed. Wait a few seconds and try again."),
            actions=(Action(words=marked("Try again"), href=request.scope["path"]),),
        )
        answer.headers["retry-after"] = str(seconds)
        return answer

    async def _unknown_outcome(self, request: Request, _: Exception) -> Response:
        return self.problem(
            request,
            status=503,
            label=marked("Perhaps done"),
            title=marked("We can't tell whether this was saved"),
            what_to_do=marked(
                "The connection to our database broke at the last moment. "
                "Look at how it is now before you do it again."
            ),
        )

    async def fault(self, request: Request, error: Exception) -> Response:
        """Answer after a fault of ours; the person learns that there was one, nothing else."""
        return await self._told(TOLD[Exception], request, error)
