"""`/security-info/classic`: *Additional security verification*, the older view of the same methods.

Everything is chosen on one page and saved at once; what is new is verified before it counts. The
rules are those of Security info, for the flows are the same.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from proofup.challenges.options import options_of
from proofup.methods.phone import ALTERNATE_MOBILE, MOBILE, OFFICE, SMS, VOICE_MOBILE, VOICE_OFFICE
from proofup.methods.phone import KIND as PHONE
from proofup.methods.protocol import RegisteredMethod
from proofup.methods.software_oath import WAY as OATH
from proofup.pages.forms import Form, read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.policy.decision import is_demanded
from proofup.policy.devices import days_for
from proofup.policy.proofs import preferred
from proofup.portal.changes import address_of, send
from proofup.portal.countries import countries
from proofup.portal.devices import ledger
from proofup.portal.door import HOME, Door
from proofup.portal.uses import of_directory
from proofup.registration.ports import Actor, UnusableWayError
from proofup.registration.saving import (
    BadContactError,
    ContactNeededError,
    NoContactLeftError,
    Saved,
    Typed,
    Wanted,
    save,
    version_of,
)
from proofup.values.errors import StaleMethodError
from proofup.values.phone_numbers import country_of
from proofup.values.ways import Way

ADDRESS = f"{HOME}/classic"
DONE = frozenset({"saved", "nothing", "restored"})
LONGEST = 256

# The lines of the page, with the names of their fields.
LINES: Mapping[str, str] = {MOBILE: "phone", OFFICE: "office", ALTERNATE_MOBILE: "alternate"}
# The drop-down as people know it: Entra's order, and the one option there is no method for yet.
OPTIONS = (VOICE_MOBILE, SMS, VOICE_OFFICE, None, OATH)


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show what is preferred and how the person responds; ``done`` says what was saved."""
    done = request.query_params.get("done")
    return await _page(door, request, actor, done=done if done in DONE else None)


async def submit(door: Door, request: Request, actor: Actor) -> Response:
    """Save: what can be done at once is done, and the first new number is asked."""
    form = await read_form(request)
    wanted = _wanted(form)
    at = context_of(request.scope).at
    version = form.text("version", longest=64)
    try:
        saved = await save(door.ports, actor, wanted, version=version, at=at)
    except StaleMethodError:
        return await _page(door, request, actor, reason="stale", status=409)
    except BadContactError as error:
        typed = (wanted, error.slot, error.reason)
        return await _page(door, request, actor, reason="contact", typed=typed, status=400)
    except ContactNeededError as error:
        return await _needed(door, request, actor, wanted, error.way)
    except NoContactLeftError:
        return await _page(
            door, request, actor, reason="none left", typed=(wanted, None, None), status=400
        )
    except UnusableWayError:
        return await _page(
            door, request, actor, reason="switched off", typed=(wanted, None, None), status=400
        )
    return await _saved(door, request, actor, saved)


async def _saved(door: Door, request: Request, actor: Actor, saved: Saved) -> Response:
    """Return the way on: to the first number's proof, or back with what was done."""
    if saved.first is None:
        was_changed = saved.removed or saved.default is not None
        return see_other(f"{ADDRESS}?done={'saved' if was_changed else 'nothing'}")
    if saved.removed:  # the session goes on under another epoch, which its next request brings
        return see_other(address_of(saved.first))
    return await send(door, request, actor, saved.first, address_of(saved.first))


async def _needed(door: Door, request: Request, actor: Actor, wanted: Wanted, way: Way) -> Response:
    """Ask for the contact that the preferred option needs: an app has a page of its own."""
    room = door.ports.room
    held = room.catalogue.lasting(await room.methods.of_user(actor.person.user.id))
    if way == OATH and not any(method.kind != PHONE for method in held):
        return see_other(f"{HOME}/add")
    slot = {VOICE_OFFICE: OFFICE}.get(way, MOBILE)
    typed = (wanted, None if way == OATH else slot, "needed")
    return await _page(door, request, actor, reason="needed", typed=typed, status=400)


