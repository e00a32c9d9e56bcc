"""`/signin/password`: the first proof."""

from starlette.requests import Request
from starlette.responses import Response

from proofup.authentication.dispatcher import Step
from proofup.authentication.first_proof import enter
from proofup.authentication.password import PasswordRefusal, PasswordRefused
from proofup.pages.cookies import Cookie
from proofup.pages.device_cookie import keep_device, shown_devices
from proofup.pages.errors import Action
from proofup.pages.forms import read_form
from proofup.pages.not_sent import trouble_of
from proofup.pages.page_context import context_of
from proofup.pages.refusals import SIGN_IN_STOPPED
from proofup.pages.returns import see_other
from proofup.signin.door import ADDRESSES, Door
from proofup.signin.first_method import offered
from proofup.values.errors import StaleError
from proofup.values.secret import Secret
from proofup.values.words import marked

LONGEST_FIELD = 16_384  # letters read of a password field; the flow refuses above its own bound

NUMBERS = {
    PasswordRefusal.WRONG: (50126, "InvalidUserNameOrPassword"),
    PasswordRefusal.TOO_LONG: (50126, "InvalidUserNameOrPassword"),
    PasswordRefusal.PAUSED: (50053, "IdsLocked"),
    PasswordRefusal.KNOWN_BROWSERS_ONLY: (50053, "IdsLocked"),
    PasswordRefusal.DISABLED: (50057, "UserDisabled"),
    PasswordRefusal.TEMPORARY_OVER: (50055, "InvalidPasswordExpiredPassword"),
}

STATUSES = {
    PasswordRefusal.WRONG: 400,
    PasswordRefusal.TOO_LONG: 400,
    PasswordRefusal.PAUSED: 429,
    PasswordRefusal.KNOWN_BROWSERS_ONLY: 429,
}


AFTER_RIGHT = {  # the title and the words of a page; the password is right
    PasswordRefusal.DISABLED: (
        marked("This account is closed"),
        marked(
            "The password is right, but an administrator has disabled the account. "
            "Ask the help desk."
        ),
    ),
    PasswordRefusal.TEMPORARY_OVER: (
        marked("This temporary password has expired"),
        marked(
            "It is right, but it was not used in time. Call the help desk and ask for a new one; "
            "your account and your sign-in methods are as they were."
        ),
    ),
}


async def show(door: Door, request: Request) -> Response:
    """Ask for the password."""
    here = await door.stand(request)
    if here.step is not Step.PASSWORD or here.sign_in is None:
        return await door.elsewhere(request, here)
    return await _page(door, request, here.sign_in.name)


async def submit(door: Door, request: Request) -> Response:
    """Check the password, and ask for the second proof in the same go."""
    context = context_of(request.scope)
    form = await read_form(request)
    here = await door.stand(request)
    if here.step is not Step.PASSWORD or here.sign_in is None:
        return await door.go_on(request, here)
    password = Secret(form.text("password", longest=LONGEST_FIELD))
    devices = shown_devices(door.cookies, request)
    try:
        outcome = await enter(
            door.ports,
            here.sign_in,
            password,
            browser=door.cookies.read(request, Cookie.KNOWN),
            devices=devices,
            at=context.at,
        )
    except StaleError:  # the same form, sent twice at once: the other one was first
        return await door.go_on(request, await door.stand(request))
    if isinstance(outcome, PasswordRefused):
        return await _refused(door, request, here.sign_in.name, outcome)
    if outcome.not_sent is not None:
        return see_other(f"{ADDRESSES[Step.CHALLENGE]}{trouble_of(outcome.not_sent).query}")
    response = await door.go_on(request, outcome.standing)
    if outcome.device is not None:
        keep_device(door.cookies, response, devices, outcome.device)
    return response


async def _page(
    door: Door, request: Request, name: str, *, refused: PasswordRefused | None = None
) -> Response:
    because = refused.because if refused else None
    number = NUMBERS[because] if because else None
    return door.pages.render(
        request,
        "signin/password.html",
        status=STATUSES[because] if because else 200,
        user_name=name,
        others=await offered(door, at=context_of(request.scope).at),
        because=because.value if because else None,
        until=refused.until if refused else None,
        error=f"{number[0]} {number[1]}" if number else None,
    )


async def _refused(door: Door, request: Request, name: str, refused: PasswordRefused) -> Response:
    """Return the page again with the reason; what follows a right password has its own page."""
    if refused.because not in AFTER_RIGHT:
        return await _page(door, request, name, refused=refused)
    number, words = NUMBERS[refused.because]
    title, what_to_do = AFTER_RIGHT[refused.because]
    return door.problems.problem(
        request,
        status=403,
        title=title,
        what_to_do=what_to_do,
        label=SIGN_IN_STOPPED,
        number=number,
        name=words,
        actions=(Action(words=marked("Use another account"), href="/signin"),),
    )
