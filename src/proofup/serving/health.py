"""The routes for load balancers: whether the process runs, and whether it can serve.

They reveal nothing else and answer under any host name (security row AD13).
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from proofup.values.errors import ProofupError
from proofup.web.mount import Mount
from proofup.web.programs import ProgramDialect, as_text

ALIVE = "/healthz"
READY = "/readyz"


def health_door(is_ready: Callable[[], Awaitable[bool]]) -> Mount:
    """Return the door, which says "up" at ``READY`` once ``is_ready``."""

    async def alive(_: Request) -> Response:
        return PlainTextResponse("up")

    async def ready(_: Request) -> Response:
        can_serve = await is_ready()
        return PlainTextResponse("up" if can_serve else "not ready", 200 if can_serve else 503)

    return Mount(
        paths=frozenset({ALIVE, READY}),
        dialect=ProgramDialect(as_text),
        routes=[Route(ALIVE, alive), Route(READY, ready)],
        any_host=True,
        for_programs=True,
        is_quiet=True,
        own_answers=frozenset({ProofupError}),  # its one read may fail
    )