def _wanted(form: Form) -> Wanted:
    chosen = form.optional("option", longest=32)
    phones = {
        slot: Typed(
            number=form.optional(f"{name}_number", longest=LONGEST) or "",
            region=form.optional(f"{name}_country", longest=2) or "",
            extension=form.optional(f"{name}_extension", longest=LONGEST) or "",
        )
        for slot, name in LINES.items()
        if form.optional(name, longest=8) is not None
    }
    return Wanted(
        default=next((way for way in OPTIONS if way is not None and way == chosen), None),
        phones=phones,
        apps=form.optional("app", longest=8) is not None,
    )


async def _page(
    door: Door,
    request: Request,
    actor: Actor,
    *,
    done: str | None = None,
    reason: str | None = None,
    typed: tuple[Wanted, str | None, str | None] | None = None,
    status: int = 200,
) -> Response:
    """Return the page: as things are, or with what was typed and what is wrong with it."""
    room, account = door.ports.room, actor.person.account
    held = room.catalogue.lasting(await room.methods.of_user(actor.person.user.id))
    policy = await room.policies.current()
    options = await options_of(room, held, at=context_of(request.scope).at)
    default = preferred(options, account.default_way)
    wanted, bad_slot, bad_reason = typed or (None, None, None)
    apps = [method for method in held if method.kind != PHONE]
    is_fresh = await door.sees_numbers(actor, held, request)
    return door.pages.render(
        request,
        "portal/classic.html",
        status=status,
        version=version_of(held, account),
        done=done,
        reason=reason,
        is_fresh=is_fresh,
        is_demanded=is_demanded(account, policy),
        only=held[0].kind if len(held) == 1 else None,
        options=[
            {
                "way": way or "push",
                "is_on": way in policy.allowed(room.served),
                "is_chosen": way is not None
                and way == (wanted.default if wanted else default.way if default else None),
            }
            for way in OPTIONS
        ],
        lines=[
            {
                **_line(door, actor, held, slot, wanted, whole=is_fresh),
                "slot": slot,
                "name": name,
                "is_on": bool({*_ways(door, slot)} & policy.allowed(room.served)),
                "problem": bad_reason if slot == bad_slot else None,
            }
            for slot, name in LINES.items()
        ],
        apps=[door.shown(method, whole=True) for method in apps],
        has_apps=wanted.apps if wanted else bool(apps),
        can_add_app=policy.allows(OATH),
        countries=countries(actor.language),
        devices=await ledger(door, request, actor),
        remember_days=days_for(actor.person.user, policy),
    )


def _ways(door: Door, slot: str) -> Sequence[Way]:
    return door.ports.room.catalogue.slots[slot].ways


def _line(
    door: Door,
    actor: Actor,
    held: Sequence[RegisteredMethod],
    slot: str,
    wanted: Wanted | None,
    *,
    whole: bool,
) -> dict[str, Any]:
    """Return what a line shows: as typed, as it is, or unticked with what the directory knows."""
    present = next((method for method in held if method.slot == slot), None)
    typed = wanted.phones.get(slot) if wanted else None
    user, organisation = actor.person.user, door.ports.organisation
    likely = user.usage_location or organisation.default_region or "US"
    if typed is not None:
        return {
            "is_ticked": True,
            "number": typed.number,
            "country": typed.region,
            "extension": typed.extension,
            "masked": None,
            "from_directory": False,
        }
    number = door.ports.room.catalogue.of(present).describe(present).number if present else None
    if number is None:
        known = of_directory(user, slot)
        return {
            "is_ticked": False,
            "number": known.national if known else "",
            "country": (country_of(known) if known else None) or likely,
            "extension": (known.extension or "") if known else "",
            "masked": None,
            "from_directory": known is not None,
        }
    return {
        "is_ticked": wanted is None or slot in wanted.phones,
        "number": number.national if whole else "",
        "country": country_of(number) or likely,
        "extension": (number.extension or "") if whole else "",
        "masked": None if whole else number.masked,
        "from_directory": False,
    }
