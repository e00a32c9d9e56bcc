"""``proofup user invite`` for many: people without a password are mailed a link to choose one."""

import argparse
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import islice

from msgspec import Struct

from proofup.administration.invite_without_password import (
    BATCH,
    Outcome,
    Reached,
    invite_without_password,
)
from proofup.administration.planned import Planned
from proofup.cli.import_report import Refused, Report, report_to
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output, RefusedError
from proofup.cli.people_column import NAME, PEOPLE_COLUMN, check_people_column
from proofup.cli.progress import progress
from proofup.cli.rows import FIELD, rows_of_csv
from proofup.directory.finding import find_person
from proofup.values.csv_rows import Row
from proofup.values.errors import UnknownUserError
from proofup.values.ids import UserId

COMMAND = "user invite"
NOT_ALL = 1
# Why nobody was invited; whoever waits for an answer was invited before, which is no fault.
WORDS: Mapping[Reached, str] = {
    Reached.NO_MAIL: "has no mail address that a link can go to.",
    Reached.HAS_PASSWORD: "has a password.",
    Reached.DISABLED: "is disabled.",
    Reached.UNKNOWN: "is the name of nobody here.",
}


class _Named(Struct, frozen=True):
    """Somebody to be invited: the name, and the line of the file or 0."""

    name: str
    user_id: UserId | None
    line: int = 0


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Invite everybody without a password, or those whom a file names; return 1 if not all."""
    counts: Counter[Reached] = Counter()
    async with opened(arguments.folder) as service:
        if not service.room.notifier.mails:
            problem = "no mail server is set up, so nobody can be mailed a link."
            raise RefusedError("smtp.host", problem, "Set it, or invite people one by one.")
        with (
            _rows(arguments) as rows,
            report_to(arguments.report, output, [PEOPLE_COLUMN]) as report,
            progress(output, "people") as advance,
        ):
            batches = _everybody(service) if rows is None else _named_in(service, rows)
            async for batch in batches:
                counts += await _invited(service, batch, report)
                advance(len(batch))
    failed = sum(counts[one] for one in WORDS)
    told = f"Invited: {counts[Reached.INVITED]}. Invited before: {counts[Reached.WAITING]}."
    output.say(
        f"{told} Not invited: {failed}.",
        {
            "invited": counts[Reached.INVITED],
            "invitedBefore": counts[Reached.WAITING],
            "notInvited": failed,
        },
    )
    return NOT_ALL if failed else 0


def _rows(arguments: argparse.Namespace) -> AbstractContextManager[Iterator[Row] | None]:
    if arguments.file is None:
        return nullcontext()
    return rows_of_csv(arguments.file, check_people_column)


async def _invited(service: Opened, batch: Sequence[_Named], report: Report) -> "Counter[Reached]":
    """Invite the people of a batch in one transaction, and report whom it leaves out."""
    ids = list(dict.fromkeys(one.user_id for one in batch if one.user_id is not None))
    act: Planned[Sequence[Outcome]] = await invite_without_password(
        service.acts, service.actor(COMMAND), ids, at=service.at
    )
    done = {one.user_id: one.reached for one in await service.carry_out(act)}
    counts: Counter[Reached] = Counter()
    refused = []
    for one in batch:
        # Whoever stands in the file twice was invited by the first line.
        reached = Reached.UNKNOWN if one.user_id is None else done.pop(one.user_id, Reached.WAITING)
        counts[reached] += 1
        if reached in WORDS:
            reason = f"{one.name} {WORDS[reached]}"
            refused.append(Refused(one.line, PEOPLE_COLUMN, reason, {PEOPLE_COLUMN: one.name}))
    report.tell(refused)
    return counts


async def _everybody(service: Opened) -> AsyncIterator[Sequence[_Named]]:
    after: str | None = None
    while True:
        page = await service.acts.without_password.page(after=after, most=BATCH)
        if page.people:
            users = [one.user for one in page.people]
            yield [_Named(one.user_principal_name, one.id) for one in users]
        after = page.after
        if after is None:
            return


async def _named_in(service: Opened, rows: Iterator[Row]) -> AsyncIterator[Sequence[_Named]]:
    while batch := list(islice(rows, BATCH)):
        yield [await _named(service, row) for row in batch]


async def _named(service: Opened, row: Row) -> _Named:
    if row.problem is not None:
        raise RefusedError(FIELD, f"line {row.line}: {row.problem.problem}")
    name = row.told[NAME].strip()
    try:
        found = await find_person(service.acts.room.people, name)
    except UnknownUserError:
        return _Named(name, None, row.line)
    return _Named(name, found.user.id, row.line)
