"""The addresses of this door."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from proofup.directory.passwords import UnacceptablePasswordError
from proofup.methods.declaration import Role
from proofup.pages.returns import see_other
from proofup.policy.budgets import CountryNotServedError
from proofup.policy.proofs import NotFreshError
from proofup.signin import (
    challenge,
    first_method,
    forgotten,
    going_on,
    leaving,
    name,
    new_password,
    password,
    recovery,
    staying,
    unnamed,
)
from proofup.signin.door import HOME, Door
from proofup.values.errors import InvalidInputError, InvalidNameError, NameTakenError
from proofup.web.dialect import Dialect
from proofup.web.mount import Mount

Page: TypeAlias = Callable[[Door, Request], Awaitable[Response]]


async def _start(_: Door, __: Request) -> Response:
    """Send everybody to My Apps; anyone not signed in signs in on the way."""
    return see_other(HOME)


OWN_ANSWERS = frozenset(
    {
        CountryNotServedError,
        InvalidInputError,
        InvalidNameError,
        NameTakenError,
        NotFreshError,
        UnacceptablePasswordError,
    }
)


def mounted(door: Door, dialect: Dialect) -> Mount:
    """Return the door of a sign-in, its pages made with ``door``.

    It also has the start page, and says that there is none where no other door has one.
    """
    return Mount(
        paths=frozenset({"/"}),
        dialect=dialect,
        routes=_routes(door),
        own_answers=OWN_ANSWERS,
    )


def _routes(door: Door) -> list[Route]:
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
        *(
            route
            for traits in door.ports.room.catalogue.in_role(Role.FIRST)
            for route in (
                get(first_method.address_of(traits), partial(first_method.show, traits)),
                post(first_method.address_of(traits), partial(first_method.submit, traits)),
            )
        ),
        *(
            post(unnamed.unnamed_address(traits), partial(unnamed.submit, traits))
            for traits in door.ports.room.catalogue.in_role(Role.FIRST)
            if traits.by_browser
        ),
        get("/signin/challenge", challenge.show),
        post("/signin/challenge", challenge.submit),
        post("/signin/challenge/send", challenge.send_again),
        get("/signin/challenge/delivery", challenge.delivery),
        get("/signin/options", challenge.options),
        get("/signin/recovery", recovery.show),
        post("/signin/recovery", recovery.submit),
        get("/signin/new-password", new_password.show),
        post("/signin/new-password", new_password.submit),
        get(forgotten.ADDRESS, forgotten.show),
        post(forgotten.ADDRESS, forgotten.submit),
        get(forgotten.PROOF, forgotten.show_ways),
        post(forgotten.PROOF, forgotten.choose),
        get(forgotten.CODE, forgotten.show_code),
        post(forgotten.CODE, forgotten.answer),
        get(forgotten.NEW, forgotten.show_new),
        post(forgotten.NEW, forgotten.set_new),
        get("/signin/stay", staying.show),
        post("/signin/stay", staying.submit),
        post("/signin/continue", going_on.submit),
        post("/signin/later", going_on.later),
        post("/signin/cancel", going_on.leave),
        post("/signout", leaving.submit),
        get("/signed-out", leaving.show),
    ]
