"""A job that is shown before it runs: whom it is for, and what it would do to each of them.

Its people are stored first: by whoever asks for it, or by a runner, which finds everybody to whom
filters apply. Then a runner notes what the act would do to each. Nothing is done until somebody
lets the job run. Where a runner is cut off, the next one goes on from the place that was stored.
"""

from datetime import datetime

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from proofup.administration.finding_people import find_people
from proofup.administration.job import (
    AddItems,
    Because,
    CheckItem,
    Item,
    ItemState,
    Job,
    JobEndedError,
    JobState,
    MoveJob,
    NotePlace,
    OpenJob,
    RequireJob,
    Source,
)
from proofup.administration.jobs.bulk_acts import BULK_ACTS
from proofup.administration.jobs.running import BATCH, acting, planned_for
from proofup.administration.jobs.starting import called
from proofup.administration.planned import Planned, carry_out
from proofup.administration.ports import Ports
from proofup.audit.events.jobs import JobStarted, JobStopped
from proofup.directory.search import After
from proofup.policy.actor import Actor
from proofup.policy.may_act import check_fresh, may_act_on_somebody
from proofup.values.errors import NotPermittedError

PAGE = 500  # people of one transaction who are stored
STOPPABLE = frozenset(
    {
        JobState.PREPARING,
        JobState.FILLING,
        JobState.CHECKING,
        JobState.READY,
        JobState.RUNNING,
    }
)


class _Filled(Struct, frozen=True):
    """How many people are stored, and where the next page of them begins."""

    people: int = 0
    after: After | None = None


def opened_for(job: Job, source: Source) -> Planned[Job]:
    """Store a job for everybody of ``source``, who are still to be found."""
    filling = replace(job, state=JobState.FILLING, source=source)
    return Planned((), (OpenJob(job=filling),), filling)


def to_be_checked(job: Job, *, at: datetime) -> Planned[None]:
    """Let a job be checked: it has all of its people."""
    return Planned((), (_move(job, JobState.PREPARING, JobState.CHECKING, at=at),), None)


async def fill_on(ports: Ports, job: Job, place: str, *, at: datetime) -> str | None:
    """Find and store the next people of a job; return the next place, or None if there is none."""
    source = job.source
    if source is None:
        raise JobEndedError(job.state)
    was = msgspec.json.decode(place, type=_Filled) if place else _Filled()
    found = await find_people(
        ports, source.begins, source.filters, after=was.after, most=PAGE, at=at
    )
    items = [
        Item(number=number, name=one.person.user.user_principal_name, user_id=one.person.user.id)
        for number, one in enumerate(found.people, was.people + 1)
    ]
    now = _Filled(was.people + len(items), found.after)
    told = msgspec.json.encode(now).decode()
    moved = () if found.after else (_move(job, JobState.FILLING, JobState.CHECKING, at=at),)
    changes = (_at(job, place, told), AddItems(job=job, items=items), *moved)
    await carry_out(ports, Planned((_in(job, JobState.FILLING),), changes, None))
    return told if found.after else None


async def check_on(ports: Ports, job: Job, place: str, *, at: datetime) -> str | None:
    """Note what the act would do to the next people; return the next place, or None at the end."""
    after = int(place or 0)
    waiting = await ports.job_items.page(job.id, ItemState.WAITING, after=after, most=BATCH)
    if not waiting:
        await carry_out(
            ports, Planned((), (_move(job, JobState.CHECKING, JobState.READY, at=at),), None)
        )
        return None
    actor = await acting(ports, job, at=at)
    named = [await _called(ports, job, one) for one in waiting]
    acts = await planned_for(ports, job, actor, named, at=at)
    checked = [_still_waiting(one.done) for one in acts]
    now = str(waiting[-1].number)
    changes = (_at(job, place, now), *(CheckItem(job_id=job.id, item=one) for one in checked))
    await carry_out(ports, Planned((_in(job, JobState.CHECKING),), changes, None))
    return now


def let_run(actor: Actor, job: Job, *, at: datetime) -> Planned[None]:
    """Let a job run that was checked; only whoever asked for it may.

    Raises NotPermittedError, NotFreshError; writing it raises JobEndedError.
    """
    permission = BULK_ACTS[job.act].permission
    if actor.id != job.actor.id or not may_act_on_somebody(actor, permission):
        raise NotPermittedError
    check_fresh(actor, permission, at=at)
    event = JobStarted(command=actor.command, job=job.id, act=job.act, reason=job.reason)
    move = _move(job, JobState.READY, JobState.RUNNING, at=at)
    return Planned((), (move, job.actor.entry(event, None, at=at)), None)


def stopped(actor: Actor, job: Job, *, at: datetime) -> Planned[None]:
    """Stop a job; whoever still waits is left as they are.

    Whoever asked for it may, and whoever could. Raises NotPermittedError; writing it raises
    JobEndedError.
    """
    is_own = actor.id == job.actor.id
    if not is_own and not may_act_on_somebody(actor, BULK_ACTS[job.act].permission):
        raise NotPermittedError
    event = JobStopped(command=actor.command, job=job.id, act=job.act)
    move = MoveJob(job_id=job.id, was=STOPPABLE, now=JobState.STOPPED, at=at)
    return Planned((), (move, actor.entry(event, None, at=at)), None)


async def _called(ports: Ports, job: Job, item: Item) -> Item:
    """Return the item with whoever is called so, unless that is whoever asked for the job."""
    if item.user_id is None:
        return await called(ports, job, item.number, item.name)
    if item.user_id == job.actor.id:
        return replace(item, user_id=None, state=ItemState.FAILED, because=Because.ONESELF)
    return item


def _still_waiting(item: Item) -> Item:
    """Return somebody to whom something would be done as somebody who waits for it."""
    return replace(item, state=ItemState.WAITING) if item.state is ItemState.DONE else item


def _move(job: Job, was: JobState, now: JobState, *, at: datetime) -> MoveJob:
    return MoveJob(job_id=job.id, was=frozenset({was}), now=now, at=at)


def _in(job: Job, state: JobState) -> RequireJob:
    return RequireJob(job_id=job.id, state=state)


def _at(job: Job, was: str, now: str) -> NotePlace:
    return NotePlace(job_id=job.id, was=was, place=now)
