"""`/security-info/password`: another password in place of the present one."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from proofup.directory.passwords import MOST_CODE_POINTS, UnacceptablePasswordError
from proofup.pages.forms import LONGEST_PASSWORD, read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.portal.door import HOME, Door
from proofup.registration.password import (
    ChangeRefusal,
    ChangeRefused,
    change_password,
    check_may_change,
)
from proofup.registration.ports import Actor
from proofup.values.secret import Secret

ADDRESS = f"{HOME}/password"


async def from_well_known(_: Door, __: Request) -> Response:
    """Send password managers to the page (W3C, *A Well-Known URL for Changing Passwords*)."""
    return see_other(ADDRESS)


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show the form, to whoever has just shown that it is them."""
    return await _page(door, request, actor)


async def submit(door: Door, request: Request, actor: Actor) -> Response:
    """Change the password, and stay signed in here."""
    form = await read_form(request)
    present = Secret(form.text("present", longest=LONGEST_PASSWORD))
    new = Secret(form.text("new", longest=LONGEST_PASSWORD))
    if form.text("again", longest=LONGEST_PASSWORD) != new.reveal():
        return await _page(door, request, actor, because="again")
    at = context_of(request.scope).at
    try:
        refused = await change_password(door.ports, actor, present, new, at=at)
    except UnacceptablePasswordError as error:
        return await _page(door, request, actor, because=error.reason)
    if refused is not None:
        return await _refused(door, request, actor, refused)
    return see_other(f"{HOME}?done=password-changed")


async def _refused(door: Door, request: Request, actor: Actor, refused: ChangeRefused) -> Response:
    is_paused = refused.because is ChangeRefusal.PAUSED
    return await _page(
        door,
        request,
        actor,
        because=refused.because.value,
        until=refused.until,
        status=429 if is_paused else 400,
    )


async def _page(
    door: Door,
    request: Request,
    actor: Actor,
    *,
    because: str | None = None,
    until: datetime | None = None,
    status: int = 400,
) -> Response:
    at = context_of(request.scope).at
    return door.pages.render(
        request,
        "portal/change_password.html",
        status=status if because else 200,
        because=because,
        until=until,
        least=check_may_change(door.ports, actor, at=at),
        most=MOST_CODE_POINTS,
    )
