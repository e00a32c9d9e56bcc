"""The pages that answer errors: one table, shared by all doors with pages.

What the table does not name is a fault of ours, of which the person learns nothing but the ids.
"""

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from proofup.directory.roles import LastAdministratorError, NameInUseError, StillHeldError
from proofup.pages.csrf import OtherSignInError, StaleFormError
from proofup.pages.errors import START, Action, Problems
from proofup.pages.forms import BadFormError
from proofup.pages.page_context import context_of
from proofup.policy.decision import ProofsBlockedError
from proofup.values.errors import (
    InvalidFieldError,
    LimitReachedError,
    NotPermittedError,
    NotYetPermittedError,
    RevokedError,
    StaleError,
    StoreBusyError,
    TooBusyError,
    UnknownOutcomeError,
    UnknownUserError,
)
from proofup.values.mail_addresses import InvalidMailAddressError
from proofup.values.words import marked
from proofup.web.refusals import (
    BodyTooLargeError,
    BodyTooSlowError,
    ForeignOriginError,
    WrongHostError,
)

Page: TypeAlias = Callable[[Problems, Request, Any], Response]
"""Answers an error, which is of the class that it stands for in the table."""

GO_BACK = marked("Go back to the start and try again.")
STORE_AGAIN_SECONDS = 10  # a switchover to another server takes longer, a restart does not
SIGN_IN_STOPPED = marked("Sign-in stopped")


class Told(NamedTuple):
    """What the page of a problem says: its status, its title, what to do; words are marked."""

    status: int
    title: str
    what_to_do: str


