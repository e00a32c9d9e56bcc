"""`/security-info/phone`: type a new number, in any spelling."""

from starlette.requests import Request
from starlette.responses import Response

from proofup.methods.phone import KIND as PHONE
from proofup.methods.protocol import RegisteredMethod
from proofup.policy.budgets import CountryNotServedError
from proofup.portal.changes import address_of, send
from proofup.portal.countries import countries
from proofup.portal.door import Door
from proofup.portal.security_info import present_phone
from proofup.registration.ports import Actor, AlreadyRegisteredError
from proofup.registration.propose import propose
from proofup.values.errors import InvalidPhoneNumberError, SlotTakenError, StaleMethodError
from proofup.values.ids import MethodId
from proofup.values.phone_numbers import country_of
from proofup.web.forms import read_form
from proofup.web.visit import visit_of

LONGEST_NUMBER = 256


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Ask for the number."""
    return await _page(door, request, actor)


async def submit(door: Door, request: Request, actor: Actor) -> Response:
    """Keep the number as a candidate and send its code, or ask for a fresh proof first."""
    at = visit_of(request.scope).at
    form = await read_form(request)
    number = form.text("number", longest=LONGEST_NUMBER)
    region = form.text("country", longest=2)
    replaces = form.optional("replaces", longest=64)
    try:
        registration = await propose(
            door.ports,
            actor,
            PHONE,
            {"number": number, "region": region},
            replaces=MethodId(replaces) if replaces else None,
            at=at,
        )
    except InvalidPhoneNumberError as error:
        return await _page(door, request, actor, typed=(number, region), reason=error.reason)
    except AlreadyRegisteredError:
        return await _page(door, request, actor, typed=(number, region), reason="same")
    except CountryNotServedError:
        return await _page(door, request, actor, typed=(number, region), reason="country")
    except (StaleMethodError, SlotTakenError):
        return await _changed_elsewhere(door, request, actor, typed=(number, region))
    return await send(door, request, actor, registration, address_of(registration))


async def _page(
    door: Door,
    request: Request,
    actor: Actor,
    *,
    typed: tuple[str, str] | None = None,
    reason: str | None = None,
) -> Response:
    held = list(await door.ports.room.methods.of_user(actor.person.user.id))
    present = present_phone(held)
    number, region = typed or ("", _region(door, actor, present))
    return door.pages.render(
        request,
        "portal/change_phone.html",
        status=400 if reason else 200,
        present=door.shown(present, whole=await door.sees_numbers(actor, held, request))
        if present
        else None,
        countries=countries(actor.language),
        number=number,
        country=region,
        reason=reason,
    )


def _region(door: Door, actor: Actor, present: RegisteredMethod | None) -> str:
    """Return the country that a number without one most likely belongs to."""
    number = door.ports.room.catalogue.of(present).describe(present).number if present else None
    return (
        (country_of(number) if number else None)
        or actor.person.user.usage_location
        or door.ports.organisation.default_region
        or "US"
    )


async def _changed_elsewhere(
    door: Door, request: Request, actor: Actor, *, typed: tuple[str, str]
) -> Response:
    """Say that the phone is another one than the form was made for; nothing was changed."""
    held = list(await door.ports.room.methods.of_user(actor.person.user.id))
    present = present_phone(held)
    return door.pages.render(
        request,
        "portal/changed_elsewhere.html",
        status=409,
        present=door.shown(present, whole=await door.sees_numbers(actor, held, request))
        if present
        else None,
        number=typed[0],
        country=typed[1],
    )
