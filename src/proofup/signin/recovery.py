"""`/signin/recovery`: a recovery code, for whoever can use none of the other ways."""

from starlette.requests import Request
from starlette.responses import Response

from proofup.authentication.dispatcher import Standing, Step
from proofup.authentication.recovery import redeem, stand_in
from proofup.challenges.outcome import Refused
from proofup.pages.challenge import error_of, status_of
from proofup.pages.forms import LONGEST_CODE, read_form
from proofup.pages.methods.parts import template
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.signin.door import ADDRESSES, Door


async def show(door: Door, request: Request) -> Response:
    """Ask for a code; who has none is sent to the other ways."""
    here = await door.stand(request)
    if here.step is not Step.CHALLENGE:
        return await door.elsewhere(request, here)
    if stand_in(door.ports, here, at=context_of(request.scope).at) is None:
        return see_other(f"{ADDRESSES[Step.CHALLENGE]}")
    return _page(door, request, here)


async def submit(door: Door, request: Request) -> Response:
    """Judge the code; a right one goes on to where the person was going."""
    context = context_of(request.scope)
    form = await read_form(request)
    here = await door.stand(request)
    if here.step is not Step.CHALLENGE:
        return await door.go_on(request, here)
    typed = form.text("code", longest=LONGEST_CODE)
    outcome = await redeem(door.ports, here, typed, await door.brought(request), at=context.at)
    if isinstance(outcome, Refused):
        return _page(door, request, here, refused=outcome)
    return await door.proven(request, outcome)


def _page(
    door: Door, request: Request, here: Standing, *, refused: Refused | None = None
) -> Response:
    method = door.ports.room.catalogue.stand_in
    if method is None:
        return see_other(f"{ADDRESSES[Step.CHALLENGE]}")
    return door.pages.render(
        request,
        template(method.kind, "challenge"),
        status=status_of(refused, None),
        user_name=here.sign_in.name if here.sign_in else "",
        because=refused.because.value if refused else None,
        left=refused.left if refused else None,
        until=refused.until if refused else None,
        error=error_of(refused, None),
    )
