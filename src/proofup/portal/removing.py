"""`/security-info/methods/{id}/delete`: what goes, what stays, and then it goes."""

from starlette.requests import Request
from starlette.responses import Response

from proofup.challenges.options import options_of
from proofup.methods.declaration import Who
from proofup.pages.forms import read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.policy.decision import is_demanded
from proofup.policy.proofs import preferred
from proofup.portal.door import HOME, Door
from proofup.registration.ports import Actor
from proofup.registration.remove import remove
from proofup.values.errors import StaleMethodError
from proofup.values.ids import MethodId


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show what deleting the method would take away and leave."""
    named = str(request.path_params["method"])
    held = actor.held
    catalogue = door.ports.room.catalogue
    able = [one for one in held if catalogue.is_deleted_by(Who.PERSON, one)]
    going = next((one for one in able if one.id == named), None)
    if going is None:
        return see_other(HOME)
    staying = [one for one in catalogue.lasting(held) if one.id != named]
    room, account = door.ports.room, actor.person.account
    left = options_of(room, staying, actor.policy, at=context_of(request.scope).at)
    policy = actor.policy
    following = preferred(left, None)
    moves = account.default_way is not None and all(one.way != account.default_way for one in left)
    whole = door.sees_numbers(actor, request)
    return door.pages.render(
        request,
        "portal/delete_method.html",
        method=door.shown(going, whole=whole),
        staying=[door.shown(one, whole=whole) for one in staying],
        next_default=door.option(following) if following and moves else None,
        is_demanded=is_demanded(account, policy, at=context_of(request.scope).at),
    )


async def submit(door: Door, request: Request, actor: Actor) -> Response:
    """Delete the method; one that is gone already needs no second deletion."""
    await read_form(request)
    named = MethodId(str(request.path_params["method"]))
    try:
        await remove(door.ports, actor, named, at=context_of(request.scope).at)
    except StaleMethodError:
        return see_other(HOME)
    return see_other(f"{HOME}?done=removed")
