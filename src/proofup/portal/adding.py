"""`/security-info/add`: choose what to add; an app begins here, a phone on the page of its use."""

from starlette.requests import Request
from starlette.responses import Response

from proofup.methods.phone import MOBILE
from proofup.methods.protocol import MethodKind
from proofup.methods.software_oath import InvalidDisplayNameError
from proofup.pages.forms import read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.portal.changes import address_of, send
from proofup.portal.door import Door
from proofup.portal.security_info import addable
from proofup.portal.uses import CHOICES, PAGES
from proofup.registration.guard import check_may_add
from proofup.registration.ports import Actor
from proofup.registration.propose import propose
from proofup.values.errors import SlotTakenError

LONGEST_NAME = 256


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show what can be added."""
    await check_may_add(door.ports, actor, at=context_of(request.scope).at)
    return await _page(door, request, actor)


async def submit(door: Door, request: Request, actor: Actor) -> Response:
    """Begin to add what was chosen."""
    form = await read_form(request)
    kind = form.optional("kind", longest=32) or ""
    name = form.optional("displayName", longest=LONGEST_NAME) or ""
    held = await door.ports.room.methods.of_user(actor.person.user.id)
    if kind not in await addable(door, actor, held):
        is_known = kind in {*CHOICES, *door.ports.room.catalogue.by_kind}
        return await _page(door, request, actor, reason="full" if is_known else "choose", name=name)
    if kind in CHOICES:
        return see_other(PAGES[CHOICES[kind]])
    at = context_of(request.scope).at
    try:
        registration = await propose(
            door.ports, actor, MethodKind(kind), {"displayName": name}, replaces=None, at=at
        )
    except InvalidDisplayNameError:
        return await _page(door, request, actor, reason="name", name=name, kind=kind)
    except SlotTakenError:
        return await _page(door, request, actor, reason="full", name=name)
    return await send(door, request, actor, registration, address_of(registration))


async def _page(
    door: Door,
    request: Request,
    actor: Actor,
    *,
    reason: str | None = None,
    name: str = "",
    kind: str | None = None,
) -> Response:
    held = await door.ports.room.methods.of_user(actor.person.user.id)
    kinds = await addable(door, actor, held)
    return door.pages.render(
        request,
        "portal/add_method.html",
        status=400 if reason else 200,
        kinds=kinds,
        has_phone=any(one.slot == MOBILE for one in held),
        chosen=kind or (kinds[0] if kinds else None),
        display_name=name,
        reason=reason,
    )
