"""The addresses of this door: a page for people, and JSON for devices."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from proofup.authenticator import devices, page
from proofup.authenticator.door import Door, RefusedDeviceError
from proofup.policy.decision import ProofsBlockedError
from proofup.values.errors import ProofupError
from proofup.web.dialect import Dialect
from proofup.web.mount import Mount
from proofup.web.programs import ProgramDialect, Refusal, as_json
from proofup.web.request_context import RequestContext

Answer: TypeAlias = Callable[[Door, Request], Awaitable[Response]]
LONGEST_BODY = 4096  # bytes
CALLS = f"{page.ADDRESS}/v1"


def page_mount(door: Door, dialect: Dialect) -> Mount:
    """Return the page of the app, made with ``door``."""
    routes = [
        Route(page.ADDRESS, partial(page.show, door), methods=["GET"]),
        Route(
            f"{page.ADDRESS}/manifest.webmanifest", partial(page.manifest, door), methods=["GET"]
        ),
        Route(f"{page.ADDRESS}/{{name}}", partial(page.script, door), methods=["GET"]),
    ]
    return Mount(
        paths=frozenset({page.ADDRESS}),
        dialect=dialect,
        routes=routes,
        own_answers=frozenset({ProofupError}),  # it asks for nothing
    )


def devices_mount(door: Door) -> Mount:
    """Return what devices call; each request is signed, and none has a cookie."""

    def post(path: str, answer: Answer) -> Route:
        return Route(f"{CALLS}/{path}", partial(answer, door), methods=["POST"])

    return Mount(
        paths=frozenset({CALLS}),
        dialect=ProgramDialect(
            as_json, {RefusedDeviceError: _refused, ProofsBlockedError: _blocked}
        ),
        routes=[
            post("devices", devices.take_place),
            post("requests", devices.look),
            post("answers", devices.answer),
            post("subscriptions", devices.subscription),
        ],
        for_programs=True,
        is_quiet=True,
        longest_body=LONGEST_BODY,
        own_answers=frozenset({ProofupError}),
    )


def _refused(error: RefusedDeviceError, _: RequestContext) -> Refusal:
    return Refusal(error.status, error.code, error.message)


def _blocked(_: ProofsBlockedError, __: RequestContext) -> Refusal:
    return Refusal(403, "blocked", "second proofs of this account are denied for now")
