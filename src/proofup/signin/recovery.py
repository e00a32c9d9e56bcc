"""`/signin/recovery`: a recovery code, for whoever can use none of the other ways."""

from starlette.requests import Request
from starlette.responses import Response

from proofup.authentication.dispatcher import Standing, Step, stand
from proofup.authentication.recovery import codes_of, use_code
from proofup.challenges.outcome import Refused
from proofup.directory.recovery_codes import LONGEST_TYPED
from proofup.signin.door import ADDRESSES, Door
from proofup.web.challenge import error_of, status_of
from proofup.web.forms import read_form
from proofup.web.returns import see_other
from proofup.web.visit import visit_of


async def show(door: Door, request: Request) -> Response:
    """Ask for a code; who has none is sent to the other ways."""
    here = await door.stand(request)
    if here.step is not Step.CHALLENGE:
        return door.elsewhere(request, here)
    if await codes_of(door.ports, here) is None:
        return see_other(f"{ADDRESSES[Step.CHALLENGE]}")
    return _page(door, request, here)


async def submit(door: Door, request: Request) -> Response:
    """Judge the code; a right one goes on to where the person was going."""
    visit = visit_of(request.scope)
    form = await read_form(request)
    here = await door.stand(request)
    if here.step is not Step.CHALLENGE:
        return await door.go_on(request, here)
    typed = form.text("code", longest=4 * LONGEST_TYPED)
    refused = await use_code(door.ports, here, typed, at=visit.at)
    if refused is not None:
        return _page(door, request, here, refused=refused)
    there = await stand(door.ports, visit.transaction_token or "", at=visit.at)
    return await door.go_on(request, there)


def _page(
    door: Door, request: Request, here: Standing, *, refused: Refused | None = None
) -> Response:
    return door.pages.render(
        request,
        "signin/recovery.html",
        status=status_of(refused, None),
        user_name=here.sign_in.name if here.sign_in else "",
        because=refused.because.value if refused else None,
        left=refused.left if refused else None,
        until=refused.until if refused else None,
        error=error_of(refused, None),
    )
