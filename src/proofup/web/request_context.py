"""The context of one request: when, from where, and its ids."""

from datetime import datetime

from msgspec import Struct
from starlette.types import Scope

from proofup.languages.known import ENGLISH
from proofup.values.client import Client
from proofup.values.ids import CorrelationId

KEY = "proofup.request_context"


class RequestContext(Struct, frozen=True, kw_only=True):
    """The data of a request that all doors share.

    ``at`` is the one instant of the whole request. ``nonce`` belongs to the Content-Security-Policy
    of the answer, ``language`` is that of the answer. ``correlation_id`` is random until a door
    sets the one of the sign-in that the request belongs to.
    """

    at: datetime
    request_id: str
    correlation_id: CorrelationId
    nonce: str
    client: Client
    language: str = ENGLISH

    def __repr__(self) -> str:
        """Show the ids of the request, and no secrets."""
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
