"""`/security-info/recovery-codes`: how many are left, and a new set, shown once."""

from starlette.requests import Request
from starlette.responses import Response

from proofup.methods.declaration import Role
from proofup.pages.forms import read_form
from proofup.pages.methods.parts import pages_of, template
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.portal.door import HOME, Door
from proofup.registration.ports import Actor, UnusableWayError
from proofup.registration.recovery import make_codes, stand_in_of
from proofup.values.errors import SlotTakenError, StaleMethodError

ADDRESS = f"{HOME}/recovery-codes"
LONGEST_ID = 64


def stood_in(door: Door, actor: Actor) -> dict[str, object] | None:
    """Return what a page says of the code by which the actor signed in, if it was one."""
    catalogue, way = door.ports.room.catalogue, actor.proofs.second_way
    if way is None or way not in {traits.word for traits in catalogue.in_role(Role.STAND_IN)}:
        return None
    found = stand_in_of(catalogue, actor.held)
    left = catalogue.describe(found).left if found else 0
    return {"kind": catalogue.kinds[way], "left": left}


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
        replaces=found.id if found else "",
        **pages_of(method.kind).facts,
    )


async def submit(door: Door, request: Request, actor: Actor) -> Response:
    """Make a new set and show it, this once; a form that made one already makes no other."""
    form = await read_form(request)
    catalogue, at = door.ports.room.catalogue, context_of(request.scope).at
    method = catalogue.stand_in
    if method is None:
        return see_other(HOME)
    present = stand_in_of(catalogue, actor.held)
    if form.text("replaces", longest=LONGEST_ID) != (present.id if present else ""):
        return see_other(ADDRESS)
    try:
        codes = await make_codes(door.ports, actor, at=at)
    except UnusableWayError:
        return see_other(HOME)
    except (StaleMethodError, SlotTakenError):  # the same form, sent twice at once
        return see_other(ADDRESS)
    shown = [code.reveal() for code in codes]
    return door.pages.render(request, template(method.kind, "issued"), codes=shown, made_at=at)
