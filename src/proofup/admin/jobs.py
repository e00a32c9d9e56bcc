"""`/admin/jobs`: one act for many people, from what it would do to what it has done and undone.

Whoever asked for a job sees it, and whoever may read the whole audit log. For everybody else it is
as if it did not exist.
"""

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from proofup.admin import asking_jobs
from proofup.admin.door import Door
from proofup.administration.job import AT_WORK, ItemState, Job, JobEndedError, JobState
from proofup.administration.jobs.bulk_acts import BULK_ACTS
from proofup.administration.jobs.preparing import STOPPABLE, let_run, stopped
from proofup.administration.jobs.undoing import UNDOABLE, undo_begun
from proofup.administration.planned import Planned, carry_out
from proofup.pages.forms import read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.policy.actor import Actor
from proofup.policy.may_act import may_act, may_act_on_somebody
from proofup.policy.permissions import Permission
from proofup.values.csv_cells import csv_cell
from proofup.values.ids import UserId

ADDRESS = asking_jobs.LIST
ONE = f"{ADDRESS}/{{job:uuid}}"
PROGRESS = f"{ONE}/progress"
FAILURES = f"{ONE}/failures"
TAKES = (*asking_jobs.TAKES, Permission.READ_AUDIT_LOG)
MOST_JOBS = 20
MOST_LOOKED_AT = 200  # jobs of others that a page passes over
MOST = 100  # people on a page
AT_ONCE = 1000  # people of one read
COLUMNS = ("line", "userName", "because")


class Shown(Struct, frozen=True, kw_only=True):
    """A job with how many people are in each state, and who has asked for it."""

    job: Job
    counts: Mapping[ItemState, int]
    by: str | None

    @property
    def people(self) -> int:
        """How many people are in it."""
        return sum(self.counts.values())

    @property
    def settled(self) -> int:
        """For how many it is over."""
        return self.people - self.counts[ItemState.WAITING]


async def show_all(door: Door, request: Request, actor: Actor) -> Response:
    """Show the newest jobs that the reader may see."""
    before = request.query_params.get("before")
    looked = await door.ports.jobs.newest(before=before, most=MOST_LOOKED_AT)
    seen = [one for one in looked if _may_see(actor, one)]
    shown = seen[:MOST_JOBS]
    following = None
    if len(seen) > MOST_JOBS:
        following = shown[-1].id
    elif len(looked) == MOST_LOOKED_AT:
        following = looked[-1].id
    return door.page(
        request,
        actor,
        "admin/jobs.html",
        jobs=[await _shown(door, one) for one in shown],
        asks=any(may_act_on_somebody(actor, one) for one in asking_jobs.TAKES),
        is_first=before is None,
        following=following,
    )


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show one job, and its people a page at a time."""
    job = await _job(door, request, actor)
    if job is None:
        return see_other(ADDRESS)
    query, items, at = request.query_params, door.ports.job_items, context_of(request.scope).at
    typed = query.get("after", "")
    after = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0  # noqa: PLR2004 - more is no line of a file
    only_failed = query.get("only") == ItemState.FAILED
    if only_failed:
        found = await items.page(job.id, ItemState.FAILED, after=after, most=MOST + 1)
    else:
        found = await items.all(job.id, after=after, most=MOST + 1)
    return door.page(
        request,
        actor,
        "admin/job.html",
        **await _facts(door, job, actor, at=at),
        items=found[:MOST],
        only_failed=only_failed,
        is_late=query.get("late") is not None,
        is_first=not after,
        following=found[MOST - 1].number if len(found) > MOST else None,
    )


async def progress(door: Door, request: Request, actor: Actor) -> Response:
    """Show how far a job is, as a part of its page; the whole page once nothing goes on."""
    job = await _job(door, request, actor)
    if job is None:
        return see_other(ADDRESS)
    if job.state not in AT_WORK:
        return see_other(f"{ADDRESS}/{job.id}")
    facts = await _facts(door, job, actor, at=context_of(request.scope).at)
    return door.page(request, actor, "admin/job_progress.html", **facts)


async def change(door: Door, request: Request, actor: Actor) -> Response:
    """Let a job run, stop it, or have it undone."""
    form, at = await read_form(request), context_of(request.scope).at
    step = form.text("step", longest=16)
    job = await _job(door, request, actor)
    if job is None:
        return see_other(ADDRESS)
    try:
        await carry_out(door.ports, _step(step, actor, job, at=at))
    except JobEndedError:
        return see_other(f"{ADDRESS}/{job.id}?late=1")
    return see_other(f"{ADDRESS}/{job.id}")


async def failures(door: Door, request: Request, actor: Actor) -> Response:
    """Give everybody to whom nothing was done, or for whom nothing was undone, as a file."""
    job = await _job(door, request, actor)
    if job is None:
        return see_other(ADDRESS)
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    after = 0
    while found := await door.ports.job_items.all(job.id, after=after, most=AT_ONCE):
        after = found[-1].number
        writer.writerows(
            [csv_cell(one.number), csv_cell(one.name), csv_cell(one.because)]
            for one in found
            if one.because is not None
        )
    return Response(
        out.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="failures.csv"'},
    )


def _step(step: str, actor: Actor, job: Job, *, at: datetime) -> Planned[None]:
    if step == "run":
        return let_run(actor, job, at=at)
    if step == "stop":
        return stopped(actor, job, at=at)
    if step == "undo":
        return undo_begun(actor, job, at=at)
    raise HTTPException(400)


async def _facts(door: Door, job: Job, actor: Actor, *, at: datetime) -> dict[str, Any]:
    """Return what the page of a job shows of it, and what its reader may do."""
    shown = await _shown(door, job)
    span = (await door.ports.room.policies.current()).undo_span
    until = (job.finished_at or at) + span
    is_kept = BULK_ACTS[job.act].can_be_undone and bool(shown.counts[ItemState.DONE])
    is_own = job.actor.id == actor.id
    return {
        "shown": shown,
        "is_at_work": job.state in AT_WORK,
        "may_run": is_own and job.state is JobState.READY,
        "may_stop": job.state in STOPPABLE
        and (is_own or may_act_on_somebody(actor, BULK_ACTS[job.act].permission)),
        "undo_until": until
        if is_kept
        and job.state in UNDOABLE - {JobState.UNDONE}
        and at < until
        and may_act_on_somebody(actor, Permission.ADD_METHODS)
        else None,
    }


async def _job(door: Door, request: Request, actor: Actor) -> Job | None:
    """Return the job that the address names, if the reader may see it."""
    found = await door.ports.jobs.by_id(str(request.path_params["job"]))
    return found if found is not None and _may_see(actor, found) else None


def _may_see(actor: Actor, job: Job) -> bool:
    return job.actor.id == actor.id or may_act(actor, Permission.READ_AUDIT_LOG)


async def _shown(door: Door, job: Job) -> Shown:
    asked = await door.ports.room.people.by_id(UserId(job.actor.id))
    counts = await door.ports.job_items.counts(job.id)
    return Shown(job=job, counts=counts, by=asked.user.display_name if asked else None)
