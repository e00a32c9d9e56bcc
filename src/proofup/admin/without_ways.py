"""`/admin/rules/without`: who would be locked out if certain ways were switched off."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from proofup.admin.door import Door
from proofup.admin.lists import as_file, listed
from proofup.admin.rules import ADDRESS as RULES
from proofup.admin.rules import check_allowed, present, what_says_rules
from proofup.administration.rules_by_name import WAYS, rules_of
from proofup.pages.forms import read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.policy.actor import Actor
from proofup.policy.dependence import dependence_on, slots_without
from proofup.policy.permissions import Permission
from proofup.values.ways import Way

ADDRESS = f"{RULES}/without"
EXPORT = f"{ADDRESS}/export"
WAY, ON = "way", "on"
LONGEST_WAYS = 512
LONGEST_DAY = 10  # 2027-01-31


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show the form; with ways chosen, who depends on them on the day, and a page of names."""
    check_allowed(actor, Permission.READ_RULES)
    query, at = request.query_params, context_of(request.scope).at
    room, policy = door.ports.room, await present(door)
    off = _known(door, query.getlist(WAY))
    # Nothing was asked yet: what the rules have switched off on a day is what one looks for first.
    is_new = WAY not in query and ON not in query
    ends_on = policy.ends_at if is_new and policy.ending(at) else None
    typed = f"{ends_on:%Y-%m-%d}" if ends_on else query.get(ON, "")[:LONGEST_DAY]
    day = _day(typed, at)
    facts: dict[str, Any] = {"dependence": None, "people": (), "is_first": True, "following": None}
    if off and day is not None:
        census = await door.ports.population.census(list(room.catalogue.slots), at=day)
        facts["dependence"] = dependence_on(census, room.catalogue, policy, frozenset(off), at=day)
        slots = slots_without(room.catalogue, policy, frozenset(off), at=day)
        asked = [*((WAY, one) for one in off), *([(ON, typed)] if typed else [])]
        facts |= await listed(door, request, slots, asked)
    return door.page(
        request,
        actor,
        "admin/rules_without.html",
        status=400 if day is None else 200,
        ways=list(rules_of(room.catalogue)[WAYS].choices),
        off=off,
        ticked=off or [*policy.ending(at)] or _restricted(door),
        on=typed,
        is_wrong=day is None,
        **facts,
        **what_says_rules(door),
    )


async def export(door: Door, request: Request, actor: Actor) -> Response:
    """Give everybody who depends on the ways as a file, and record it."""
    check_allowed(actor, Permission.READ_RULES)
    form, policy = await read_form(request), await present(door)
    off = _known(door, (form.optional("ways", longest=LONGEST_WAYS) or "").split())
    day = _day((form.optional(ON, longest=LONGEST_DAY) or ""), context_of(request.scope).at)
    if not off or day is None:
        return see_other(ADDRESS)
    slots = slots_without(door.ports.room.catalogue, policy, frozenset(off), at=day)
    return await as_file(door, request, actor, slots, "without")


async def to_page(_: Door, __: Request, ___: Actor) -> Response:
    """Begin anew: a file is asked for by its form."""
    return see_other(ADDRESS)


def _restricted(door: Door) -> list[Way]:
    """Return the ways by the telephone network, which are the first to be switched off."""
    return [one.word for one in door.ports.room.catalogue.traits.values() if one.restricted]


def _known(door: Door, typed: Sequence[str]) -> list[Way]:
    return [way for way in door.ports.room.catalogue.traits if way in typed]


def _day(typed: str, at: datetime) -> datetime | None:
    """Return the begin of the day ``typed``, or now without one; None if it is none, or over."""
    if not typed:
        return at
    try:
        found = datetime.combine(date.fromisoformat(typed), time(), UTC)
    except ValueError:
        return None
    return found if found.date() >= at.date() else None
