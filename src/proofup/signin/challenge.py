"""`/signin/challenge`: the second proof, its delivery, and a new code or call."""

from starlette.requests import Request
from starlette.responses import Response

from proofup.authentication.dispatcher import Standing, Step
from proofup.authentication.recovery import stand_in
from proofup.authentication.remembering import days_offered, wish
from proofup.authentication.second_proof import ask, prove
from proofup.challenges.look import Asked, newest
from proofup.challenges.outcome import Refused, Waiting
from proofup.methods.catalogue import Option
from proofup.pages.ceremony import Ceremony, longest_answer, put_to_holder
from proofup.pages.challenge import ended, shown_challenge, status_of
from proofup.pages.forms import LONGEST_CODE, read_form
from proofup.pages.methods.parts import template_for
from proofup.pages.not_sent import Trouble, trouble_in, trouble_of
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.policy.budgets import CountryNotServedError
from proofup.policy.proofs import asked_first
from proofup.signin.door import ADDRESSES, Door
from proofup.values.errors import LimitReachedError
from proofup.values.ways import Way

LONGEST_OPTION = 64
AGAIN = "again-"  # and a way


async def show(door: Door, request: Request) -> Response:
    """Show the newest challenge and where its message is."""
    here = await door.stand(request)
    if here.step is not Step.CHALLENGE:
        return await door.elsewhere(request, here)
    trouble = trouble_in(request, at=context_of(request.scope).at)
    named = request.query_params.get("tried")
    ways = {option.way for option in here.options}
    # Where a message could not be sent right after the password, it was for the preferred option.
    tried = next((way for way in ways if way == named), _preferred(here)) if trouble else None
    return await _page(door, request, here, trouble=trouble, tried=tried)


async def submit(door: Door, request: Request) -> Response:
    """Judge the code, or look what became of a call; on to where the person was going.

    ``then`` asks for another code or another way first. What is ticked is kept in each case.
    """
    form = await read_form(request)
    here = await door.stand(request)
    if here.step is not Step.CHALLENGE:
        return await door.go_on(request, here)
    remember = form.optional("remember", longest=8) is not None
    then = form.optional("then", longest=LONGEST_OPTION)
    if then is None:
        code = form.text("code", longest=await _longest(door, request, here))
        return await _judge(door, request, here, code, remember=remember)
    here = await wish(door.ports, here, remember=remember)
    if then.startswith(AGAIN):
        return await _ask(door, request, here, then.removeprefix(AGAIN))
    return see_other("/signin/options")


async def _longest(door: Door, request: Request, here: Standing) -> int:
    """Return how many letters the answer to the newest challenge may have."""
    at = context_of(request.scope).at
    asked = await newest(door.ports.room, here.sign_in.id, at=at) if here.sign_in else None
    way = asked.stored.challenge.way if asked else None
    return longest_answer(door.ports.room, way) if way else LONGEST_CODE


async def _judge(
    door: Door, request: Request, here: Standing, code: str, *, remember: bool
) -> Response:
    context = context_of(request.scope)
    brought = await door.brought(request)
    outcome = await prove(door.ports, here, code, brought, remember=remember, at=context.at)
    if isinstance(outcome, Waiting | Refused):
        here = await wish(door.ports, here, remember=remember)
    if isinstance(outcome, Waiting):
        return see_other(ADDRESSES[Step.CHALLENGE])
    if isinstance(outcome, Refused):
        return await _page(door, request, here, refused=outcome)
    return await door.proven(request, outcome)


async def send_again(door: Door, request: Request) -> Response:
    """Put a new challenge: to the same option, or to the one named in ``option``."""
    form = await read_form(request)
    here = await door.stand(request)
    if here.step is not Step.CHALLENGE or here.sign_in is None:
        return await door.go_on(request, here)
    return await _ask(door, request, here, form.optional("option", longest=LONGEST_OPTION))


async def _ask(door: Door, request: Request, here: Standing, typed: str | None) -> Response:
    """Put a new challenge to the way that was ``typed``, or to the preferred one."""
    way = next((option.way for option in here.options if option.way == typed), _preferred(here))
    try:
        await ask(door.ports, here, way, at=context_of(request.scope).at)
    except (LimitReachedError, CountryNotServedError) as why:
        return await _page(door, request, here, trouble=trouble_of(why), tried=way)
    return see_other(ADDRESSES[Step.CHALLENGE])


