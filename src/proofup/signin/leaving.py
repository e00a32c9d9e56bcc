"""`/signout`: leave; and what is shown then."""

from starlette.requests import Request
from starlette.responses import Response

from proofup.authentication.sessions import active_session, sign_out
from proofup.pages.cookies import Cookie
from proofup.pages.forms import read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.signin.door import Door


async def submit(door: Door, request: Request) -> Response:
    """End the session, here and in the database; without one there is nothing to end."""
    context = context_of(request.scope)
    await read_form(request)
    if context.session_token:
        found = await active_session(door.ports, context.session_token, at=context.at)
        if found:
            await sign_out(door.ports, found, at=context.at)
    response = see_other("/signed-out")
    door.cookies.clear(response, Cookie.SESSION)
    door.cookies.clear(response, Cookie.TRANSACTION)
    return response


async def show(door: Door, request: Request) -> Response:
    """Say that the session ended, or every one of them, and offer to begin another."""
    everywhere = "everywhere" in request.query_params
    return door.pages.render(request, "signin/signed_out.html", everywhere=everywhere)
