"""``proofup import users``: imports good rows and reports bad ones, from files of any length.

Each batch is one transaction, which also stores the progress of the import. An interrupted import
continues after the last batch.
"""

import argparse
import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from proofup.administration.add_people import add_people, hashed
from proofup.administration.newcomer import Newcomer
from proofup.assembly.newcomers import newcomer_rules
from proofup.cli.columns import check_columns, check_properties
from proofup.cli.import_report import Refused, Report, report_to
from proofup.cli.judging import Judged, judged_in_order
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output, RefusedError
from proofup.cli.progress import progress
from proofup.cli.rows import FIELD, fingerprint, rows_of_csv, rows_of_json
from proofup.hashing.pool import usable_cores
from proofup.storage.imports import Import, MoveImport
from proofup.storage.newcomers import TakenName
from proofup.values.changes import Change
from proofup.values.countries import is_country, no_country
from proofup.values.csv_rows import Row
from proofup.values.errors import StaleError
from proofup.values.look_alikes import look_alike
from proofup.values.names import canonical_name

COMMAND = "import users"
ENDINGS = {".jsonl": "jsonl", ".ndjson": "jsonl"}
SMALL_BYTES = 1 << 20  # a smaller file is checked before another process could start
BATCH = 1000  # rows of one transaction; a server on the same host waits for each
ROWS_OF_A_PASSWORD = 20  # how many rows a row with a password counts as: hashing takes long
NOT_ALL = 1


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the file, how it is read, and where bad rows go."""
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV, or JSON lines")
    parser.add_argument(
        "--format", choices=("csv", "jsonl"), help="else as the name ends: .jsonl and .ndjson"
    )
    parser.add_argument("--dry-run", action="store_true", help="judge every row, write nothing")
    parser.add_argument(
        "--report", type=Path, metavar="FILE.csv", help="where bad rows are written as well"
    )
    parser.add_argument(
        "--region", metavar="GB", help="where phones without a country code belong; else as set"
    )


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Add every good row of the file; return 1 if there was a bad one."""
    if arguments.region and not is_country(arguments.region):
        raise RefusedError("--region", no_country(arguments.region))
    digest, lines = fingerprint(arguments.file)
    async with opened(arguments.folder) as service:
        was = None if arguments.dry_run else await service.store.imports.of_file(digest)
        done = Import(digest=digest, started_at=service.at, correlation_id=service.correlation_id)
        if was is not None and was.finished_at is None:
            done = was
            output.note(
                f"Goes on behind {was.taken} rows, where an import of this file was cut off."
            )
        begun = replace(service, at=done.started_at, correlation_id=done.correlation_id)
        rules = newcomer_rules(
            begun.settings, begun.store.keys, at=begun.at, region=arguments.region
        )
        columns = _Columns(rules.fields)
        with (
            _rows(arguments, columns) as rows,
            report_to(arguments.report, output, columns.found, kept=done.refused) as report,
            progress(output, "rows", of=lines) as advance,
        ):
            work = _Work(begun, report, writes=not arguments.dry_run)
            await work.move(was, done)
            batches = _batches(islice(rows, done.taken, None))
            beside = arguments.file.stat().st_size > SMALL_BYTES
            for told, batch in judged_in_order(rules, batches, beside=beside):
                done = await work.bring_in(told, batch, done)
                advance(len(batch))
            await work.move(done, replace(done, finished_at=datetime.now(UTC)))
    _tell(output, done, is_dry=arguments.dry_run)
    return NOT_ALL if done.refused else 0


def _tell(output: Output, done: Import, *, is_dry: bool) -> None:
    facts = {
        "imported": done.imported,
        "refused": done.refused,
        "withoutPassword": done.without_password,
    }
    if is_dry:
        words = f"Would be imported: {done.imported}. Would be refused: {done.refused}."
        output.say(f"{words} Nothing was written.", facts | {"dryRun": True})
        return
    output.say(f"Imported: {done.imported}. Refused: {done.refused}.", facts)
    if done.without_password:
        output.note(
            f"Without a password, so that they cannot sign in yet: {done.without_password}. Let "
            "them choose one: proofup user invite --all-without-password"
        )


def _is_without_password(newcomer: Newcomer) -> bool:
    return newcomer.password is None and newcomer.credential is None


