"""`/security-info/verify`: show once more that it is you, by something you had before."""

from starlette.requests import Request
from starlette.responses import Response

from proofup.authentication.dispatcher import standing
from proofup.authentication.renewal import begin_renewal
from proofup.authentication.second_proof import ask
from proofup.challenges.options import options_of
from proofup.pages.cookies import Cookie
from proofup.pages.forms import read_form
from proofup.pages.not_sent import trouble_of
from proofup.pages.page_context import context_of
from proofup.pages.pages import MY_APPS
from proofup.pages.returns import safe_return, see_other
from proofup.policy.budgets import CountryNotServedError
from proofup.portal.door import HOME, Door, InSession
from proofup.registration.ports import Actor, UnknownRegistrationError
from proofup.registration.propose import pending
from proofup.values.errors import LimitReachedError
from proofup.values.ids import RegistrationId, random_token

CHANGES = f"{HOME}/changes/"


async def show(door: Door, request: Request, actor: InSession) -> Response:
    """Show what can be answered with; what was typed before is kept and named."""
    return await _page(door, request, actor, safe_return(request.query_params.get("to")) or HOME)


async def submit(door: Door, request: Request, actor: InSession) -> Response:
    """Begin the proof with the option that was chosen, and come back to where it was wanted."""
    context = context_of(request.scope)
    form = await read_form(request)
    target = safe_return(form.optional("to", longest=512)) or HOME
    chosen = form.optional("option", longest=32)
    token = random_token(door.ports.room.entropy)
    sign_in = await begin_renewal(
        door.sign_in,
        actor.admitted,
        token,
        return_to=target,
        client=context.client,
        language=context.language,
        at=context.at,
    )
    here = await standing(door.sign_in, sign_in, at=context.at)
    way = next((option.way for option in here.options if option.way == chosen), None)
    trouble = ""
    try:
        await ask(door.sign_in, here, way, at=context.at)
    except (LimitReachedError, CountryNotServedError) as why:
        trouble = trouble_of(why).query + (f"&tried={way}" if way else "")
    response = see_other(f"/signin/{here.step.value}{trouble}")
    door.cookies.set(response, Cookie.TRANSACTION, token)
    return response


async def _page(door: Door, request: Request, actor: InSession, target: str) -> Response:
    held = actor.held
    options = options_of(door.ports.room, held, actor.policy, at=context_of(request.scope).at)
    proven_at = actor.proofs.second_at if options else actor.proofs.first_at
    return door.pages.render(
        request,
        "portal/verify_again.html",
        to=target,
        options=[door.option(option) for option in options],
        proven_at=proven_at,
        back=HOME if proven_at else _shown_without(actor),
        typed=await _typed(door, request, actor, target),
    )


def _shown_without(actor: InSession) -> str | None:
    """Return the page that a remembered browser opens without a second proof, if it is one."""
    return MY_APPS if actor.admitted.session.remembered else None


async def _typed(door: Door, request: Request, actor: Actor, target: str) -> str | None:
    """Return the number that waits behind ``target``, if one does."""
    if not target.startswith(CHANGES):
        return None
    named = RegistrationId(target.removeprefix(CHANGES))
    try:
        registration = await pending(door.ports, actor, named, at=context_of(request.scope).at)
    except UnknownRegistrationError:
        return None
    return str(door.shown(registration.candidate, whole=True)["full"]) or None
