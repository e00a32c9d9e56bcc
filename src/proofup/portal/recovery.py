"""`/security-info/recovery-codes`: how many are left, and a new set, shown once."""

from starlette.requests import Request
from starlette.responses import Response

from proofup.directory.recovery_codes import CODES, left_of, shown
from proofup.pages.forms import read_form
from proofup.pages.returns import see_other
from proofup.portal.door import HOME, Door
from proofup.registration.ports import Actor, UnusableWayError
from proofup.registration.recovery import make_codes
from proofup.web.request_context import context_of

ADDRESS = f"{HOME}/recovery-codes"


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Say how many codes are left, and what making new ones does."""
    found = await door.ports.recovery.of_user(actor.person.user.id)
    return door.pages.render(
        request,
        "portal/recovery_codes.html",
        left=left_of(found),
        made_at=found.created_at if found else None,
        count=CODES,
    )


async def submit(door: Door, request: Request, actor: Actor) -> Response:
    """Make a new set and show it, this once."""
    await read_form(request)
    try:
        codes = await make_codes(door.ports, actor, at=context_of(request.scope).at)
    except UnusableWayError:
        return see_other(HOME)
    return door.pages.render(
        request, "portal/recovery_codes_new.html", codes=[shown(code) for code in codes]
    )
