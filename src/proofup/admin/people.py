"""`/admin/users`: people are found, a page at a time."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from proofup.admin.door import Door
from proofup.administration.finding_people import find_people
from proofup.administration.jobs.bulk_acts import BULK_ACTS
from proofup.administration.target import target_of
from proofup.audit.references import correlation_of
from proofup.directory.search import After, Filters, Found, Holding, Listed, is_called
from proofup.directory.users import MfaState, UserType
from proofup.pages.page_context import context_of
from proofup.policy.actor import Actor
from proofup.policy.may_act import check_fresh, may_act, may_act_on_all, may_act_on_somebody
from proofup.policy.permissions import Permission
from proofup.values.ids import UserId
from proofup.values.number_search import SoughtNumber, sought_number

ADDRESS = "/admin/users"
MOST = 50
LONGEST = 256
MOST_ENTRIES = 200  # of one sign-in
ONLY: Mapping[str, Filters] = {
    "": Filters(),
    "allowed": Filters(enabled=True),
    "disabled": Filters(enabled=False),
    "no-method": Filters(holding=Holding.NOTHING),
    "only-phone": Filters(holding=Holding.RESTRICTED),
    "blocked": Filters(blocked=True),
    "held": Filters(held=True),
    "paused": Filters(paused=True),
}
MOST_COUNTED = 1000


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show those who match what was typed and chosen, from where the last page ended."""
    facts = await found_by(door, request, actor, most=MOST)
    return door.page(request, actor, "admin/people.html", **facts)


async def found_by(door: Door, request: Request, actor: Actor, *, most: int) -> dict[str, Any]:
    """Return a page of the people whom the address asks for, with what the page is told besides.

    Raises NotFreshError where a number is looked for with an old proof.
    """
    query, at = request.query_params, context_of(request.scope).at
    wanted, filters = query.get("q", "")[:LONGEST].strip(), filters_in(query)
    after = _after(query.get("after", ""))
    kept = {name: query[name] for name in ("q", "type", "state", "only") if query.get(name)}
    reference, number = correlation_of(wanted), None
    if reference is not None:
        found = await _of_sign_in(door, reference)
    else:
        number = _number(door, actor, wanted, at=at)
        found = await find_people(
            door.ports, wanted, filters, number=number, after=after, most=most, at=at
        )
        if number is not None and not may_act_on_all(actor, Permission.SEE_NUMBERS):
            found = await _without_numbers_of_others(door, actor, wanted, found, at=at)
    return {
        "people": found.people,
        "count": await _count(door, filters, wanted, kept, at=at),
        "most_counted": MOST_COUNTED,
        "can_ask": any(may_act_on_somebody(actor, one.permission) for one in BULK_ACTS.values()),
        "for_all": number is None and reference is None,
        "kept": kept,
        "nobody": query.get("nobody") is not None,
        "sees_numbers": may_act_on_somebody(actor, Permission.SEE_NUMBERS),
        "wanted": wanted,
        "filters": filters,
        "only": query.get("only", ""),
        "is_first": after is None,
        "start": f"?{urlencode(kept)}" if kept else "",
        "following": (
            f"?{urlencode({**kept, 'after': _token(found.after)})}" if found.after else None
        ),
    }


def _number(door: Door, actor: Actor, typed: str, *, at: datetime) -> SoughtNumber | None:
    """Return the number that is looked for, if ``actor`` may find people by theirs."""
    if not may_act_on_somebody(actor, Permission.SEE_NUMBERS):
        return None
    organisation = door.ports.room.notifier.organisation
    number = sought_number(typed, region=organisation.default_region)
    if number is not None:
        check_fresh(actor, Permission.SEE_NUMBERS, at=at)
    return number


async def _without_numbers_of_others(
    door: Door, actor: Actor, wanted: str, found: Found, *, at: datetime
) -> Found:
    """Leave out whoever was found by a number that ``actor`` may not see."""
    people = [
        one
        for one in found.people
        if is_called(one.person.user, wanted)
        or may_act(
            actor,
            Permission.SEE_NUMBERS,
            await target_of(door.ports, one.person.user.id, at=at),
        )
    ]
    return Found(people, found.after)


async def _count(
    door: Door, filters: Filters, wanted: str, kept: Mapping[str, str], *, at: datetime
) -> int | None:
    """Return how many there are, where one filter alone asks for them and an index counts them."""
    if wanted or set(kept) != {"only"} or filters.enabled or filters.paused:
        return None
    return await door.ports.search.count(filters, most=MOST_COUNTED + 1, at=at)


def filters_in(query: QueryParams) -> Filters:
    """Return what was chosen; a word that is no choice asks for nothing."""
    only = ONLY.get(query.get("only", ""), ONLY[""])
    types, states = {one.value: one for one in UserType}, {one.value: one for one in MfaState}
    return msgspec.structs.replace(
        only,
        user_type=types.get(query.get("type", "")),
        mfa_state=states.get(query.get("state", "")),
    )


async def _of_sign_in(door: Door, begins: str) -> Found:
    """Return everybody to whom something happened under a correlation id."""
    entries = await door.activity.of_sign_in(begins, most=MOST_ENTRIES)
    whose = dict.fromkeys(entry.target for entry in entries if entry.target)
    people = [one for user_id in whose if (one := await _listed(door, user_id))]
    return Found(people, None)


async def _listed(door: Door, user_id: UserId) -> Listed | None:
    found = await door.ports.subscribers.of(user_id)
    if found is None:
        return None
    return Listed(found.person, bool(door.ports.room.catalogue.lasting(found.held)))


def _token(after: After) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(after)).decode().rstrip("=")


def _after(token: str) -> After | None:
    """Return where the next page begins; whatever is no token of ours begins at the start."""
    padded = token + "=" * (-len(token) % 4)
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(padded), type=After)
    except (binascii.Error, ValueError):
        return None
