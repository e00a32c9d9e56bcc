"""`/security-info/changes/{id}`: a change in progress, from its first code to its confirmation."""

from contextlib import suppress

from starlette.requests import Request
from starlette.responses import Response

from proofup.authentication.dispatcher import stand
from proofup.authentication.proving_up import count_registered
from proofup.authentication.sessions import active_session, strengthen
from proofup.challenges.look import newest
from proofup.challenges.outcome import Refused, Waiting
from proofup.methods.abilities import Provisioning
from proofup.pages.ceremony import longest_answer, put_to_holder
from proofup.pages.challenge import ended, shown_challenge, status_of
from proofup.pages.cookies import Cookie
from proofup.pages.forms import read_form
from proofup.pages.methods.parts import template, template_for
from proofup.pages.not_sent import Trouble, trouble_of
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other, to_verify
from proofup.policy.budgets import CountryNotServedError
from proofup.policy.proofs import Level, NotFreshError
from proofup.portal.choices import choices_page
from proofup.portal.door import HOME, Door, home_of
from proofup.portal.security_info import ADDED, CHANGED
from proofup.registration.confirm import confirm
from proofup.registration.pending import Registration
from proofup.registration.ports import Actor, UnknownRegistrationError
from proofup.registration.propose import ask, pending
from proofup.values.errors import LimitReachedError, SlotTakenError, StaleError, StaleMethodError
from proofup.values.ids import RegistrationId


def address_of(registration: Registration) -> str:
    """Return the page of a change in progress."""
    return address_of_id(registration.id)


def address_of_id(registration_id: RegistrationId) -> str:
    """Return the page of the change in progress of this id."""
    return f"{HOME}/changes/{registration_id}"


async def send(
    door: Door, request: Request, actor: Actor, registration: Registration, target: str
) -> Response:
    """Put a challenge to the candidate and go to its page, or say why that cannot be now."""
    try:
        await ask(door.ports, actor, registration, at=context_of(request.scope).at)
    except NotFreshError:
        return to_verify(target)
    except (StaleMethodError, SlotTakenError):
        return await _stale(door, request, actor, registration)
    except (LimitReachedError, CountryNotServedError) as why:
        return await _page(door, request, actor, registration, trouble=trouble_of(why))
    return see_other(target)


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show the change, its code's delivery, or the key for an app."""
    registration = await _pending(door, request, actor)
    if registration is None:
        return see_other(home_of(actor))
    return await _page(door, request, actor, registration)


async def send_again(door: Door, request: Request, actor: Actor) -> Response:
    """Put a new challenge to the candidate."""
    await read_form(request)
    registration = await _pending(door, request, actor)
    if registration is None:
        return see_other(home_of(actor))
    return await send(door, request, actor, registration, address_of(registration))


async def submit(door: Door, request: Request, actor: Actor) -> Response:
    """Judge the code, or look what became of a call; where it is right the change is made."""
    form = await read_form(request)
    registration = await _pending(door, request, actor)
    if registration is None:
        return see_other(home_of(actor))
    try:
        outcome = await confirm(
            door.ports,
            actor,
            registration,
            form.text("code", longest=longest_answer(door.ports.room, registration.way)),
            sign_out_others=not actor.signing_in
            and form.optional("sign_out_others", longest=8) is not None,
            at=context_of(request.scope).at,
        )
    except (StaleMethodError, SlotTakenError):
        return await _stale(door, request, actor, registration)
    if isinstance(outcome, Waiting):
        return see_other(address_of(registration))
    if isinstance(outcome, Refused):
        return await _page(door, request, actor, registration, refused=outcome)
    if actor.signing_in:
        await _count(door, request, registration)
        return see_other(home_of(actor))
    # What was asked for together is proven one after the other.
    following = address_of_id(registration.then) if registration.then else None
    what = CHANGED if outcome.old else ADDED
    done = f"{HOME}?done={outcome.new.kind}-{what}&fresh={outcome.id}"
    response = see_other(following or done)
    if actor.proofs.level is Level.SINGLE_FACTOR:
        await _strengthen(door, request, response, registration)
    return response


