"""One request as all who answer it see it: when, from where, under which ids."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from starlette.types import Scope

from proofup.directory.users import User
from proofup.languages.known import ENGLISH
from proofup.values.client import Client
from proofup.values.ids import CorrelationId

KEY = "proofup.request_context"


class RequestContext(Struct, frozen=True, kw_only=True):
    """What is known of a request before any page looks at it.

    ``at`` is the one instant of the whole request. ``nonce`` is that of the answer's policy.
    ``language`` is the one to answer in; ``asked_language`` is there where the address asked for
    one, which is kept then. ``session_token``, ``transaction_token`` and ``browser_secret`` are
    the cookies, unjudged; ``browser_is_new`` says that the secret was drawn just now. ``person``
    is who is signed in, once a door has found out; ``is_proving_up`` says that they are not quite
    yet, and set their methods right on the way. ``correlation_id`` is drawn anew until a door
    names the one of the sign-in that the request belongs to.
    """

    at: datetime
    request_id: str
    correlation_id: CorrelationId
    nonce: str
    client: Client
    language: str = ENGLISH
    asked_language: str | None = None
    session_token: str | None = None
    transaction_token: str | None = None
    browser_secret: str = ""
    browser_is_new: bool = False
    person: User | None = None
    is_proving_up: bool = False

    def __repr__(self) -> str:
        """Tell which request it is, and none of its secrets."""
        return f"RequestContext({self.request_id!r})"

    @property
    def reference(self) -> str:
        """The short form of the correlation id that people read to the help desk: 4F6C-2A1E."""
        letters = self.correlation_id.replace("-", "")[:8].upper()
        return f"{letters[:4]}-{letters[4:]}"


def context_of(scope: Scope) -> RequestContext:
    """Return the context of a request; ``request.scope`` has it behind ``web.entrance``."""
    context = scope[KEY]
    if not isinstance(context, RequestContext):
        raise TypeError("no request context in the scope")
    return context


def remember(
    scope: Scope,
    *,
    person: User | None = None,
    correlation_id: CorrelationId | None = None,
    is_proving_up: bool = False,
) -> RequestContext:
    """Note who is signed in, or the id of the sign-in, for the pages of this request."""
    known: dict[str, Any] = {}
    if is_proving_up:
        known["is_proving_up"] = True
    if person is not None:
        known["person"] = person
    if correlation_id is not None:
        known["correlation_id"] = correlation_id
    scope[KEY] = replace(context_of(scope), **known)
    return context_of(scope)
