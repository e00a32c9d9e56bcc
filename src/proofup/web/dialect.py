"""What a door must be able to say: how it reads a request, and how it refuses one."""

from collections.abc import Sequence
from typing import Protocol, TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from proofup.web.request_context import RequestContext

RawHeaders: TypeAlias = Sequence[tuple[bytes, bytes]]


class Dialect(Protocol):
    """The language of a door: HTML for people, JSON or plain text for programs."""

    def known(self, scope: Scope, context: RequestContext) -> RequestContext:
        """Return ``context`` with what this door reads from a request, such as its cookies."""
        ...

    def headers(self, content_type: bytes, context: RequestContext) -> RawHeaders:
        """Return the headers that an answer of ``content_type`` gets from this door."""
        ...

    async def refuse_host(self, request: Request, status: int, origin: str) -> Response:
        """Answer a request for a host that is not ours: 400 for no host, 421 for another."""
        ...

    async def refuse_stranger(self, request: Request) -> Response:
        """Answer a request that a page of another site made the browser send."""
        ...

    async def fault(self, request: Request, error: Exception) -> Response:
        """Answer after a fault of ours. Tell nothing of ``error``."""
        ...
