"""`/admin/jobs/new`: what is to be done to many, to whom, and why.

They are those who were ticked in the list of users, everybody whom a search finds, or everybody
whose name is pasted. A job is made of it, which is checked first and shown.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from proofup.admin.door import Door
from proofup.admin.pasted_names import items_in
from proofup.admin.people import filters_in
from proofup.administration.job import Item, Job, Source
from proofup.administration.jobs.bulk_acts import BULK_ACTS
from proofup.administration.jobs.preparing import opened_for, to_be_checked
from proofup.administration.jobs.starting import (
    BadWishError,
    UnknownActError,
    filled,
    opened,
    proposed,
)
from proofup.administration.planned import carry_out
from proofup.administration.reason import InvalidReasonError
from proofup.directory.users import User
from proofup.pages.forms import Form, read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.policy.actor import Actor
from proofup.policy.may_act import check_fresh, may_act_on_somebody
from proofup.values.ids import UserId

LIST = "/admin/jobs"
ADDRESS = f"{LIST}/new"
TAKES = tuple(one.permission for one in BULK_ACTS.values())
MOST_PICKED = 50
LONGEST_NAMES = 400_000  # letters
LONGEST = 256
LONGEST_REASON = 400
BATCH = 500  # rows of one transaction
SEARCH = ("q", "type", "state", "only")


class Whom(Struct, frozen=True, kw_only=True):
    """To whom it is done: to those ``picked``, or to all who match the ``search``, or by name."""

    picked: Sequence[User] = ()
    search: Mapping[str, str] | None = None


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Ask what is to be done, to whom and why."""
    query = request.query_params
    acts, at = _acts(actor), context_of(request.scope).at
    # Asked here too, so that nobody types in vain.
    check_fresh(actor, BULK_ACTS[acts[0]].permission, at=at)
    ids = query.getlist("user")[:MOST_PICKED]
    search = _search(query) if query.get("who") == "all" else None
    if query.get("who") == "picked" and not ids:
        return see_other("/admin/users?nobody=1")
    whom = Whom(picked=await _users(door, ids), search=search)
    return _page(door, request, actor, whom, Form({}), problem=None)


async def ask(door: Door, request: Request, actor: Actor) -> Response:
    """Store a job, and show what it would do."""
    form, at = await read_form(request), context_of(request.scope).at
    whom = await _whom(door, form)
    items = items_in(form.optional("names", longest=LONGEST_NAMES) or "")
    act = form.text("act", longest=LONGEST)
    wishes = {
        name: form.optional(name, longest=LONGEST) or ""
        for name in (BULK_ACTS[act].wishes if act in BULK_ACTS else ())
    }
    reason = form.text("reason", longest=LONGEST_REASON)
    try:
        job = proposed(door.ports, actor, act, wishes, reason, at=at)
    except InvalidReasonError:
        return _page(door, request, actor, whom, form, problem="reason")
    except (UnknownActError, BadWishError) as error:
        raise HTTPException(400) from error
    if not (whom.picked or whom.search is not None or items):
        return _page(door, request, actor, whom, form, problem="names")
    await _store(door, job, whom, items, request)
    return see_other(f"{LIST}/{job.id}")


async def _store(door: Door, job: Job, whom: Whom, items: Sequence[Item], request: Request) -> None:
    ports, at = door.ports, context_of(request.scope).at
    if whom.search is not None:
        filters = filters_in(QueryParams(whom.search))
        source = Source(begins=whom.search.get("q", ""), filters=filters)
        await carry_out(ports, opened_for(job, source))
        return
    if whom.picked:
        items = [
            Item(number=number, name=one.user_principal_name, user_id=one.id)
            for number, one in enumerate(whom.picked, 1)
        ]
    await carry_out(ports, opened(job))
    for start in range(0, len(items), BATCH):
        await carry_out(ports, filled(job, items[start : start + BATCH]))
    await carry_out(ports, to_be_checked(job, at=at))


async def _whom(door: Door, form: Form) -> Whom:
    ids = (form.optional("users", longest=40 * MOST_PICKED) or "").split()
    search = None
    if form.optional("who", longest=LONGEST) == "all":
        told = {name: form.optional(f"find.{name}", longest=LONGEST) or "" for name in SEARCH}
        search = _search(QueryParams(told))
    return Whom(picked=await _users(door, ids[:MOST_PICKED]), search=search)


def _search(query: QueryParams) -> Mapping[str, str]:
    return {name: query[name][:LONGEST].strip() for name in SEARCH if query.get(name)}


async def _users(door: Door, ids: Sequence[str]) -> list[User]:
    """Return those of these ids; an id that is nobody's is left out."""
    found = [await door.ports.room.people.by_id(UserId(one)) for one in dict.fromkeys(ids)]
    return [one.user for one in found if one is not None]


def _acts(actor: Actor) -> list[str]:
    return [name for name, one in BULK_ACTS.items() if may_act_on_somebody(actor, one.permission)]


def _page(
    door: Door, request: Request, actor: Actor, whom: Whom, form: Form, *, problem: str | None
) -> Response:
    def typed(name: str, longest: int) -> str:
        return form.optional(name, longest=longest) or ""

    facts: dict[str, Any] = {
        "acts": {name: BULK_ACTS[name].wishes for name in _acts(actor)},
        "act": typed("act", LONGEST),
        "state": typed("state", LONGEST),
        "names": typed("names", LONGEST_NAMES),
        "why": typed("reason", LONGEST_REASON),
    }
    return door.page(
        request,
        actor,
        "admin/new_job.html",
        status=400 if problem else 200,
        whom=whom,
        problem=problem,
        **facts,
    )