async def options(door: Door, request: Request) -> Response:
    """Show every way in which this person can answer, numbers masked.

    ``lost`` names a way by a device that the person does not have: its other ways are left out.
    """
    here = await door.stand(request)
    if here.step is not Step.CHALLENGE or here.sign_in is None:
        return await door.elsewhere(request, here)
    named = request.query_params.get("lost")
    lost = next((option for option in here.options if option.way == named), None)
    left = [option for option in here.options if lost is None or not _shares_device(option, lost)]
    beside = stand_in(door.ports, here, at=context_of(request.scope).at)
    return door.pages.render(
        request,
        "signin/options.html",
        user_name=here.sign_in.name,
        options=[shown(door, option) for option in left],
        lost=lost is not None,
        stand_in={"kind": beside.methods[0].kind, "way": beside.way} if beside else None,
    )


async def delivery(door: Door, request: Request) -> Response:
    """Show the part of the page that tells where the text or the call is."""
    here = await door.stand(request)
    asked = (
        await newest(door.ports.room, here.sign_in.id, at=context_of(request.scope).at)
        if here.sign_in
        else None
    )
    # A call that was reported has ended the sign-in; the page goes on by itself to be told so.
    if here.step not in {Step.CHALLENGE, Step.REVOKED} or asked is None:
        return Response(status_code=204)
    catalogue, way = door.ports.room.catalogue, asked.stored.challenge.way
    kind, traits = catalogue.kinds[way], catalogue.traits[way]
    return door.pages.render(
        request,
        "pages/delivery.html" if asked.typed else template_for(kind, "waiting", traits),
        address="/signin/challenge/delivery",
        instead=_instead(door, here, way),
        **shown_challenge(asked, at=context_of(request.scope).at),
    )


def shown(door: Door, option: Option) -> dict[str, str]:
    """Return what a page says of an option: its kind, its way, and the masked words of it."""
    held = option.methods[0]
    masked = door.ports.room.catalogue.describe(held).masked
    return {"kind": held.kind, "way": option.way, "masked": masked}


def _shares_device(one: Option, other: Option) -> bool:
    """Tell whether both ways go by the same device."""
    return bool({held.id for held in one.methods} & {held.id for held in other.methods})


def _instead(door: Door, here: Standing, way: Way) -> dict[str, str] | None:
    """Return another way by the device that ``way`` goes by, if there is one."""
    asked = next((option for option in here.options if option.way == way), None)
    found = (
        one for one in here.options if asked and one is not asked and _shares_device(one, asked)
    )
    other = next(found, None)
    return shown(door, other) if other else None


def _ceremony(door: Door, here: Standing, asked: Asked | None) -> Ceremony | None:
    """Return what the page asks the browser for, where the browser gives the answer."""
    if here.subscriber is None:
        return None
    user, rules = here.subscriber.person.user, here.subscriber.policy.methods
    return put_to_holder(door.ports.room, asked, here.held, user=user, rules=rules)


def _preferred(here: Standing) -> Way | None:
    """Return the way that is asked for first."""
    account = here.person.account if here.person else None
    option = asked_first(
        here.options,
        account.default_way if account else None,
        strongest=bool(here.policy and here.policy.system_preferred),
    )
    return option.way if option else None


async def _page(
    door: Door,
    request: Request,
    here: Standing,
    *,
    refused: Refused | None = None,
    trouble: Trouble | None = None,
    tried: Way | None = None,
) -> Response:
    """Return the page of the newest challenge, with what went wrong, if anything did.

    ``tried`` is the way for which a message could not be sent.
    """
    sign_in, at, catalogue = here.sign_in, context_of(request.scope).at, door.ports.room.catalogue
    asked = (
        await newest(door.ports.room, sign_in.id, at=context_of(request.scope).at)
        if sign_in
        else None
    )
    refused = refused or ended(asked, at=at)
    if asked and tried not in {None, asked.stored.challenge.way}:
        asked = None  # the older question stands, but the page is of the one that could not be put
    way = asked.stored.challenge.way if asked else tried or _preferred(here)
    if way is None:
        return see_other("/signin/options")
    kind = catalogue.kinds[way]
    option = next((one for one in here.options if one.way == way), None)
    return door.pages.render(
        request,
        template_for(kind, "challenge", catalogue.traits[way]),
        status=status_of(refused, trouble),
        user_name=sign_in.name if sign_in else "",
        kind=kind,
        way=way,
        by_call=tried is not None and not catalogue.traits[tried].typed,
        caller=door.caller,
        masked=shown(door, option)["masked"] if option else None,
        remember_days=days_offered(here),
        remember=sign_in.remember if sign_in else False,
        other_ways=[shown(door, other) for other in here.options if other is not option],
        instead=_instead(door, here, way),
        address="/signin/challenge/delivery",
        ceremony=_ceremony(door, here, asked),
        **shown_challenge(asked, refused=refused, trouble=trouble, at=at),
    )
