"""`/signin/stay`: "Stay signed in?", after the last proof and before the session."""

from contextlib import suppress

from starlette.requests import Request
from starlette.responses import Response

from proofup.authentication.dispatcher import Step
from proofup.authentication.session import ABSOLUTE
from proofup.authentication.staying import answer_stay
from proofup.pages.forms import read_form
from proofup.pages.page_context import context_of
from proofup.signin.door import Door
from proofup.signin.going_on import pages_to_go_on_to
from proofup.values.errors import StaleError

HOURS = int(ABSOLUTE.total_seconds() // 3600)


async def show(door: Door, request: Request) -> Response:
    """Ask."""
    here = await door.stand(request)
    if here.step is not Step.STAY:
        return await door.elsewhere(request, here)
    return _page(door, request, then=request.query_params.get("then"))


async def submit(door: Door, request: Request) -> Response:
    """Keep the answer, and go on to where the person was going."""
    form = await read_form(request)
    here = await door.stand(request)
    chosen, then = form.optional("stay", longest=8), form.optional("then", longest=32)
    if here.step is Step.STAY:
        if chosen not in {"yes", "no"}:
            return _page(door, request, then=then)
        with suppress(StaleError):  # the same form, sent twice at once
            at = context_of(request.scope).at
            here = await answer_stay(door.ports, here, stay=chosen == "yes", at=at)
    return await door.go_on(request, here, target=pages_to_go_on_to(door).get(then or ""))


def _page(door: Door, request: Request, *, then: str | None) -> Response:
    known = then if then in pages_to_go_on_to(door) else None
    return door.pages.render(request, "signin/stay.html", hours=HOURS, then=known)
