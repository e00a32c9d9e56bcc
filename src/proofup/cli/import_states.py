"""``proofup import mfa-states``: who must have a second proof, for many people at once.

The file has the format of Entra's bulk update: CSV with the columns *Username* and *MFA Status*.
Good rows are applied; each bad row is reported and changes nothing.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from msgspec import Struct

from proofup.administration.planned import Planned, together
from proofup.administration.set_mfa_state import set_mfa_state
from proofup.administration.target import target_called
from proofup.cli.import_report import Refused, Report, report_to, without_report
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output, RefusedError
from proofup.cli.progress import progress
from proofup.cli.rows import FIELD, rows_of_csv
from proofup.directory.users import MfaState
from proofup.policy.target import Target
from proofup.values.csv_rows import Row
from proofup.values.errors import UnknownUserError
from proofup.values.ids import UserId

USERNAME = "Username"
STATUS = "MFA Status"
COMMAND = "import mfa-states"
BATCH = 200  # rows of one transaction
NOT_ALL = 1


class _Counts(Struct):
    """What became of the rows so far."""

    changed: int = 0
    unchanged: int = 0
    refused: int = 0


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the file, and where bad rows go."""
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV: Username,MFA Status")
    parser.add_argument("--dry-run", action="store_true", help="judge every row, write nothing")
    parser.add_argument(
        "--report", type=Path, metavar="FILE.csv", help="where bad rows are written as well"
    )


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Set the state of every user in the file; return 1 if there was a bad row."""
    async with opened(arguments.folder) as service:
        with (
            rows_of_csv(arguments.file, _check_columns) as rows,
            report_to(arguments.report, output, (USERNAME, STATUS)) as report,
            progress(output, "rows") as advance,
        ):
            work = _Work(service, report, advance, dry_run=arguments.dry_run)
            counts = await work.through(rows)
    would = "Would be changed" if arguments.dry_run else "Changed"
    output.say(
        f"{would}: {counts.changed}. As they were: {counts.unchanged}. Refused: {counts.refused}.",
        {
            "changed": counts.changed,
            "unchanged": counts.unchanged,
            "refused": counts.refused,
            **({"dryRun": True} if arguments.dry_run else {}),
        },
    )
    return NOT_ALL if counts.refused else 0


class _Work:
    """Checks and applies rows, a batch at a time."""

    def __init__(
        self, service: Opened, report: Report, advance: Callable[[int], None], *, dry_run: bool
    ) -> None:
        self._service = service
        self._report = report
        self._advance = advance
        self._dry_run = dry_run
        self._seen: set[UserId] = set()

    async def through(self, rows: Iterator[Row]) -> _Counts:
        """Change what the rows say; return what became of them."""
        counts = _Counts()
        while batch := list(islice(rows, BATCH)):
            acts: list[Planned[MfaState]] = []
            refused: list[Refused] = []
            for row in batch:
                try:
                    acts.append(await self._judged(row, counts))
                except RefusedError as error:
                    told = {name: row.told.get(name.casefold(), "") for name in (USERNAME, STATUS)}
                    refused.append(Refused(row.line, error.field, error.problem, told))
            counts.refused += len(refused)
            self._report.tell(refused)
            if not self._dry_run:
                await self._service.carry_out(together(acts))
            self._advance(len(batch))
        return counts

    async def _judged(self, row: Row, counts: _Counts) -> Planned[MfaState]:
        """Return the changes of a good row. Raises RefusedError for a bad one."""
        if row.problem is not None:
            raise RefusedError(row.problem.field, row.problem.problem)
        state = _state(row.told[_STATUS])
        target = await self._target(row.told[_USERNAME].strip())
        act = set_mfa_state(self._service.actor(COMMAND), target, state, at=self._service.at)
        if act.done is state:
            counts.unchanged += 1
        else:
            counts.changed += 1
        return act

    async def _target(self, name: str) -> Target:
        try:
            target = await target_called(self._service.acts, name, at=self._service.at)
        except UnknownUserError as error:
            raise RefusedError(USERNAME, f"nobody here is called {name!r}.") from error
        if target.person.user.id in self._seen:
            raise RefusedError(USERNAME, f"{name} stands in the file twice.")
        self._seen.add(target.person.user.id)
        return target


# Spreadsheets may change upper and lower case.
_USERNAME, _STATUS = USERNAME.casefold(), STATUS.casefold()


def _state(word: str) -> MfaState:
    try:
        return MfaState(word.strip().casefold())
    except ValueError as error:
        problem = f"{word.strip()!r} is none of Enabled, Disabled and Enforced."
        raise RefusedError(STATUS, problem) from error


def _check_columns(names: Sequence[str]) -> Sequence[str]:
    """Return the names as they are known here. Raises RefusedError."""
    known = [name.casefold() for name in without_report(names)]
    if sorted(filter(None, known)) != sorted([_USERNAME, _STATUS]):
        wanted = f"The first line has to be: {USERNAME},{STATUS}"
        raise RefusedError(FIELD, f"has the columns {', '.join(names) or 'none'}.", wanted)
    return known
