"""The pages on which a method is typed, such as `/security-info/phone`: one for each use."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from proofup.methods.registered_methods import RegisteredMethod
from proofup.pages.forms import read_form
from proofup.pages.methods.parts import Asking, TypedForm, template
from proofup.pages.returns import see_other
from proofup.portal.changes import address_of, send
from proofup.portal.door import HOME, Door
from proofup.registration.guard import check_may_add
from proofup.registration.ports import Actor, AlreadyRegisteredError, UnusableWayError
from proofup.registration.propose import propose, slots_of
from proofup.values.errors import InvalidInputError, SlotTakenError, StaleMethodError
from proofup.values.ids import MethodId
from proofup.web.request_context import context_of


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Ask for the method."""
    await check_may_add(door.ports, actor, at=context_of(request.scope).at)
    return await _page(door, request, actor)


async def submit(door: Door, request: Request, actor: Actor) -> Response:
    """Keep what was typed as a candidate and ask it, or ask for a fresh proof first."""
    at = context_of(request.scope).at
    form = _form(door, request)
    read = await read_form(request)
    typed = form.fields.read(read)
    replaces = read.optional("replaces", longest=64)
    try:
        registration = await propose(
            door.ports,
            actor,
            form.kind,
            typed,
            replaces=MethodId(replaces) if replaces else None,
            slot=form.page.slot,
            at=at,
        )
    except InvalidInputError as error:
        return await _page(door, request, actor, typed=typed, reason=error.reason)
    except AlreadyRegisteredError:
        return await _page(door, request, actor, typed=typed, reason="same")
    except UnusableWayError:
        return await _page(door, request, actor, typed=typed, reason="way")
    except (StaleMethodError, SlotTakenError):
        return await _changed_elsewhere(door, request, actor, typed)
    return await send(door, request, actor, registration, address_of(registration))


def _form(door: Door, request: Request) -> TypedForm:
    path = request.scope["path"]
    return next(form for form in door.forms.values() if form.page.path == path)


async def _page(
    door: Door,
    request: Request,
    actor: Actor,
    *,
    typed: Mapping[str, str] | None = None,
    reason: str | None = None,
) -> Response:
    form, room, user = _form(door, request), door.ports.room, actor.person.user
    slot = form.page.slot
    held, at = list(actor.held), context_of(request.scope).at
    present = _present(held, form)
    allowed = actor.policy.allowed(room.served, at=at)
    ways = [way for way in room.catalogue.slots[slot].ways if way in allowed]
    is_open = present or slot in slots_of(door.ports, actor, held, allowed)
    if not (ways and is_open):
        return see_other(f"{HOME}/add")
    asking = Asking(
        user=user,
        slot=slot,
        present=room.catalogue.describe(present) if present else None,
        own=[room.catalogue.describe(one) for one in held],
        default_region=door.ports.organisation.default_region,
        ways=ways,
    )
    whole = door.sees_numbers(actor, request)
    return door.pages.render(
        request,
        template(form.kind, "form"),
        status=400 if reason else 200,
        slot=slot,
        page=form.page.path,
        present=door.shown(present, whole=whole) if present else None,
        is_only=[one.kind for one in held].count(form.kind) == 1,
        ways=ways,
        reason=reason,
        **form.fields.shown(asking, typed, reason=reason),
        **form.fields.choices(actor.language),
    )


def _present(held: list[RegisteredMethod], form: TypedForm) -> RegisteredMethod | None:
    return next((one for one in held if one.slot == form.page.slot), None)


async def _changed_elsewhere(
    door: Door, request: Request, actor: Actor, typed: Mapping[str, str]
) -> Response:
    """Say that the method is another one than the form was made for; nothing was changed."""
    form = _form(door, request)
    held = list(actor.held)
    present = _present(held, form)
    whole = door.sees_numbers(actor, request)
    return door.pages.render(
        request,
        template(form.kind, "changed_elsewhere"),
        status=409,
        page=form.page.path,
        present=door.shown(present, whole=whole) if present else None,
        typed=typed,
    )
