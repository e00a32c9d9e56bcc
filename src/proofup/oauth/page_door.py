"""What the pages of this door share: their parts, who is signed in, and how they refuse."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from urllib.parse import urlencode

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from proofup.authentication.admission import Admitted, Need, admit
from proofup.authentication.ports import Ports as SignInPorts
from proofup.granting.caller import Caller
from proofup.granting.ports import Ports
from proofup.granting.refusals import GrantRefusedError
from proofup.oauth.dialect import told_of
from proofup.pages.cookies import Cookies
from proofup.pages.errors import Problems
from proofup.pages.page_context import context_of, remember
from proofup.pages.pages import Pages
from proofup.pages.returns import see_other
from proofup.tokens.authorization import SignedIn
from proofup.values.words import marked


class PageDoor(Struct, frozen=True, kw_only=True):
    """The parts that the pages are made with."""

    ports: Ports
    sign_in: SignInPorts
    pages: Pages
    problems: Problems
    cookies: Cookies

    async def admitted(self, request: Request, need: Need) -> Admitted | None:
        """Return the session of the browser, and whether it needs a second proof."""
        context = context_of(request.scope)
        if context.session_token is None:
            return None
        found = await admit(self.sign_in, context.session_token, need, at=context.at)
        if found is not None:
            remember(
                request.scope,
                person=found.person.user,
                correlation_id=found.session.correlation_id,
            )
        return found

    def refused(self, request: Request, error: GrantRefusedError) -> Response:
        """Return the page of a refusal that no client is told."""
        told, message = told_of(error)
        return self.problems.problem(
            request,
            status=400,
            title=marked("This application can't sign you in"),
            what_to_do=marked("%(why)s Tell the people who run the application."),
            facts={"why": message},
            number=told.number,
            name=told.error,
        )


Page: TypeAlias = Callable[[PageDoor, Request], Awaitable[Response]]


def telling_refusals(page: Page) -> Page:
    """Return ``page``, with a page for what it refuses."""

    async def told(door: PageDoor, request: Request) -> Response:
        try:
            return await page(door, request)
        except GrantRefusedError as error:
            return door.refused(request, error)

    return told


def caller_of(request: Request, found: Admitted) -> Caller:
    """Return where a person who is signed in asks from."""
    context = context_of(request.scope)
    return Caller(
        client=context.client,
        correlation_id=found.session.correlation_id,
        at=context.at,
    )


def signed_in_of(found: Admitted) -> SignedIn:
    """Return how the person of a session has proven who they are.

    A remembered browser is no second proof: the tokens would say more than was proven.
    """
    proofs, session = found.session.proofs, found.session
    by_password = ("pwd",) if proofs.first_way is None else ()
    return SignedIn(
        user_id=found.person.user.id,
        epoch=session.epoch,
        signed_in_at=proofs.first_at or session.started_at,
        proven_at=proofs.second_at,
        amr=(*by_password, *(() if proofs.second_at is None else ("mfa",))),
    )


def to_new_sign_in(target: str, *, name: str | None = None, again: bool = False) -> Response:
    """Return the way to a sign-in, also for somebody who is signed in, and then to ``target``."""
    asked = {"return": target}
    if name:
        asked["name"] = name
    if again:
        asked["again"] = "1"
    return see_other(f"/signin?{urlencode(asked)}")
