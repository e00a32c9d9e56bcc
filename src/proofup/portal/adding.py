"""`/security-info/add`: choose what to add; what is typed has a page of its own."""

from starlette.requests import Request
from starlette.responses import Response

from proofup.pages.forms import read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.portal.changes import address_of, send
from proofup.portal.choices import (
    DISPLAY_NAME,
    LONGEST_DISPLAY_NAME,
    choices_of,
    choices_page,
    choices_there_are,
)
from proofup.portal.door import Door
from proofup.registration.guard import check_may_add
from proofup.registration.ports import Actor
from proofup.registration.propose import propose
from proofup.values.errors import InvalidInputError, SlotTakenError


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show what can be added."""
    await check_may_add(door.ports, actor, at=context_of(request.scope).at)
    return choices_page(door, request, actor)


async def submit(door: Door, request: Request, actor: Actor) -> Response:
    """Begin to add what was chosen."""
    form = await read_form(request)
    word = form.optional("kind", longest=32) or ""
    typed = {DISPLAY_NAME: form.optional(DISPLAY_NAME, longest=LONGEST_DISPLAY_NAME) or ""}
    held = actor.held
    chosen = next(
        (
            one
            for one in choices_of(door, actor, held, at=context_of(request.scope).at)
            if one.choice == word
        ),
        None,
    )
    if chosen is None:
        is_known = word in {one.choice for one in choices_there_are(door)}
        reason = "full" if is_known else "choose"
        return choices_page(door, request, actor, status=400, reason=reason, typed=typed)
    if chosen.path is not None:
        return see_other(chosen.path)
    at = context_of(request.scope).at
    try:
        registration = await propose(door.ports, actor, chosen.kind, typed, replaces=None, at=at)
    except InvalidInputError as error:
        return choices_page(
            door, request, actor, status=400, reason=error.reason, typed=typed, chosen=word
        )
    except SlotTakenError:
        return choices_page(door, request, actor, status=400, reason="full", typed=typed)
    return await send(door, request, actor, registration, address_of(registration))
