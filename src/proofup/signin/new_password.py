"""`/signin/new-password`: the present password is replaced before the sign-in goes on."""

from starlette.requests import Request
from starlette.responses import Response

from proofup.authentication.dispatcher import Standing, Step
from proofup.authentication.forced_change import least_of, replace_password
from proofup.directory.passwords import MOST_CODE_POINTS, UnacceptablePasswordError
from proofup.pages.forms import LONGEST_PASSWORD, read_form
from proofup.pages.page_context import context_of
from proofup.signin.door import Door
from proofup.values.errors import RevokedError, StaleError
from proofup.values.secret import Secret


async def show(door: Door, request: Request) -> Response:
    """Ask for the new password."""
    here = await door.stand(request)
    if here.step is not Step.NEW_PASSWORD:
        return await door.elsewhere(request, here)
    return _page(door, request, here)


async def submit(door: Door, request: Request) -> Response:
    """Replace the password, and go on with the sign-in."""
    form = await read_form(request)
    here = await door.stand(request)
    if here.step is not Step.NEW_PASSWORD:
        return await door.go_on(request, here)
    new = Secret(form.text("new", longest=LONGEST_PASSWORD))
    if form.text("again", longest=LONGEST_PASSWORD) != new.reveal():
        return _page(door, request, here, because="again")
    brought, at = await door.brought(request), context_of(request.scope).at
    try:
        found = await replace_password(door.ports, here, new, brought, at=at)
    except UnacceptablePasswordError as error:
        return _page(door, request, here, because=error.reason)
    except (StaleError, RevokedError):  # the same form, sent twice at once: the other one was first
        return await door.go_on(request, await door.stand(request))
    return await door.proven(request, found)


def _page(door: Door, request: Request, here: Standing, *, because: str | None = None) -> Response:
    return door.pages.render(
        request,
        "signin/new_password.html",
        status=400 if because else 200,
        user_name=here.sign_in.name if here.sign_in else "",
        because=because,
        least=least_of(door.ports, here.held),
        most=MOST_CODE_POINTS,
    )
