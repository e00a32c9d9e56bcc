"""`/security-info/phone` and the pages below it: type a new number, in any spelling."""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from proofup.methods.phone import KIND as PHONE
from proofup.methods.phone import VOICE_MOBILE
from proofup.methods.protocol import RegisteredMethod
from proofup.pages.forms import Form, read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.policy.budgets import CountryNotServedError
from proofup.portal.changes import address_of, send
from proofup.portal.countries import countries
from proofup.portal.door import HOME, Door
from proofup.portal.uses import PAGES, SLOTS, of_directory
from proofup.registration.guard import check_may_add
from proofup.registration.ports import Actor, AlreadyRegisteredError, UnusableWayError
from proofup.registration.propose import propose, slots_of
from proofup.values.errors import InvalidPhoneNumberError, SlotTakenError, StaleMethodError
from proofup.values.ids import MethodId
from proofup.values.phone_numbers import PhoneNumber, country_of

LONGEST_NUMBER = 256
LONGEST_EXTENSION = 64

Typed = Mapping[str, str]
"""The fields of the form: ``number``, ``region``, ``extension`` and ``way``."""


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Ask for the number."""
    await check_may_add(door.ports, actor, at=context_of(request.scope).at)
    return await _page(door, request, actor)


async def submit(door: Door, request: Request, actor: Actor) -> Response:
    """Keep the number as a candidate and ask it, or ask for a fresh proof first."""
    at = context_of(request.scope).at
    form = await read_form(request)
    typed = _typed(form)
    replaces = form.optional("replaces", longest=64)
    try:
        registration = await propose(
            door.ports,
            actor,
            PHONE,
            typed,
            replaces=MethodId(replaces) if replaces else None,
            slot=_slot(request),
            at=at,
        )
    except InvalidPhoneNumberError as error:
        return await _page(door, request, actor, typed=typed, reason=error.reason)
    except AlreadyRegisteredError:
        return await _page(door, request, actor, typed=typed, reason="same")
    except UnusableWayError:
        return await _page(door, request, actor, typed=typed, reason="way")
    except CountryNotServedError:
        return await _page(door, request, actor, typed=typed, reason="country")
    except (StaleMethodError, SlotTakenError):
        return await _changed_elsewhere(door, request, actor, typed)
    return await send(door, request, actor, registration, address_of(registration))


def _slot(request: Request) -> str:
    return SLOTS[request.scope["path"]]


def _typed(form: Form) -> dict[str, str]:
    return {
        "number": form.text("number", longest=LONGEST_NUMBER),
        "region": form.text("country", longest=2),
        "extension": form.optional("extension", longest=LONGEST_EXTENSION) or "",
        "way": form.optional("way", longest=32) or "",
    }


async def _page(
    door: Door,
    request: Request,
    actor: Actor,
    *,
    typed: Typed | None = None,
    reason: str | None = None,
) -> Response:
    slot, room = _slot(request), door.ports.room
    held = list(await room.methods.of_user(actor.person.user.id))
    present = _present(held, slot)
    allowed = (await room.policies.current()).allowed(room.served)
    ways = [way for way in room.catalogue.slots[slot].ways if way in allowed]
    is_open = present or slot in slots_of(door.ports, actor, held, allowed)
    if not (ways and is_open):
        return see_other(f"{HOME}/add")
    known = None if typed or present else of_directory(actor.person.user, slot)
    shown = typed or {
        "number": known.national if known else "",
        "region": _region(door, actor, present, known),
        "extension": (known.extension or "") if known else "",
        "way": "",
    }
    chosen = shown["way"] if shown["way"] in ways else ways[0]
    if reason == "landline" and VOICE_MOBILE in ways:
        chosen = VOICE_MOBILE  # what is left to do with this number
    return door.pages.render(
        request,
        "portal/change_phone.html",
        status=400 if reason else 200,
        slot=slot,
        page=PAGES[slot],
        present=door.shown(present, whole=await door.sees_numbers(actor, held, request))
        if present
        else None,
        is_only_phone=sum(one.kind == PHONE for one in held) == 1,
        countries=countries(actor.language),
        number=shown["number"],
        country=shown["region"],
        extension=shown["extension"],
        ways=ways,
        chosen=chosen,
        from_directory=known is not None,
        reason=reason,
    )


def _present(held: Sequence[RegisteredMethod], slot: str) -> RegisteredMethod | None:
    return next((one for one in held if one.slot == slot), None)


def _region(
    door: Door, actor: Actor, present: RegisteredMethod | None, known: PhoneNumber | None
) -> str:
    """Return the country that a number without one most likely belongs to."""
    number = known
    if present:
        number = door.ports.room.catalogue.of(present).describe(present).number
    return (
        (country_of(number) if number else None)
        or actor.person.user.usage_location
        or door.ports.organisation.default_region
        or "US"
    )


async def _changed_elsewhere(door: Door, request: Request, actor: Actor, typed: Typed) -> Response:
    """Say that the phone is another one than the form was made for; nothing was changed."""
    held = list(await door.ports.room.methods.of_user(actor.person.user.id))
    present = _present(held, _slot(request))
    whole = await door.sees_numbers(actor, held, request)
    return door.pages.render(
        request,
        "portal/changed_elsewhere.html",
        status=409,
        page=request.scope["path"],
        present=door.shown(present, whole=whole) if present else None,
        number=typed["number"],
        country=typed["region"],
        extension=typed["extension"],
        way=typed["way"],
    )
