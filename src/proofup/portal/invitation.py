"""`/invitation/{token}`: the link of an invitation. Opening it changes nothing; the button does.

Mail scanners open links, so it is a form, which only a person sends, that lets this browser
register a first method.
"""

from starlette.requests import Request
from starlette.responses import Response

from proofup.pages.cookies import Cookie
from proofup.pages.forms import read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.portal.door import HOME, Door
from proofup.registration.inviting import invited, open_link
from proofup.values.errors import AlreadySpentError
from proofup.values.words import marked

LONGEST_TOKEN = 128


async def show(door: Door, request: Request) -> Response:
    """Say who is invited, and what pressing the button begins."""
    try:
        person = await invited(door.ports, _token(request), at=context_of(request.scope).at)
    except AlreadySpentError:
        return _over(door, request)
    return door.pages.render(
        request, "portal/invitation.html", user_name=person.user.user_principal_name
    )


async def submit(door: Door, request: Request) -> Response:
    """Keep the invitation in this browser, and go on to sign in."""
    context = context_of(request.scope)
    await read_form(request)
    token = _token(request)
    try:
        await open_link(
            door.ports,
            token,
            client=context.client,
            correlation_id=context.correlation_id,
            at=context.at,
        )
    except AlreadySpentError:
        return _over(door, request)
    response = see_other(HOME)
    door.cookies.set(response, Cookie.INVITATION, token)
    return response


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
