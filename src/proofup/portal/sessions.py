"""Where a person is signed in, as they see and end it.

`/security-info/sessions/{id}/end` ends one session, `/security-info/sign-out-everywhere` all.
"""

from starlette.requests import Request
from starlette.responses import Response

from proofup.authentication.own_sessions import end_all, end_other, own_sessions
from proofup.pages.cookies import Cookie
from proofup.pages.forms import read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other, to_verify
from proofup.policy.proofs import NotFreshError
from proofup.portal.choices import choices_of
from proofup.portal.devices import ledger as remembered_browsers
from proofup.portal.door import HOME, Door, InSession
from proofup.registration.ports import Actor
from proofup.registration.recovery import codes_left
from proofup.values.ids import SessionId

EVERYWHERE = f"{HOME}/sign-out-everywhere"
SIGNED_OUT = "/signed-out?everywhere=1"


async def end_one(door: Door, request: Request, actor: InSession) -> Response:
    """End the session that the address names."""
    context = context_of(request.scope)
    await read_form(request)
    named = SessionId(str(request.path_params["session"]))
    try:
        await end_other(door.sign_in, actor.admitted, named, client=context.client, at=context.at)
    except NotFreshError:  # there is no page at this address to come back to
        return to_verify(HOME)
    return see_other(f"{HOME}?done=session-ended")


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show what signing out everywhere would end and leave."""
    held, at = actor.held, context_of(request.scope).at
    whole = door.sees_numbers(actor, request)
    return door.pages.render(
        request,
        "portal/sign_out_everywhere.html",
        sessions=await ledger(door, request, actor),
        devices=await remembered_browsers(door, request, actor),
        staying=[door.shown(one, whole=whole) for one in door.ports.room.catalogue.lasting(held)],
        codes_left=codes_left(door.ports.room.catalogue, actor.policy, held, at=at),
        can_add=bool(choices_of(door, actor, held, at=at)),
    )


async def submit(door: Door, request: Request, actor: InSession) -> Response:
    """End every session and forget every browser; this one opens nothing any more either."""
    context = context_of(request.scope)
    await read_form(request)
    await end_all(
        door.sign_in,
        actor.admitted,
        client=context.client,
        language=context.language,
        at=context.at,
    )
    response = see_other(SIGNED_OUT)
    door.cookies.clear(response, Cookie.SESSION)
    return response


async def ledger(door: Door, request: Request, actor: Actor) -> list[dict[str, object]]:
    """Return what a page says of each session the person has now."""
    at = context_of(request.scope).at
    return [
        {
            "id": one.id,
            "browser": one.client.browser,
            "system": one.client.system,
            "address": one.client.address,
            "started_at": one.started_at,
            "last_seen_at": one.last_seen_at,
            "is_here": one.id == actor.session_id,
        }
        for one in await own_sessions(door.sign_in, actor.person, at=at)
    ]
