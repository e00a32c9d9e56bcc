"""`/security-info/activity`: what happened to a person's account lately, all of it."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from proofup.pages.page_context import context_of
from proofup.portal.door import HOME, Door
from proofup.registration.ports import Actor

ADDRESS = f"{HOME}/activity"
DAYS = 30
MOST = 100


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show sign-ins and changes, also those that an administrator or a stranger made."""
    since = context_of(request.scope).at - timedelta(days=DAYS)
    found = await door.activity.of_user(actor.person.user.id, most=MOST + 1)
    lately = [entry for entry in found if entry.at > since]
    return door.pages.render(
        request,
        "portal/all_activity.html",
        activity=lately[:MOST],
        kinds=door.ports.room.catalogue.kinds,
        days=DAYS,
        most=MOST,
        is_cut=len(lately) > MOST,
        held=actor.person.account.changes_held_at is not None,
    )
