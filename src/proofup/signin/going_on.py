"""On from setting up methods: `/signin/continue`, put off by `/signin/later`, `/signin/cancel`."""

from contextlib import suppress

from starlette.requests import Request
from starlette.responses import Response

from proofup.authentication.dispatcher import Step
from proofup.authentication.proving_up import cancel, put_off
from proofup.pages.cookies import Cookie
from proofup.pages.forms import read_form
from proofup.pages.methods.parts import pages_of, typed_forms
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.signin.door import ADDRESSES, SIGN_IN, Door
from proofup.values.errors import StaleError


def pages_to_go_on_to(door: Door) -> dict[str, str]:
    """Return where else somebody may go on to, who has just set up their methods, by its word."""
    catalogue = door.ports.room.catalogue
    pages = [form.page for form in typed_forms(catalogue.by_kind).values()]
    issue = pages_of(catalogue.stand_in.kind).issue if catalogue.stand_in else None
    return {page.choice: page.path for page in (*pages, *((issue,) if issue else ()))}


async def submit(door: Door, request: Request) -> Response:
    """Go to where the sign-in stands; one that has earned a session gets it here."""
    form = await read_form(request)
    then = form.optional("then", longest=32) or ""
    here = await door.stand(request)
    following = pages_to_go_on_to(door)
    if here.step is Step.STAY and then in following:
        # One more question, which is told where to go on.
        return see_other(f"{ADDRESSES[here.step]}?then={then}")
    return await door.go_on(request, here, target=following.get(then))


async def later(door: Door, request: Request) -> Response:
    """Leave setting up methods for another time, where that is allowed."""
    await read_form(request)
    with suppress(StaleError):  # the same form, sent twice at once
        await put_off(door.ports, await door.stand(request), at=context_of(request.scope).at)
    return await door.go_on(request, await door.stand(request))


async def leave(door: Door, request: Request) -> Response:
    """End the sign-in instead of setting up methods."""
    await read_form(request)
    with suppress(StaleError):  # the same form, sent twice at once
        await cancel(door.ports, await door.stand(request), at=context_of(request.scope).at)
    response = see_other(SIGN_IN)
    door.cookies.clear(response, Cookie.TRANSACTION)
    return response
