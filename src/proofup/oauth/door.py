"""What the routes of this door share: their parts, the tenant of a path, and its answers."""

from typing import Any

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from proofup.granting.caller import Caller
from proofup.granting.ports import Ports
from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.web.request_context import context_of

A_DAY = {"cache-control": "public, max-age=86400"}


class Door(Struct, frozen=True, kw_only=True):
    """The parts that the routes are made with."""

    ports: Ports

    def tenant_part(self, request: Request) -> str:
        """Return the first part of the path, which names the tenant. Raises GrantRefusedError."""
        named = str(request.path_params["tenant"])
        if not self.ports.tenant.is_called(named):
            raise GrantRefusedError(Refused.UNKNOWN_TENANT, named)
        return named.lower()


def caller_of(request: Request) -> Caller:
    """Return where the request comes from, and when."""
    context = context_of(request.scope)
    return Caller(client=context.client, correlation_id=context.correlation_id, at=context.at)


def answer(body: Any, *, cached: bool = False) -> Response:
    """Return ``body`` as JSON; only what is the same for everybody may be ``cached``."""
    headers = A_DAY if cached else None
    return Response(msgspec.json.encode(body), headers=headers, media_type="application/json")
