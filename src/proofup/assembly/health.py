"""Joins the door that load balancers ask: whether the process is up, and whether it can serve."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from proofup.storage.store import Store

PATHS = ("/healthz", "/readyz")


def health_routes(store: Store) -> list[BaseRoute]:
    """Return both routes; neither tells anything else."""

    async def alive(_: Request) -> Response:
        return PlainTextResponse("up")

    async def ready(_: Request) -> Response:
        is_ready = await store.ready()
        return PlainTextResponse("up" if is_ready else "starting", 200 if is_ready else 503)

    return [Route("/healthz", alive), Route("/readyz", ready)]
