"""`/myapps/permissions`: what applications may do for the person, and withdrawing it."""

from starlette.requests import Request
from starlette.responses import Response

from proofup.pages.forms import read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.portal.door import Door
from proofup.registration.allowed_applications import allowed_applications, withdraw
from proofup.registration.ports import Actor
from proofup.values.errors import StaleError
from proofup.values.ids import ApplicationId

ADDRESS = "/myapps/permissions"
WITHDRAW = f"{ADDRESS}/{{application:uuid}}/withdraw"


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show the applications that act for the person."""
    at = context_of(request.scope).at
    return door.pages.render(
        request,
        "portal/allowed_applications.html",
        applications=await allowed_applications(door.ports, actor, at=at),
        is_done=request.query_params.get("done") is not None,
    )


async def withdraw_one(door: Door, request: Request, actor: Actor) -> Response:
    """Withdraw what one application may do; one that may do nothing any more is no error."""
    await read_form(request)
    named = ApplicationId(str(request.path_params["application"]))
    try:
        await withdraw(door.ports, actor, named, at=context_of(request.scope).at)
    except StaleError:
        return see_other(ADDRESS)
    return see_other(f"{ADDRESS}?done")
