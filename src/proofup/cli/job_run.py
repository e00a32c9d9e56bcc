"""Carrying a job to its end in a command, and the words for what became of people."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from proofup.administration.job import Because, Item, ItemState, Job, JobEndedError
from proofup.administration.jobs.running import carry_on, finished
from proofup.cli.import_report import Refused, Report
from proofup.cli.job_lease import JobLease
from proofup.cli.opening import Opened
from proofup.cli.output import Output
from proofup.cli.people_column import PEOPLE_COLUMN
from proofup.cli.progress import progress

NOT_ALL = 1
PAGE = 500
FIELD = "name"
WORDS: Mapping[Because, str] = {
    # The same words, so that nobody learns who is here by asking.
    Because.UNKNOWN: "nobody here is called so, or nobody whom you may act on.",
    Because.UNREADABLE: "the line cannot be read as CSV with these columns.",
    Because.TWICE: "stands in the file twice.",
    Because.ONESELF: "has started the job, and is left out of it.",
    Because.RIGHTS_LOST: "whoever started the job was disabled or signed out everywhere.",
    Because.NOT_YET: "the rules demand more for this act: do it on the page of the user.",
    Because.CHANGED: "was being changed by others at the same moment.",
    Because.ACCOUNT_CHANGED: "the account was disabled, reset or signed out everywhere since.",
    Because.SLOT_TAKEN: "has registered another method in the same place.",
    Because.HELD_AGAIN: "has registered the same again.",
}


async def run_to_end(service: Opened, job: Job, output: Output, report: Report) -> int:
    """Carry ``job`` on until nobody waits; 1 where nothing was done to somebody."""
    items, after = service.acts.job_items, 0
    counts, lease = await items.counts(job.id), lease_of(service, job)
    await lease.take_over(_now())
    with progress(output, "people", of=counts[ItemState.WAITING]) as advance:
        while batch := await carry_on(service.acts, job, after=after, at=_now()):
            await lease.keep(_now())
            after = batch.last
            advance(len(batch.items))
    counts = await items.counts(job.id)
    done, failed = counts[ItemState.DONE], counts[ItemState.FAILED]
    try:
        await service.carry_out(finished(job, done=done, failed=failed, at=_now()))
    except JobEndedError:
        output.note("Another command has brought it to its end.")
    await tell_failures(service, job, report)
    output.say(
        f"Job {job.id}: done {done}, failed {failed}.",
        {"id": job.id, "done": done, "failed": failed},
    )
    return NOT_ALL if failed else 0


def lease_of(service: Opened, job: Job) -> JobLease:
    """Return the lease by which this command keeps servers from doing the same work.

    A command that loses it goes on: of two who carry on a job each person is done by one.
    """
    return JobLease(service.acts.jobs, job.id, service.correlation_id, leased_at=_now())


async def tell_failures(service: Opened, job: Job, report: Report) -> None:
    """Tell everybody to whom nothing was done."""
    after, items = 0, service.acts.job_items
    while found := await items.page(job.id, ItemState.FAILED, after=after, most=PAGE):
        report.tell(map(told, found))
        after = found[-1].number


def told(item: Item) -> Refused:
    """Return what a report says of a person to whom nothing was done."""
    words = WORDS[item.because] if item.because is not None else ""
    return Refused(item.number, FIELD, f"{item.name}: {words}", {PEOPLE_COLUMN: item.name})


async def facts_of(service: Opened, job: Job) -> dict[str, Any]:
    """Return what is shown of a job."""
    counts = await service.acts.job_items.counts(job.id)
    return {
        "id": job.id,
        "act": job.act,
        **job.wishes,
        "state": job.state.value,
        "reason": job.reason,
        "actor": job.actor.id,
        "startedDateTime": job.started_at.isoformat(timespec="seconds"),
        "finishedDateTime": (
            job.finished_at.isoformat(timespec="seconds") if job.finished_at else None
        ),
        **{state.value: count for state, count in counts.items()},
    }


def _now() -> datetime:
    return datetime.now(UTC)
