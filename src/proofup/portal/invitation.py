"""`/invitation/{token}`: the link of an invitation. Opening it changes nothing; the button does.

Mail scanners open links, so it is a form, which only a person sends, that lets this browser
register a first method.
"""

from starlette.requests import Request
from starlette.responses import Response

from proofup.directory.passwords import MOST_CODE_POINTS, UnacceptablePasswordError
from proofup.directory.users import UserType
from proofup.pages.cookies import Cookie
from proofup.pages.forms import LONGEST_PASSWORD, Form, read_form
from proofup.pages.page_context import context_of
from proofup.pages.pages import MY_APPS
from proofup.pages.returns import safe_return, to_sign_in
from proofup.portal.door import HOME, Door
from proofup.registration.inviting import LEAST, Invitee, accept, invited, open_link
from proofup.values.errors import AlreadySpentError
from proofup.values.secret import Secret
from proofup.values.words import marked

LONGEST_TOKEN = 128


async def show(door: Door, request: Request) -> Response:
    """Say who is invited, and what pressing the button begins."""
    try:
        found = await invited(door.ports, _token(request), at=context_of(request.scope).at)
    except AlreadySpentError:
        return _over(door, request)
    return _page(door, request, found)


async def submit(door: Door, request: Request) -> Response:
    """Keep the invitation in this browser, and go on to sign in; a guest chooses a password."""
    form, token = await read_form(request), _token(request)
    try:
        found = await invited(door.ports, token, at=context_of(request.scope).at)
        if found.needs_password:
            return await _accept(door, request, found, form)
        context = context_of(request.scope)
        await open_link(
            door.ports,
            token,
            client=context.client,
            correlation_id=context.correlation_id,
            at=context.at,
        )
    except AlreadySpentError:
        return _over(door, request)
    return _going_on(door, request, HOME)


async def _accept(door: Door, request: Request, found: Invitee, form: Form) -> Response:
    context, token = context_of(request.scope), _token(request)
    new = Secret(form.optional("new", longest=LONGEST_PASSWORD) or "")
    if (form.optional("again", longest=LONGEST_PASSWORD) or "") != new.reveal():
        return _page(door, request, found, because="again")
    try:
        await accept(
            door.ports,
            token,
            new,
            client=context.client,
            correlation_id=context.correlation_id,
            at=context.at,
        )
    except UnacceptablePasswordError as error:
        return _page(door, request, found, because=error.reason)
    return _going_on(door, request, found.invitation.lands_at or MY_APPS)


def _going_on(door: Door, request: Request, target: str) -> Response:
    response = to_sign_in(safe_return(target) or HOME)
    door.cookies.set(response, Cookie.INVITATION, _token(request))
    return response


def _page(door: Door, request: Request, found: Invitee, *, because: str | None = None) -> Response:
    user = found.person.user
    return door.pages.render(
        request,
        "portal/invitation_to_password.html" if found.needs_password else "portal/invitation.html",
        status=400 if because else 200,
        user_name=user.user_principal_name,
        is_guest=user.user_type is UserType.GUEST,
        because=because,
        least=LEAST,
        most=MOST_CODE_POINTS,
    )


def _token(request: Request) -> str:
    return str(request.path_params["token"])[:LONGEST_TOKEN]


def _over(door: Door, request: Request) -> Response:
    return door.problems.problem(
        request,
        status=410,
        title=marked("This invitation has been used or is over"),
        what_to_do=marked(
            "An invitation works once, for seven days, and a newer one takes its place. "
            "Ask the help desk for another one."
        ),
        number=50089,
        name="FlowTokenExpired",
    )
