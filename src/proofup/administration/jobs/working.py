"""The next piece of a job, whatever state it is in, for whoever carries jobs on."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from proofup.administration.job import ItemState, Job, JobEndedError, JobState
from proofup.administration.jobs.preparing import check_on, fill_on
from proofup.administration.jobs.running import acting_for, carry_on, finished
from proofup.administration.jobs.undoing import undo_ended, undo_on
from proofup.administration.planned import carry_out
from proofup.administration.ports import Ports

Piece: TypeAlias = Callable[[Ports, Job, str, datetime], Awaitable[str | None]]


async def piece(ports: Ports, job: Job, place: str, *, at: datetime) -> str | None:
    """Do what comes next behind ``place``; return the next place, or None where the state ended.

    The first place of a state is ``job.place``, or empty. Raises JobEndedError where somebody moved
    the job meanwhile, and StaleError where another runner was faster.
    """
    work = PIECES.get(job.state)
    if work is None:
        raise JobEndedError(job.state)
    return await work(ports, job, place, at)


async def _fill(ports: Ports, job: Job, place: str, at: datetime) -> str | None:
    return await fill_on(ports, job, place, at=at)


async def _check(ports: Ports, job: Job, place: str, at: datetime) -> str | None:
    return await check_on(ports, job, place, at=at)


async def _run(ports: Ports, job: Job, place: str, at: datetime) -> str | None:
    batch = await carry_on(ports, job, after=int(place or 0), at=at)
    if batch is not None:
        return str(batch.last)
    counts = await ports.job_items.counts(job.id)
    done, failed = counts[ItemState.DONE], counts[ItemState.FAILED]
    await carry_out(ports, finished(job, done=done, failed=failed, at=at))
    return None


async def _undo(ports: Ports, job: Job, place: str, at: datetime) -> str | None:
    actor = await acting_for(ports, job.undone_by or job.actor, at=at)
    batch = await undo_on(ports, actor, job, after=int(place or 0), at=at)
    if batch is not None:
        return str(batch.last)
    await carry_out(ports, undo_ended(job, at=at))
    return None


PIECES: Mapping[JobState, Piece] = {
    JobState.FILLING: _fill,
    JobState.CHECKING: _check,
    JobState.RUNNING: _run,
    JobState.UNDOING: _undo,
}
