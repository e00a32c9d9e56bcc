"""`/security-info/methods/{id}/name`: what its owner calls a method."""

from starlette.requests import Request
from starlette.responses import Response

from proofup.pages.forms import read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.portal.choices import DISPLAY_NAME, LONGEST_DISPLAY_NAME
from proofup.portal.door import HOME, Door
from proofup.registration.ports import Actor
from proofup.registration.rename import can_be_renamed, rename
from proofup.values.errors import InvalidInputError, StaleMethodError
from proofup.values.ids import MethodId


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show the name as it is."""
    return _page(door, request, actor)


async def submit(door: Door, request: Request, actor: Actor) -> Response:
    """Keep the name that was typed."""
    form = await read_form(request)
    named = MethodId(str(request.path_params["method"]))
    typed = form.text(DISPLAY_NAME, longest=LONGEST_DISPLAY_NAME)
    try:
        await rename(door.ports, actor, named, typed, at=context_of(request.scope).at)
    except InvalidInputError as error:
        return _page(door, request, actor, typed=typed, reason=error.reason)
    except StaleMethodError:
        return see_other(HOME)
    return see_other(f"{HOME}?done=renamed")


def _page(
    door: Door,
    request: Request,
    actor: Actor,
    *,
    typed: str | None = None,
    reason: str | None = None,
) -> Response:
    named = str(request.path_params["method"])
    catalogue = door.ports.room.catalogue
    own = (one for one in actor.held if one.id == named and can_be_renamed(catalogue, one))
    method = next(own, None)
    if method is None:
        return see_other(HOME)
    shown = door.shown(method, whole=True)
    return door.pages.render(
        request,
        "portal/rename_method.html",
        status=400 if reason else 200,
        method=shown,
        typed={DISPLAY_NAME: shown["full"] if typed is None else typed},
        reason=reason,
    )
