"""`/signin`: name the account."""

from starlette.requests import Request
from starlette.responses import Response

from proofup.authentication.dispatcher import Step
from proofup.authentication.name import submit_name
from proofup.authentication.session import ActiveSession
from proofup.authentication.sessions import look
from proofup.pages.cookies import Cookie
from proofup.pages.forms import read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import safe_return, see_other
from proofup.signin.door import ADDRESSES, HOME, Door
from proofup.signin.unnamed import name_page
from proofup.values.ids import random_token

LONGEST_NAME = 512  # letters; more than any name, so that a long one is told to be nobody's


async def show(door: Door, request: Request) -> Response:
    """Ask for the user name; who is signed in already goes on at once.

    Who comes here because a session has ended, on the way to another page, is told so.
    """
    context = context_of(request.scope)
    target = safe_return(request.query_params.get("return"))
    token = context.session_token
    session = await look(door.ports, token, at=context.at) if token else None
    is_again = "again" in request.query_params  # an application wants a new sign-in
    if isinstance(session, ActiveSession) and not is_again:
        return see_other(target or HOME)
    told = {
        **await name_page(door, request, target),
        "user_name": request.query_params.get("name", "")[:LONGEST_NAME],
        "ended": None if isinstance(session, ActiveSession) else session,
        "was_reset": request.query_params.get("password") == "reset",
    }
    return door.pages.render(request, "signin/name.html", **told)


async def submit(door: Door, request: Request) -> Response:
    """Open a sign-in for the name, under a new token of this browser."""
    context = context_of(request.scope)
    form = await read_form(request)
    token = random_token(door.ports.room.entropy)
    await submit_name(
        door.ports,
        token,
        form.text("username", longest=LONGEST_NAME),
        return_to=safe_return(form.optional("return", longest=2048)),
        before=context.transaction_token,
        browser=door.cookies.read(request, Cookie.KNOWN),
        client=context.client,
        language=context.language,
        at=context.at,
    )
    response = see_other(ADDRESSES[Step.PASSWORD])
    door.cookies.set(response, Cookie.TRANSACTION, token)
    return response