# What is told of each error, whatever it carries.
TOLD: Mapping[type[Exception], Told] = {
    BodyTooLargeError: Told(
        413,
        marked("This form is too large"),
        marked("Nothing was changed. Go back and type less into it."),
    ),
    BodyTooSlowError: Told(
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
    LastAdministratorError: Told(
        409,
        marked("This is the last Global Administrator"),
        marked(
            "Somebody has to be able to let everybody else in, so nothing was changed. Give the "
            "role to another person first."
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
NOT_YET = Told(
    403,
    marked("The rules demand more for this"),
    marked("Nothing was changed. Open the person's page and do it from there."),
)
FIELD_REASONS = {
    "content type": marked("It was not sent as a form."),
    "encoding": marked("It has letters that are not UTF-8."),
    "too many fields": marked("It has more fields than any form of ours."),
    "twice": marked("The field is there twice."),
    "missing": marked("The field is not there."),
    "too long": marked("There is more in the field than it takes."),
    "control characters": marked("The field holds control characters, which no keyboard types."),
}


def _told(told: Told, problems: Problems, request: Request, _: Exception) -> Response:
    return problems.problem(request, **told._asdict())


def _of_status(problems: Problems, request: Request, error: HTTPException) -> Response:
    status = error.status_code
    told = OF_STATUS.get(status, OF_STATUS[400])
    answer = problems.problem(request, status=status, title=told.title, what_to_do=told.what_to_do)
    answer.headers.update(error.headers or {})
    return answer


def _bad_form(problems: Problems, request: Request, error: BadFormError) -> Response:
    words = problems.pages.words(request)
    told = [words(FIELD_REASONS[error.reason])]
    if error.field:
        told.append(words(marked("The field is “%(name)s”.")) % {"name": error.field})
    return problems.problem(
        request,
        status=400,
        title=marked("We can't read this form"),
        what_to_do=marked(
            "%(why)s Nothing was changed. Go back, open the page again and type it anew."
        ),
        facts={"why": " ".join(told)},
    )


def _stale_form(problems: Problems, request: Request, _: StaleFormError) -> Response:
    again = Action(words=marked("Open the page again"), href=request.scope["path"])
    return problems.problem(
        request,
        status=403,
        title=marked("This form is too old"),
        what_to_do=marked(
            "Nothing was changed. Open the page again and repeat what you did. "
            "If this comes back, allow cookies for this site."
        ),
        actions=(again, START),
    )


def _other_sign_in(problems: Problems, request: Request, _: OtherSignInError) -> Response:
    return problems.problem(
        request,
        status=409,
        title=marked("You began another sign-in in this browser"),
        what_to_do=marked(
            "So what you typed was not looked at and counts against nobody. Go on with the other "
            "one, or begin again with the account you want."
        ),
        actions=(
            Action(words=marked("Begin again"), href="/signin"),
            Action(words=marked("Go on with the other one"), href="/signin/password"),
        ),
    )


def _foreign_origin(problems: Problems, request: Request, _: ForeignOriginError) -> Response:
    return problems.problem(
        request,
        status=403,
        title=marked("Another site sent this form"),
        what_to_do=marked(
            "Nothing was changed. Open the page yourself and repeat what you did there."
        ),
    )


def _wrong_host(problems: Problems, request: Request, error: WrongHostError) -> Response:
    address = Action(words=marked("Open the right address"), href=f"{error.origin}/")
    return problems.problem(
        request,
        status=error.status,
        title=marked("This is not the address of this service"),
        what_to_do=marked("Nothing was done. Its address is %(address)s."),
        facts={"address": error.origin},
        actions=(address,),
    )


def _limit(problems: Problems, request: Request, error: LimitReachedError) -> Response:
    seconds = math.ceil((error.until - context_of(request.scope).at).total_seconds())
    answer = problems.problem(
        request,
        status=429,
        title=marked("That is as many tries as we may take"),
        what_to_do=marked("Nothing was changed. Try again after %(time)s."),
        facts={"time": problems.pages.when_over(request, error.until)},
    )
    answer.headers["retry-after"] = str(max(1, seconds))
    return answer


def _busy(problems: Problems, request: Request, error: TooBusyError) -> Response:
    answer = problems.problem(
        request,
        status=503,
        title=marked("Too many people at once"),
        what_to_do=marked("Nothing was changed. Wait a few seconds and try again."),
        actions=(Action(words=marked("Try again"), href=request.scope["path"]),),
    )
    answer.headers["retry-after"] = str(error.retry_after_seconds)
    return answer


def _no_store(problems: Problems, request: Request, _: StoreBusyError) -> Response:
    answer = problems.problem(
        request,
        status=503,
        title=marked("Our database can't be used right now"),
        what_to_do=marked(
            "It can't be reached, or takes no changes. Nothing was changed. "
            "Try again in %(seconds)s seconds."
        ),
        facts={"seconds": str(STORE_AGAIN_SECONDS)},
        actions=(Action(words=marked("Try again"), href=request.scope["path"]),),
    )
    answer.headers["retry-after"] = str(STORE_AGAIN_SECONDS)
    return answer


def _unknown_outcome(problems: Problems, request: Request, _: UnknownOutcomeError) -> Response:
    return problems.problem(
        request,
        status=503,
        label=marked("Perhaps done"),
        title=marked("We can't tell whether this was saved"),
        what_to_do=marked(
            "The connection to our database broke at the last moment. "
            "Look at how it is now before you do it again."
        ),
    )


def _revoked(problems: Problems, request: Request, _: RevokedError) -> Response:
    return problems.problem(
        request,
        status=403,
        title=marked("This sign-in was stopped"),
        what_to_do=marked(
            "The account was changed or closed meanwhile, so what was begun before counts no "
            "more. Sign in again."
        ),
        label=SIGN_IN_STOPPED,
        number=50173,
        name="FreshTokenNeeded",
    )


def _blocked(problems: Problems, request: Request, _: ProofsBlockedError) -> Response:
    return problems.problem(
        request,
        status=403,
        title=marked("Your second proof is blocked"),
        what_to_do=marked(
            "It was reported that somebody else knows your password, so nobody is let in by a "
            "second proof. Nothing was sent. Call the help desk."
        ),
        label=SIGN_IN_STOPPED,
        number=500121,
        name="UserBlocked",
    )


PAGES: Mapping[type[Exception], Page] = {
    **{error: partial(_told, told) for error, told in TOLD.items()},
    InvalidMailAddressError: partial(_told, OF_STATUS[400]),
    NameInUseError: partial(_told, TOLD[StaleError]),
    StillHeldError: partial(_told, TOLD[StaleError]),
    InvalidFieldError: partial(_told, OF_STATUS[400]),
    NotYetPermittedError: partial(_told, NOT_YET),
    NotPermittedError: partial(_told, OF_STATUS[403]),
    UnknownUserError: partial(_told, OF_STATUS[404]),
    HTTPException: _of_status,
    BadFormError: _bad_form,
    StaleFormError: _stale_form,
    OtherSignInError: _other_sign_in,
    ForeignOriginError: _foreign_origin,
    WrongHostError: _wrong_host,
    LimitReachedError: _limit,
    TooBusyError: _busy,
    StoreBusyError: _no_store,
    UnknownOutcomeError: _unknown_outcome,
    RevokedError: _revoked,
    ProofsBlockedError: _blocked,
}
