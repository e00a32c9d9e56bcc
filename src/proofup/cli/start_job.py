"""``proofup jobs start``: one act for everybody in a file."""

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from msgspec.structs import replace

from proofup.administration.job import Because, Item, ItemState, Job
from proofup.administration.jobs.bulk_acts import BULK_ACTS
from proofup.administration.jobs.running import planned
from proofup.administration.jobs.starting import (
    called,
    filled,
    proposed,
    started,
)
from proofup.administration.jobs.starting import opened as job_opened
from proofup.cli.import_report import Report, report_to
from proofup.cli.job_run import NOT_ALL, lease_of, run_to_end, told
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output, RefusedError
from proofup.cli.people_column import NAME, PEOPLE_COLUMN, check_people_column
from proofup.cli.progress import progress
from proofup.cli.rows import rows_of_csv
from proofup.values.csv_rows import Row
from proofup.values.ids import UserId

BATCH = 500  # rows of one transaction


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the act, the file of people and the reason."""
    wishes = [f"{one} for {act}" for act, known in BULK_ACTS.items() for one in known.wishes]
    parser.add_argument("act", metavar="ACT", help=", ".join(BULK_ACTS))
    parser.add_argument(
        "wishes", nargs="*", metavar="NAME=VALUE", help=f"what the act takes: {', '.join(wishes)}"
    )
    parser.add_argument(
        "--file", type=Path, required=True, metavar="FILE.csv", help="with a column of user names"
    )
    parser.add_argument("--reason", required=True, metavar="TEXT", help="for the audit log")
    parser.add_argument("--dry-run", action="store_true", help="name everybody, change nothing")
    parser.add_argument(
        "--report", type=Path, metavar="FILE.csv", help="where failures are written as well"
    )


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Do the act to everybody in the file; 1 where nothing was done to somebody."""
    async with opened(arguments.folder) as service:
        job = proposed(
            service.acts,
            service.actor("jobs start"),
            arguments.act,
            dict(_wish(one) for one in arguments.wishes),
            arguments.reason,
            at=service.at,
        )
        with (
            rows_of_csv(arguments.file, check_people_column) as rows,
            report_to(arguments.report, output, [PEOPLE_COLUMN]) as report,
        ):
            if arguments.dry_run:
                return await _foresee(service, job, rows, output, report)
            await _store(service, job, rows, output)
            output.note(f"Job {job.id} is running. Cut off, it goes on with: jobs resume {job.id}")
            return await run_to_end(service, job, output, report)


async def _store(service: Opened, job: Job, rows: Iterator[Row], output: Output) -> None:
    """Store everybody of the file; nothing is done before all are there."""
    await service.carry_out(job_opened(job))
    with progress(output, "rows") as advance:
        while batch := list(islice(rows, BATCH)):
            items = [await _item(service, job, one) for one in batch]
            await service.carry_out(filled(job, items))
            advance(len(batch))
    await lease_of(service, job).take_over(datetime.now(UTC))
    await service.carry_out(started(job, at=service.at))


async def _foresee(
    service: Opened, job: Job, rows: Iterator[Row], output: Output, report: Report
) -> int:
    """Name everybody with what they would lose, and write nothing."""
    would = refused = 0
    seen = set[UserId]()
    for row in rows:
        item = await _item(service, job, row)
        if item.user_id in seen:
            item = replace(item, user_id=None, state=ItemState.FAILED, because=Because.TWICE)
        elif item.user_id is not None:
            seen.add(item.user_id)
        item = (await planned(service.acts, job, job.actor, item, at=service.at)).done
        if item.state is ItemState.FAILED:
            refused += 1
            report.tell([told(item)])
            continue
        would += 1
        facts = {"line": item.number, "name": item.name, "id": item.user_id}
        output.say(f"{item.name}: {_lost(item)}", {**facts, "lines": list(item.lines)})
    output.say(
        f"Would be done: {would}. Would fail: {refused}. Nothing was written.",
        {"done": would, "failed": refused, "dryRun": True},
    )
    return NOT_ALL if refused else 0


async def _item(service: Opened, job: Job, row: Row) -> Item:
    if row.problem is not None:
        return Item(number=row.line, name="", state=ItemState.FAILED, because=Because.UNREADABLE)
    return await called(service.acts, job, row.line, row.told[NAME].strip())


def _lost(item: Item) -> str:
    return ", ".join(item.lines) or "nothing"


def _wish(told_as: str) -> tuple[str, str]:
    name, sign, value = told_as.partition("=")
    if not sign:
        raise RefusedError(told_as, "is not written as NAME=VALUE.")
    return name.strip(), value.strip()
