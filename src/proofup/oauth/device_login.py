"""`/devicelogin`: a person types the code that a program on another machine shows."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from proofup.authentication.admission import Admitted, Need
from proofup.granting.device import answer_device, scopes_of_device, waiting_device
from proofup.granting.finding import application_with
from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.oauth.page_door import (
    PageDoor,
    caller_of,
    signed_in_of,
    telling_refusals,
    to_new_sign_in,
)
from proofup.pages.forms import read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import to_verify
from proofup.policy.limits import Charge, Limit
from proofup.tokens.application import Application
from proofup.tokens.device_code import DeviceCode
from proofup.values.errors import AlreadySpentError

DEVICE_LOGIN = "/devicelogin"
ANSWER = f"{DEVICE_LOGIN}/answer"
LONGEST_CODE = 32  # letters
TYPED_CODES = Limit(name="deviceCodes", most=10, within=timedelta(minutes=5))


async def show(door: PageDoor, request: Request) -> Response:
    """Ask for the code, once the person is signed in."""
    found = await door.admitted(request, Need.REMEMBERED)
    if found is None:
        return to_new_sign_in(DEVICE_LOGIN)
    if found.proof_due:
        return to_verify(DEVICE_LOGIN)
    code = request.query_params.get("otc", "")[:LONGEST_CODE]
    return door.pages.render(request, "oauth/device.html", problem=None, code=code)


@telling_refusals
async def submit(door: PageDoor, request: Request) -> Response:
    """Show which program a code is of, and ask whether the person means it."""
    found = await door.admitted(request, Need.REMEMBERED)
    if found is None or found.proof_due:
        return to_new_sign_in(DEVICE_LOGIN)
    form = await read_form(request)
    typed = form.text("otc", longest=LONGEST_CODE)
    await _count(door, request, found)
    waiting = await waiting_device(door.ports, typed, at=context_of(request.scope).at)
    if waiting is None:
        return door.pages.render(
            request, "oauth/device.html", status=400, problem="unknown", code=""
        )
    application = await _application(door, waiting)
    await scopes_of_device(door.ports, application, waiting, signed_in_of(found))
    return door.pages.render(
        request,
        "oauth/device_confirm.html",
        application=application.name,
        user=found.person.user,
        code=waiting.user_code,
    )


@telling_refusals
async def answer(door: PageDoor, request: Request) -> Response:
    """Let the program in, or refuse it."""
    found, at = await door.admitted(request, Need.REMEMBERED), context_of(request.scope).at
    if found is None or found.proof_due:
        return to_new_sign_in(DEVICE_LOGIN)
    form = await read_form(request)
    allowed = form.text("answer", longest=16) == "allow"
    waiting = await waiting_device(door.ports, form.text("otc", longest=LONGEST_CODE), at=at)
    if waiting is None:
        raise GrantRefusedError(Refused.DEVICE_CODE_EXPIRED)
    application, signed_in = await _application(door, waiting), signed_in_of(found)
    scopes = await scopes_of_device(door.ports, application, waiting, signed_in)
    try:
        await answer_device(
            door.ports,
            application,
            waiting,
            signed_in,
            scopes,
            allowed=allowed,
            caller=caller_of(request, found),
        )
    except AlreadySpentError as error:
        raise GrantRefusedError(Refused.DEVICE_CODE_EXPIRED) from error
    return door.pages.render(
        request, "oauth/device_done.html", application=application.name, allowed=allowed
    )


async def _application(door: PageDoor, waiting: DeviceCode) -> Application:
    found = await application_with(door.ports, waiting.application_id)
    if found is None or not found.enabled:
        raise GrantRefusedError(Refused.DISABLED_APPLICATION, waiting.application_id)
    return found


async def _count(door: PageDoor, request: Request, found: Admitted) -> None:
    """Count the codes that a person tries; raises LimitReachedError."""
    key = door.ports.counter_key(TYPED_CODES.name, found.person.user.id)
    charge = Charge(key=key, limit=TYPED_CODES)
    await door.ports.counters.charge(charge, at=context_of(request.scope).at)
