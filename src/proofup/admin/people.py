"""`/admin/users`: people are found, a page at a time."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from proofup.admin.door import Door
from proofup.directory.search import After, Filters, Found, Listed
from proofup.directory.users import MfaState, UserType
from proofup.pages.page_context import context_of
from proofup.policy.actor import Actor
from proofup.values.ids import UserId

ADDRESS = "/admin/users"
MOST = 50
LONGEST = 256
MOST_ENTRIES = 200  # of one sign-in
REFERENCE = re.compile(r"([0-9a-f]{4})-?([0-9a-f]{4})|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ONLY: Mapping[str, Filters] = {
    "": Filters(),
    "allowed": Filters(enabled=True),
    "disabled": Filters(enabled=False),
    "no-method": Filters(without_method=True),
    "blocked": Filters(blocked=True),
    "held": Filters(held=True),
}


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show those who match what was typed and chosen, from where the last page ended."""
    facts = await found_by(door, request, most=MOST)
    return door.page(request, actor, "admin/people.html", **facts)


async def found_by(door: Door, request: Request, *, most: int) -> dict[str, Any]:
    """Return a page of the people whom the address asks for, with what the page is told besides."""
    query, at = request.query_params, context_of(request.scope).at
    wanted, filters = query.get("q", "")[:LONGEST].strip(), _filters(query)
    after = _after(query.get("after", ""))
    reference = correlation_of(wanted)
    if reference is not None:
        found = await _of_sign_in(door, reference)
    else:
        catalogue = door.ports.room.catalogue
        passing = [one.kind for one in catalogue if not one.declaration.lasting]
        found = await door.people.find(
            wanted, filters, passing=passing, after=after, most=most, at=at
        )
    kept = {name: query[name] for name in ("q", "type", "state", "only") if query.get(name)}
    return {
        "people": found.people,
        "wanted": wanted,
        "filters": filters,
        "only": query.get("only", ""),
        "is_first": after is None,
        "start": f"?{urlencode(kept)}" if kept else "",
        "following": (
            f"?{urlencode({**kept, 'after': _token(found.after)})}" if found.after else None
        ),
    }


def _filters(query: QueryParams) -> Filters:
    """Return what was chosen; a word that is no choice asks for nothing."""
    only = ONLY.get(query.get("only", ""), ONLY[""])
    types, states = {one.value: one for one in UserType}, {one.value: one for one in MfaState}
    return msgspec.structs.replace(
        only,
        user_type=types.get(query.get("type", "")),
        mfa_state=states.get(query.get("state", "")),
    )


def correlation_of(typed: str) -> str | None:
    """Return how the correlation id begins that somebody reads out, whole or its short form."""
    found = REFERENCE.fullmatch(typed.lower())
    if found is None:
        return None
    return found[1] + found[2] if found[1] else found[0]


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
