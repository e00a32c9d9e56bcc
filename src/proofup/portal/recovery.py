"""`/security-info/recovery-codes`: how many are left, and a new set, shown once."""

from starlette.requests import Request
from starlette.responses import Response

from proofup.pages.forms import read_form
from proofup.pages.methods.parts import pages_of, template
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.portal.door import HOME, Door
from proofup.registration.ports import Actor, UnusableWayError
from proofup.registration.recovery import make_codes, stand_in_of
from proofup.values.errors import SlotTakenError, StaleMethodError

ADDRESS = f"{HOME}/recovery-codes"


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Say how many codes are left, and what making new ones does."""
    catalogue = door.ports.room.catalogue
    method = catalogue.stand_in
    if method is None:
        return see_other(HOME)
    found = stand_in_of(catalogue, actor.held)
    return door.pages.render(
        request,
        template(method.kind, "issue"),
        left=catalogue.describe(found).left if found else 0,
        made_at=found.created_at if found else None,
        **pages_of(method.kind).facts,
    )


async def submit(door: Door, request: Request, actor: Actor) -> Response:
    """Make a new set and show it, this once."""
    await read_form(request)
    method = door.ports.room.catalogue.stand_in
    if method is None:
        return see_other(HOME)
    try:
        codes = await make_codes(door.ports, actor, at=context_of(request.scope).at)
    except UnusableWayError:
        return see_other(HOME)
    except (StaleMethodError, SlotTakenError):  # the same form, sent twice at once
        return see_other(ADDRESS)
    shown = [code.reveal() for code in codes]
    return door.pages.render(request, template(method.kind, "issued"), codes=shown)
