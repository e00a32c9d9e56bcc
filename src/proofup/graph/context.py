"""The context of a call: that of any request, and what Graph's answers repeat of it."""

from uuid import UUID

from starlette.types import Scope

from proofup.web import request_context
from proofup.web.request_context import RequestContext

OF_METHODS = frozenset({"authentication", "policies", "reports"})


class GraphContext(RequestContext, frozen=True, kw_only=True):
    """What is known of a call before it is read.

    ``of_methods`` says that the resource is of authentication methods, policies or reports, whose
    errors have other codes than those of the directory.
    """

    client_request_id: str
    of_methods: bool


def graph_context(context: RequestContext, client_request_id: str, path: str) -> GraphContext:
    """Return ``context`` with what a call to ``path`` adds to it."""
    shared = {name: getattr(context, name) for name in RequestContext.__struct_fields__}
    segments = frozenset(path.lower().split("/"))
    return GraphContext(
        **shared,
        client_request_id=_guid(client_request_id) or context.request_id,
        of_methods=not segments.isdisjoint(OF_METHODS),
    )


def context_of(scope: Scope) -> GraphContext:
    """Return the context of a request to this door."""
    context = request_context.context_of(scope)
    if not isinstance(context, GraphContext):
        raise TypeError("the request is not for Graph")
    return context


def _guid(text: str) -> str | None:
    """Return ``text`` if it is a GUID: nothing else is repeated in a header."""
    try:
        return text if str(UUID(text)) == text.lower() else None
    except ValueError:
        return None
