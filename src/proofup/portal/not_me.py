"""`/not-me/{token}`: the link of a notice. Opening it changes nothing; the button does.

Mail scanners open links, so the report is a form that only a person sends.
"""

from starlette.requests import Request
from starlette.responses import Response

from proofup.notices.link import VALID
from proofup.pages.forms import read_form
from proofup.pages.page_context import context_of, remember
from proofup.pages.returns import see_other
from proofup.portal.door import Door
from proofup.registration.not_me import linked, report_by_link
from proofup.values.errors import AlreadySpentError
from proofup.values.words import marked

LONGEST_TOKEN = 128


async def show(door: Door, request: Request) -> Response:
    """Say what pressing the button will do."""
    token = request.path_params["token"][:LONGEST_TOKEN]
    try:
        found = await linked(door.ports, token, at=context_of(request.scope).at)
    except AlreadySpentError:
        return _over(door, request)
    remember(request.scope, correlation_id=found.link.correlation_id)
    return door.pages.render(
        request,
        "portal/not_me.html",
        user_name=found.person.user.user_principal_name,
        gone=[one.masked for one in found.undoing.gone],
        back=[one.masked for one in found.undoing.back],
    )


async def submit(door: Door, request: Request) -> Response:
    """Take the report: every session ends, the change is undone, and others are held."""
    context = context_of(request.scope)
    await read_form(request)
    token = request.path_params["token"][:LONGEST_TOKEN]
    try:
        await report_by_link(
            door.ports, token, client=context.client, language=context.language, at=context.at
        )
    except AlreadySpentError:
        return _over(door, request)
    return see_other("/not-me/done")


async def done(door: Door, request: Request) -> Response:
    """Say what was done, and what comes next."""
    return door.pages.render(request, "portal/not_me_done.html")


def _over(door: Door, request: Request) -> Response:
    return door.problems.problem(
        request,
        status=410,
        title=marked("This link has been used or is over"),
        what_to_do=marked(
            "A link from a notice works once, for %(days)s days from what it tells of, and not "
            "after the help desk has looked at the account. "
            "If something is not yours, call the help desk."
        ),
        facts={"days": str(VALID.days)},
        number=50089,
        name="FlowTokenExpired",
    )