async def delivery(door: Door, request: Request, actor: Actor) -> Response:
    """Show the part of the page that tells where the text or the call is."""
    registration = await _pending(door, request, actor)
    asked = (
        await newest(door.ports.room, registration.id, at=context_of(request.scope).at)
        if registration
        else None
    )
    if registration is None or asked is None:
        return Response(status_code=204)
    kind, traits = registration.candidate.kind, door.ports.room.catalogue.traits[registration.way]
    return door.pages.render(
        request,
        "pages/delivery.html" if traits.typed else template_for(kind, "waiting", traits),
        address=f"{address_of(registration)}/delivery",
        instead=None,
        key=_key(door, actor, registration),
        **shown_challenge(asked, at=context_of(request.scope).at),
    )


async def _page(
    door: Door,
    request: Request,
    actor: Actor,
    registration: Registration,
    *,
    refused: Refused | None = None,
    trouble: Trouble | None = None,
) -> Response:
    """Return the page of a change: for an app its key, for a phone where its text or call is."""
    at = context_of(request.scope).at
    asked = await newest(door.ports.room, registration.id, at=context_of(request.scope).at)
    refused = refused or ended(asked, at=at)
    candidate, catalogue = registration.candidate, door.ports.room.catalogue
    held = actor.held
    old = next((one for one in held if one.id == registration.replaces), None)
    return door.pages.render(
        request,
        template_for(candidate.kind, "register", catalogue.traits[registration.way]),
        status=status_of(refused, trouble),
        change=address_of(registration),
        new=door.shown(candidate, whole=True),
        old=door.shown(old, whole=door.sees_numbers(actor, request)) if old else None,
        is_asked=asked is not None,
        caller=door.caller,
        key=_key(door, actor, registration),
        ceremony=put_to_holder(
            door.ports.room,
            asked,
            held,
            user=actor.person.user,
            rules=actor.policy.methods,
        ),
        address=f"{address_of(registration)}/delivery",
        instead=None,
        **shown_challenge(asked, refused=refused, trouble=trouble, at=at),
    )


def _key(door: Door, actor: Actor, registration: Registration) -> Provisioning | None:
    """Return what is shown while the candidate is being registered."""
    candidate, catalogue = registration.candidate, door.ports.room.catalogue
    account = actor.person.user.user_principal_name
    return catalogue.registrable[candidate.kind].provisioning(candidate, account=account)


async def _stale(
    door: Door, request: Request, actor: Actor, registration: Registration
) -> Response:
    """Say that what was to be replaced, or the last free place, is gone; nothing was changed."""
    candidate, catalogue = registration.candidate, door.ports.room.catalogue
    form = door.forms.get(candidate.slot)
    if form is None:
        return choices_page(door, request, actor, status=409, reason="full")
    held = actor.held
    present = next((one for one in held if one.slot == candidate.slot), None)
    whole = door.sees_numbers(actor, request)
    return door.pages.render(
        request,
        template(candidate.kind, "changed_elsewhere"),
        status=409,
        page=form.page.path,
        present=door.shown(present, whole=whole) if present else None,
        typed=form.fields.again(catalogue.describe(candidate), registration.way),
    )


async def _count(door: Door, request: Request, registration: Registration) -> None:
    """Let the proof of a first method count for the sign-in in which it was given."""
    context = context_of(request.scope)
    here = await stand(door.sign_in, context.transaction_token or "", at=context.at)
    with suppress(StaleError):  # the same form, sent twice at once
        await count_registered(door.sign_in, here, registration.way, at=context.at)


async def _strengthen(
    door: Door, request: Request, response: Response, registration: Registration
) -> None:
    """Let the proof of a first method count for the session in which it was given."""
    context = context_of(request.scope)
    found = await active_session(door.sign_in, context.session_token or "", at=context.at)
    if found is not None:
        token = await strengthen(door.sign_in, found, registration.way, at=context.at)
        if token is not None:
            kept_for = found.session.kept_for
            door.cookies.set(response, Cookie.SESSION, token.reveal(), kept_for=kept_for)


async def _pending(door: Door, request: Request, actor: Actor) -> Registration | None:
    """Return the change that the address names, or None where it is done, over or another's."""
    named = RegistrationId(str(request.path_params["registration"]))
    try:
        return await pending(door.ports, actor, named, at=context_of(request.scope).at)
    except UnknownRegistrationError:
        return None