class _Columns(Struct):
    """The columns that are known, and of them those that the file has; JSON may have any."""

    known: Sequence[str]
    found: Sequence[str] = ()

    def check(self, names: Sequence[str]) -> Sequence[str]:
        """Return the column ``names`` of a CSV file, and keep them. Raises RefusedError."""
        names = check_columns(self.known, names)
        self.found = [name for name in names if name]
        return names


def _rows(
    arguments: argparse.Namespace, columns: _Columns
) -> AbstractContextManager[Iterator[Row]]:
    ending = arguments.file.suffix.lower()
    if (arguments.format or ENDINGS.get(ending)) == "jsonl":
        columns.found = columns.known
        return rows_of_json(arguments.file, partial(check_properties, columns.known))
    return rows_of_csv(arguments.file, columns.check)


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    weight = 0
    for row in rows:
        batch.append(row)
        weight += ROWS_OF_A_PASSWORD if row.told.get("password") else 1
        if weight >= BATCH:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


class _Work(Struct, frozen=True):
    """Brings in batches; ``seen`` has names that only the file has, by what they look like."""

    service: Opened
    report: Report
    writes: bool
    seen: dict[str, TakenName] = field(default_factory=dict)

    async def move(self, was: Import | None, now: Import, *changes: Change) -> None:
        """Store the progress of the import together with ``changes``, unless this is a dry run."""
        if not self.writes:
            return
        try:
            await self.service.store.commit(MoveImport(was, now), *changes)
        except StaleError as error:
            problem = "is being imported by another command too."
            raise RefusedError(FIELD, problem, "Let one of them come to its end.") from error

    async def bring_in(self, rows: Sequence[Row], batch: Judged, so_far: Import) -> Import:
        """Add the people of a batch, report its bad rows, and return the new progress."""
        free, taken = await self._names_looked_up(batch.newcomers)
        told = {row.line: row.told for row in rows}
        refused = [
            replace(row, told=told[row.line])
            for row in sorted(batch.refused + taken, key=lambda row: row.line)
        ]
        # The report is synced before the batch is written. After a crash between the two, the
        # batch runs again and its bad rows are reported again.
        self.report.tell(refused)
        now = replace(
            so_far,
            taken=so_far.taken + len(batch),
            imported=so_far.imported + len(free),
            refused=so_far.refused + len(refused),
            without_password=so_far.without_password + sum(map(_is_without_password, free)),
        )
        if self.writes:
            people = await self._hashed(free)
            act = add_people(self.service.actor(COMMAND), people, at=self.service.at)
            await self.move(so_far, now, *act.changes)
            self.seen.clear()
        return now

    async def _names_looked_up(
        self, newcomers: Mapping[int, Newcomer]
    ) -> tuple[list[Newcomer], list[Refused]]:
        """Return the people whose names are free, and the rows of the others."""
        looks = {
            line: look_alike(canonical_name(newcomer.user.user_principal_name))
            for line, newcomer in newcomers.items()
        }
        there = await self.service.store.newcomers.taken(list(looks.values()))
        free: list[Newcomer] = []
        refused: list[Refused] = []
        for line, newcomer in newcomers.items():
            look, name = looks[line], newcomer.user.user_principal_name
            taken = self.seen.get(look) or there.get(look)
            if taken is None:
                self.seen[look] = TakenName(canonical_name(name), name, self.service.at)
                free.append(newcomer)
            else:
                reason = f"{name} {self._whose(name, taken)}."
                refused.append(Refused(line, "userPrincipalName", reason))
        return free, refused

    def _whose(self, name: str, taken: TakenName) -> str:
        """Return where the name that keeps ``name`` out is, as the end of a sentence."""
        # Whoever was created at the instant of this import came in with it.
        is_of_file = taken.created_at == self.service.at
        if canonical_name(name) == taken.canonical_name:
            return "stands in the file twice" if is_of_file else "is in the directory already"
        where = "stands in the file" if is_of_file else "is in the directory"
        return f"looks like {taken.user_principal_name}, which {where}"

    async def _hashed(self, people: Sequence[Newcomer]) -> list[Newcomer]:
        """Hash the passwords of the batch, as many at once as there are cores."""
        room = asyncio.Semaphore(usable_cores())

        async def one(newcomer: Newcomer) -> Newcomer:
            async with room:
                return await hashed(newcomer, self.service.hashing)

        with_password = [one for one in people if one.password]
        others = [one for one in people if not one.password]
        return others + await asyncio.gather(*map(one, with_password))
