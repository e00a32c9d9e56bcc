"""Below `/signin/with`: what comes in place of the password, or of user name and password."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from proofup.authentication.dispatcher import Step
from proofup.authentication.first_method import first_ways, prove_first
from proofup.authentication.signin import SignIn
from proofup.challenges.outcome import Refused
from proofup.challenges.questions import LONGEST, Put
from proofup.methods.declaration import WayTraits
from proofup.pages.ceremony import longest_answer, put_to_browser
from proofup.pages.challenge import error_of, status_of
from proofup.pages.forms import Form, read_form
from proofup.pages.methods.parts import template_for
from proofup.pages.not_sent import trouble_of
from proofup.pages.returns import see_other
from proofup.signin.door import ADDRESSES, Door
from proofup.values.errors import StaleError
from proofup.web.request_context import context_of

WITH = "/signin/with"


def address_of(traits: WayTraits) -> str:
    """Return the address of the page of a way."""
    return f"{WITH}/{traits.word}"


async def offered(door: Door, *, at: datetime) -> list[dict[str, str]]:
    """Return what a page says of each way that may come in place of the password."""
    kinds = door.ports.room.catalogue.kinds
    return [
        {"kind": kinds[traits.word], "way": traits.word, "path": address_of(traits)}
        for traits in await first_ways(door.ports, at=at)
    ]


def put_with(form: Form, subject: str) -> Put | None:
    """Return the question that was put to ``subject`` and came back in ``form``, if one did."""
    question = form.optional("question", longest=LONGEST)
    return None if question is None else Put(question, subject)


async def show(traits: WayTraits, door: Door, request: Request) -> Response:
    """Ask for it, whoever was named."""
    here = await door.stand(request)
    if here.step is not Step.PASSWORD or here.sign_in is None:
        return await door.elsewhere(request, here)
    if traits not in await first_ways(door.ports, at=context_of(request.scope).at):
        return see_other(ADDRESSES[Step.PASSWORD])
    return _page(door, request, here.sign_in, traits)


async def submit(traits: WayTraits, door: Door, request: Request) -> Response:
    """Judge it; what is right goes on to where the person was going."""
    context = context_of(request.scope)
    form = await read_form(request)
    here = await door.stand(request)
    if here.step is not Step.PASSWORD or here.sign_in is None:
        return await door.go_on(request, here)
    if traits not in await first_ways(door.ports, at=context_of(request.scope).at):
        return see_other(ADDRESSES[Step.PASSWORD])
    typed = form.text("code", longest=longest_answer(door.ports.room, traits.word))
    put = put_with(form, here.sign_in.id)
    brought = await door.brought(request)
    try:
        outcome = await prove_first(
            door.ports, here.sign_in, traits.word, typed, brought, put=put, at=context.at
        )
    except StaleError:  # the same form, sent twice at once: the other one was first
        return await door.go_on(request, await door.stand(request))
    if isinstance(outcome, Refused):
        return _page(door, request, here.sign_in, traits, refused=outcome)
    if outcome.not_sent is not None:
        return see_other(f"{ADDRESSES[Step.CHALLENGE]}{trouble_of(outcome.not_sent).query}")
    return await door.proven(request, outcome)


def _page(
    door: Door,
    request: Request,
    sign_in: SignIn,
    traits: WayTraits,
    *,
    refused: Refused | None = None,
) -> Response:
    room, at = door.ports.room, context_of(request.scope).at
    kind = room.catalogue.kinds[traits.word]
    return door.pages.render(
        request,
        template_for(kind, "challenge", traits),
        status=status_of(refused, None),
        action=address_of(traits),
        user_name=sign_in.name,
        ceremony=put_to_browser(room, traits.word, sign_in.id, at=at),
        left=None,
        because=refused.because.value if refused else None,
        until=refused.until if refused else None,
        error=error_of(refused, None),
    )
