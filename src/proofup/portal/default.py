"""`/security-info/default`: choose the option that is asked for first."""

from starlette.requests import Request
from starlette.responses import Response

from proofup.challenges.options import options_of
from proofup.pages.forms import read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.policy.proofs import preferred
from proofup.portal.door import HOME, Door, home_of
from proofup.registration.default import set_default
from proofup.registration.ports import Actor, UnusableWayError


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show the options to choose from."""
    return await _page(door, request, actor)


async def submit(door: Door, request: Request, actor: Actor) -> Response:
    """Keep the choice."""
    form = await read_form(request)
    chosen = form.optional("option", longest=32)
    way = next((way for way in door.ports.room.catalogue.ways if way == chosen), None)
    if way is None:
        return await _page(door, request, actor, reason="choose")
    try:
        await set_default(door.ports, actor, way, at=context_of(request.scope).at)
    except UnusableWayError:
        return await _page(door, request, actor, reason="gone")
    return see_other(home_of(actor) if actor.signing_in else f"{HOME}?done=default-changed")


async def _page(
    door: Door, request: Request, actor: Actor, *, reason: str | None = None
) -> Response:
    held = actor.held
    options = options_of(door.ports.room, held, actor.policy, at=context_of(request.scope).at)
    default = preferred(options, actor.person.account.default_way)
    return door.pages.render(
        request,
        "portal/default.html",
        status=400 if reason else 200,
        options=[door.option(option) for option in options if option.traits.can_be_default],
        default=default.way if default else None,
        reason=reason,
    )
