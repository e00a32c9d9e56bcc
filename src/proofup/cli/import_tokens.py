"""``proofup import tokens``: hardware tokens, with whom each is for.

CSV in Entra's format, or a PSKC file (RFC 6030). Good rows are stored; each bad row is reported and
stores nothing.
"""

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from proofup.administration.import_tokens import (
    BadRow,
    TokenImport,
    Wanted,
    known_already,
    token_columns,
    tokens_in_container,
    tokens_in_rows,
)
from proofup.cli.import_report import Refused, Report, report_to, without_report
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output, RefusedError
from proofup.cli.progress import progress
from proofup.cli.rows import FIELD, rows_of_csv
from proofup.directory.oath_tokens import TokenKnownError
from proofup.directory.pskc import BadContainerError, PskcKey
from proofup.directory.token_fields import COLUMNS
from proofup.values.csv_rows import Row
from proofup.values.errors import InvalidFieldError
from proofup.values.secret import Secret

COMMAND = "import tokens"
LONGEST_CONTAINER = 1 << 20  # bytes
NOT_ALL = 1


class _Counts(Struct):
    added: int = 0
    given: int = 0
    refused: int = 0


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the file, and what opens it."""
    parser.add_argument("file", type=Path, metavar="FILE", help="Entra's CSV, or PSKC (.xml)")
    parser.add_argument("--key-file", type=Path, help="the key of a PSKC file, in hexadecimal")
    parser.add_argument("--password-file", type=Path, help="the password of a PSKC file")
    parser.add_argument("--dry-run", action="store_true", help="judge every row, write nothing")
    parser.add_argument(
        "--report", type=Path, metavar="FILE.csv", help="where bad rows are written as well"
    )


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Store every token in the file; return 1 if there was a bad row."""
    async with opened(arguments.folder) as service:
        with (
            report_to(arguments.report, output, COLUMNS) as report,
            progress(output, "tokens") as advance,
        ):
            work = _Work(service, report, advance, dry_run=arguments.dry_run)
            if arguments.file.suffix.lower() == ".csv":
                with rows_of_csv(arguments.file, _check_columns) as rows:
                    await work.through(tokens_in_rows(work.noted(rows), at=service.at))
            else:
                await work.through(_of_container(arguments, service))
    counts = work.counts
    would = "Would be added" if arguments.dry_run else "Added"
    output.say(
        f"{would}: {counts.added}, given to somebody: {counts.given}. Refused: {counts.refused}.",
        {
            "added": counts.added,
            "given": counts.given,
            "refused": counts.refused,
            **({"dryRun": True} if arguments.dry_run else {}),
        },
    )
    return NOT_ALL if counts.refused else 0


class _Work:
    """Judges and stores tokens, one at a time: each fails alone."""

    def __init__(
        self, service: Opened, report: Report, advance: Callable[[int], None], *, dry_run: bool
    ) -> None:
        self.counts = _Counts()
        self._service = service
        self._report = report
        self._advance = advance
        self._dry_run = dry_run
        self._told: Mapping[str, str] = {}
        self._import = TokenImport(service.acts, service.actor(COMMAND), at=service.at)

    def noted(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Yield the rows of a file, and note the cells of the latest for the report."""
        for row in rows:
            self._told = row.told
            yield row

    async def through(self, rows: Iterable[Wanted | BadRow]) -> None:
        """Store what the rows say."""
        for row in rows:
            bad = row if isinstance(row, BadRow) else await self._bad(row)
            if bad is not None:
                self.counts.refused += 1
                self._report.tell([Refused(bad.line, bad.field, bad.problem, self._told)])
            self._advance(1)

    async def _bad(self, row: Wanted) -> BadRow | None:
        """Store what a row says, or return why it is bad."""
        try:
            await self._store(row)
        except InvalidFieldError as error:
            return BadRow(row.line, error.field, error.said)
        return None

    async def _store(self, row: Wanted) -> None:
        act = await self._import.judge(row)
        if not self._dry_run:
            try:
                await self._service.carry_out(act)
            except TokenKnownError as error:
                raise known_already(error.serial_number) from error
        self.counts.added += 1
        self.counts.given += act.done.is_given


def _of_container(arguments: argparse.Namespace, service: Opened) -> Iterator[Wanted]:
    file: Path = arguments.file
    try:
        content = file.read_bytes()
    except OSError as error:
        raise RefusedError(FIELD, f"{file} cannot be read ({error.strerror}).") from error
    if len(content) > LONGEST_CONTAINER:
        raise RefusedError(FIELD, f"has more than {LONGEST_CONTAINER} bytes: split it.")
    try:
        return tokens_in_container(content, _key(arguments), at=service.at)
    except BadContainerError as error:
        raise RefusedError(FIELD, error.problem) from error


def _key(arguments: argparse.Namespace) -> PskcKey:
    key = _line_of(arguments.key_file, "--key-file")
    password = _line_of(arguments.password_file, "--password-file")
    try:
        opened = Secret(bytes.fromhex(key)) if key else None
    except ValueError as error:
        raise RefusedError("--key-file", "is not hexadecimal.") from error
    return PskcKey(key=opened, password=Secret(password) if password else None)


def _line_of(file: Path | None, option: str) -> str:
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedError(option, f"{file} cannot be read.") from error


def _check_columns(names: Sequence[str]) -> Sequence[str]:
    """Return the names as they are known here. Raises RefusedError."""
    plain = without_report(names)
    try:
        known = iter(token_columns([name for name in plain if name]))
        return [next(known) if name else "" for name in plain]
    except InvalidFieldError as error:
        raise RefusedError(FIELD, error.problem) from error
