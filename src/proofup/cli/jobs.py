"""``proofup jobs``: looking at jobs, carrying one on, and undoing one."""

import argparse
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from proofup.administration.job import ItemState, Job, JobEndedError, JobState
from proofup.administration.jobs.undoing import undo_begun, undo_ended, undo_on
from proofup.cli.import_report import report_to
from proofup.cli.job_run import NOT_ALL, facts_of, lease_of, run_to_end, tell_failures, told
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output, RefusedError
from proofup.cli.people_column import PEOPLE_COLUMN
from proofup.cli.progress import progress

MOST = 20  # jobs in a list
FIXES = {
    JobState.PREPARING: "Start it again.",
    JobState.FILLING: "A server prepares it.",
    JobState.CHECKING: "A server prepares it.",
    JobState.READY: "Whoever asked for it lets it run in the admin centre.",
}


def list_all_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare how many jobs are listed."""
    parser.add_argument("--most", type=int, default=MOST, help=f"how many jobs; else {MOST}")


def show_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which job, and where the people go to whom nothing was done."""
    parser.add_argument("job", metavar="ID", help="the id that start and list show")
    parser.add_argument(
        "--report", type=Path, metavar="FILE.csv", help="where failures are written as well"
    )


resume_arguments = undo_arguments = show_arguments


async def list_all(arguments: argparse.Namespace, output: Output) -> int:
    """List the newest jobs."""
    async with opened(arguments.folder) as service:
        jobs = await service.store.jobs.newest(most=arguments.most)
        facts = [await facts_of(service, one) for one in jobs]
    words = "\n".join(_line(one) for one in facts) or "There is no job."
    output.say(words, {"jobs": facts})
    return 0


async def show(arguments: argparse.Namespace, output: Output) -> int:
    """Show how far a job is, and everybody to whom nothing was done."""
    async with opened(arguments.folder) as service:
        job = await _job(service, arguments.job)
        with report_to(arguments.report, output, [PEOPLE_COLUMN]) as report:
            await tell_failures(service, job, report)
        facts = await facts_of(service, job)
    output.say(_line(facts), facts)
    return 0


async def resume(arguments: argparse.Namespace, output: Output) -> int:
    """Carry a job on that was cut off; 1 where nothing was done to somebody."""
    async with opened(arguments.folder) as service:
        job = await _job(service, arguments.job)
        if job.state is not JobState.RUNNING:
            fix = FIXES.get(job.state, "Nothing is left to do.")
            raise RefusedError("ID", f"is of a job that is {job.state}.", fix)
        with report_to(arguments.report, output, [PEOPLE_COLUMN]) as report:
            return await run_to_end(service, job, output, report)


async def undo(arguments: argparse.Namespace, output: Output) -> int:
    """Put back the methods that a job has deleted; 1 where some could not be."""
    async with opened(arguments.folder) as service:
        job, actor = await _job(service, arguments.job), service.actor("jobs undo")
        lease = lease_of(service, job)
        await lease.take_over(service.at)
        await service.carry_out(undo_begun(actor, job, at=service.at))
        back = left = after = 0
        with (
            report_to(arguments.report, output, [PEOPLE_COLUMN]) as report,
            progress(output, "people") as advance,
        ):
            while batch := await undo_on(service.acts, actor, job, after=after, at=service.at):
                after = batch.last
                await lease.keep(datetime.now(UTC))
                advance(len(batch.items))
                back += sum(one.state is ItemState.UNDONE for one in batch.items)
                refused = [told(one) for one in batch.items if one.because is not None]
                left += len(refused)
                report.tell(refused)
        with suppress(JobEndedError):  # a server has ended it
            await service.carry_out(undo_ended(job, at=service.at))
    output.say(
        f"Methods are put back: {back} people. Not, or not all: {left}.",
        {"id": job.id, "undone": back, "refused": left},
    )
    return NOT_ALL if left else 0


async def _job(service: Opened, called: str) -> Job:
    found = await service.store.jobs.by_id(called.strip().lower())
    if found is None:
        raise RefusedError("ID", f"{called!r} is no job.", "See proofup jobs list.")
    return found


def _line(facts: dict[str, Any]) -> str:
    counts = ", ".join(f"{facts[state]} {state}" for state in ItemState)
    return (
        f"{facts['id']}  {facts['act']}  {facts['state']}  {facts['startedDateTime']}  "
        f"{counts}  {facts['reason']}"
    )
