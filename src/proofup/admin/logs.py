"""`/admin/logs`: what happened, by what is asked for, a page at a time, and the same as CSV."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from msgspec import Struct
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from proofup.admin.door import Door
from proofup.admin.people import correlation_of
from proofup.audit.entry import Entry
from proofup.audit.events import challenges, sign_ins
from proofup.audit.events.catalogue import EVENTS
from proofup.audit.events.service import LogExported
from proofup.audit.log import Wanted
from proofup.directory.finding import find_person
from proofup.directory.users import User
from proofup.pages.forms import read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.policy.actor import Actor
from proofup.policy.may_act import may_act
from proofup.policy.permissions import FRESH_FOR_SERVICE, Permission
from proofup.policy.proofs import NotFreshError
from proofup.values.csv_cells import csv_cell
from proofup.values.errors import UnknownUserError
from proofup.values.ids import UserId

ADDRESS = "/admin/logs"
EXPORT = f"{ADDRESS}/export"
MOST = 50
MOST_EXPORTED = 10_000
LONGEST = 256
NUMBER = re.compile(r"[0-9]{1,18}")
FIELDS = ("about", "id", "event", "result")
OF_SIGN_INS = frozenset(
    word
    for word, event in EVENTS.items()
    if event.__module__ in {sign_ins.__name__, challenges.__name__}
)
COLUMNS = (
    *("activityDateTime", "event", "succeeded", "actor", "target"),
    *("network", "correlationId", "details"),
)


class Asked(Struct, frozen=True):
    """What was asked for: ``wanted`` is None where nothing can match it."""

    wanted: Wanted | None
    fields: Mapping[str, str]


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show a page of entries."""
    words, query = _readable(actor), request.query_params
    asked = await _asked(door, query, words)
    typed = query.get("before", "")
    before = int(typed) if NUMBER.fullmatch(typed) else None
    entries: Sequence[Entry] = ()
    following = None
    if asked.wanted is not None:
        page = await door.log.page(asked.wanted, before=before, most=MOST)
        entries, following = page.entries, page.before
    return door.page(
        request,
        actor,
        "admin/logs.html",
        entries=entries,
        users=await _named(door, entries),
        asked={name: asked.fields.get(name, "") for name in FIELDS},
        words=sorted(words),
        kinds=door.ports.room.catalogue.kinds,
        is_first=before is None,
        following=f"?{urlencode({**asked.fields, 'before': following})}" if following else None,
    )


async def to_list(_: Door, __: Request, ___: Actor) -> Response:
    """Begin anew: an export is asked for by its form."""
    return see_other(ADDRESS)


async def export(door: Door, request: Request, actor: Actor) -> Response:
    """Give the entries that are asked for as a file, and record it."""
    words, at = _readable(actor), context_of(request.scope).at
    form = await read_form(request)
    proven_at = actor.proofs.second_at
    if proven_at is None or at >= proven_at + FRESH_FOR_SERVICE:
        raise NotFreshError(Permission.READ_AUDIT_LOG, proven_at)
    told = {name: form.optional(name, longest=LONGEST) or "" for name in FIELDS}
    asked = await _asked(door, QueryParams(told), words)
    entries: list[Entry] = []
    before: int | None = None
    while asked.wanted is not None and len(entries) < MOST_EXPORTED:
        page = await door.log.page(asked.wanted, before=before, most=MOST_EXPORTED - len(entries))
        entries += page.entries
        before = page.before
        if before is None:
            break
    await door.ports.room.commit(actor.entry(LogExported(entries=len(entries)), None, at=at))
    return Response(
        _csv(entries),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="log.csv"'},
    )


def _readable(actor: Actor) -> frozenset[str]:
    """Return the words of the events that ``actor`` may read; where there is none, no page is."""
    if may_act(actor, Permission.READ_AUDIT_LOG):
        return frozenset(EVENTS)
    if may_act(actor, Permission.READ_SIGN_INS):
        return OF_SIGN_INS
    raise HTTPException(404)


async def _asked(door: Door, query: QueryParams, words: frozenset[str]) -> Asked:
    fields = {name: query[name][:LONGEST] for name in FIELDS if query.get(name)}
    event, typed = fields.get("event", ""), fields.get("id", "").strip()
    correlation = correlation_of(typed) if typed else None
    try:
        target = await _about(door, fields.get("about", "").strip())
    except UnknownUserError:
        return Asked(None, fields)
    if typed and correlation is None:
        return Asked(None, fields)
    wanted = Wanted(
        target=target,
        correlation=correlation,
        words=frozenset({event}) & words if event in EVENTS else words,
        refused=fields.get("result") == "refused",
    )
    return Asked(wanted, fields)


async def _about(door: Door, named: str) -> UserId | None:
    return (await find_person(door.ports.room.people, named)).user.id if named else None


async def _named(door: Door, entries: Sequence[Entry]) -> Mapping[str, User]:
    """Return everybody who is named in ``entries``, by their ids."""
    ids = {one for entry in entries for one in (entry.actor, entry.target) if one}
    found = [await door.ports.room.people.by_id(UserId(one)) for one in sorted(ids)]
    return {one.user.id: one.user for one in found if one}


def _csv(entries: Sequence[Entry]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for entry in entries:
        details = "; ".join(f"{name}={told}" for name, told in sorted(entry.event.facts.items()))
        row = (
            *(entry.at.isoformat(), entry.event.word, entry.succeeded, entry.actor, entry.target),
            *(entry.network, entry.correlation_id, details),
        )
        writer.writerow([csv_cell(value) for value in row])
    return out.getvalue()
