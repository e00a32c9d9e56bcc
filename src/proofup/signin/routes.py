"""The addresses of this door."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from proofup.pages.returns import see_other
from proofup.signin import challenge, going_on, leaving, name, password, recovery, staying
from proofup.signin.door import HOME, Door

Page: TypeAlias = Callable[[Door, Request], Awaitable[Response]]


async def _start(_: Door, __: Request) -> Response:
    """Send everybody to their own page; whoever is not signed in is asked to on the way."""
    return see_other(HOME)


def routes(door: Door) -> list[Route]:
    """Return the routes of a sign-in, its pages made with ``door``."""

    def get(path: str, page: Page) -> Route:
        return Route(path, partial(page, door), methods=["GET"])

    def post(path: str, page: Page) -> Route:
        return Route(path, partial(page, door), methods=["POST"])

    return [
        get("/", _start),
        get("/signin", name.show),
        post("/signin", name.submit),
        get("/signin/password", password.show),
        post("/signin/password", password.submit),
        get("/signin/challenge", challenge.show),
        post("/signin/challenge", challenge.submit),
        post("/signin/challenge/send", challenge.send_again),
        get("/signin/challenge/delivery", challenge.delivery),
        get("/signin/options", challenge.options),
        get("/signin/recovery", recovery.show),
        post("/signin/recovery", recovery.submit),
        get("/signin/stay", staying.show),
        post("/signin/stay", staying.submit),
        post("/signin/continue", going_on.submit),
        post("/signin/later", going_on.later),
        post("/signin/cancel", going_on.leave),
        post("/signout", leaving.submit),
        get("/signed-out", leaving.show),
    ]
