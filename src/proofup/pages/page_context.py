"""One request of a browser, as the doors with pages see it: its cookies, and who is signed in."""

from typing import Any

from msgspec.structs import replace
from starlette.types import Scope

from proofup.directory.users import User
from proofup.values.ids import CorrelationId
from proofup.web.request_context import KEY, RequestContext


class PageContext(RequestContext, frozen=True, kw_only=True):
    """What a browser brings along, beside what is known of every request.

    ``asked_language`` is there where the address asked for one, which is kept then.
    ``session_token``, ``transaction_token`` and ``browser_secret`` are the cookies, unjudged;
    ``browser_is_new`` says that the secret was drawn just now. ``person`` is who is signed in, once
    a door has found out; ``is_proving_up`` says that they are not quite yet, and set their methods
    right on the way. ``steps`` are then how many of the methods that are asked for they have, and
    how many those are together; None where it is about none.
    """

    asked_language: str | None = None
    session_token: str | None = None
    transaction_token: str | None = None
    browser_secret: str
    browser_is_new: bool = False
    person: User | None = None
    is_proving_up: bool = False
    steps: tuple[int, int] | None = None


def context_of(scope: Scope) -> PageContext:
    """Return the context of a request to a door with pages."""
    context = scope[KEY]
    if not isinstance(context, PageContext):
        raise TypeError("no context of a page in the scope")
    return context


def remember(
    scope: Scope,
    *,
    person: User | None = None,
    correlation_id: CorrelationId | None = None,
    is_proving_up: bool = False,
    steps: tuple[int, int] | None = None,
) -> PageContext:
    """Note who is signed in, or the id of the sign-in, for the pages of this request."""
    known: dict[str, Any] = {}
    if is_proving_up:
        known |= {"is_proving_up": True, "steps": steps}
    if person is not None:
        known["person"] = person
    if correlation_id is not None:
        known["correlation_id"] = correlation_id
    scope[KEY] = replace(context_of(scope), **known)
    return context_of(scope)
