"""``proofup import users``: good rows go in, each bad one is named, whatever the file's length.

Rows are judged in one process and written in another, a few batches ahead. Each batch is one
transaction, which also notes how far the import has come: what is cut off goes on where it was. A
large file is taken in the order of its names, any other as it stands.
"""

import argparse
import asyncio
import gc
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from proofup.cli.import_report import Report, report_to
from proofup.cli.judging import Brief, Judged, Refused, begin_beside, judged
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output, RefusedError
from proofup.cli.row_places import NO_ROWS, Batch, Places
from proofup.cli.user_rows import Form, digest_of, form_of, format_of
from proofup.hashing.pool import Argon2idPool, usable_cores
from proofup.storage.bulk import Bulk, LeftOut
from proofup.storage.bulk_connections import bulk_connection
from proofup.storage.imports import Import
from proofup.storage.rehearsal import Rehearsal
from proofup.values.errors import StaleError

BATCH = 5000  # rows of one transaction; a server of the same host waits that long
BATCH_PASSWORDS = 100  # and each to be hashed takes a core for a while
ALONE_BYTES = 1 << 20  # a file below that is done before another process has started
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
    """Add every good row of the file; 1 where there was a bad one."""
    with _uncollected():
        return await _run(arguments, output)


async def _run(arguments: argparse.Namespace, output: Output) -> int:
    # A bad first line ends it before anything is opened.
    form = form_of(arguments.file, arguments.format or format_of(arguments.file))
    digest = digest_of(arguments.file)
    async with opened(arguments.folder) as service:
        with closing(bulk_connection(service.settings.database.reveal())) as connection:
            bulk = Bulk(connection, service.store.audit)
            so_far = await _so_far(service, digest, output, dry_run=arguments.dry_run)
            with (
                report_to(arguments.report, output, kept=so_far.refused) as report,
                _progress(output, arguments.file.stat().st_size) as advance,
                closing(Rehearsal(bulk)) if arguments.dry_run else nullcontext() as rehearsal,
            ):
                if rehearsal is None and not so_far.taken:
                    bulk.begin(so_far)
                work = _Work(service, rehearsal or bulk, report, advance, arguments)
                done = await work.through(form, so_far)
                report.sort()
                if rehearsal is None:
                    bulk.finish(done, datetime.now(UTC))
    return _told(output, done, dry_run=arguments.dry_run)


async def _so_far(service: Opened, digest: str, output: Output, *, dry_run: bool) -> Import:
    """Return the import of this file that was cut off, or a new one."""
    before = None if dry_run else await service.store.imports.of_file(digest)
    if before is None or before.finished_at is not None:
        return Import(digest=digest, started_at=service.at, correlation_id=service.correlation_id)
    output.note(f"Goes on behind {before.taken} rows, where an import of this file was cut off.")
    return before


class _Work:
    """Takes rows through judging, hashing and writing."""

    def __init__(
        self,
        service: Opened,
        writer: Bulk | Rehearsal,
        report: Report,
        advance: Callable[[int], None],
        arguments: argparse.Namespace,
    ) -> None:
        self._service = service
        self._writer = writer
        self._report = report
        self._advance = advance
        self._region = arguments.region or service.settings.organisation.default_region
        self._file = arguments.file
        self._alone = arguments.file.stat().st_size < ALONE_BYTES
        self._hashes = not arguments.dry_run

    async def through(self, form: Form, so_far: Import) -> Import:
        """Bring in what ``so_far`` has not; return how far it has come then."""
        brief = Brief(
            file=self._file,
            form=form,
            organisation=self._service.settings.organisation.name,
            default_region=self._region,
            keys=self._service.store.keys,
            at=so_far.started_at,
            correlation_id=so_far.correlation_id,
        )
        done = 0
        with self._judges(brief) as judges:
            places = Places(self._file, form, by_name=not self._alone)
            batches = places.batches(behind=so_far.taken, rows=BATCH, passwords=BATCH_PASSWORDS)
            async for batch, found in _judged(judges, brief, batches):
                if self._hashes:
                    await _hash(self._service.hashing, found, brief.at)
                so_far = await self._written(found, so_far, len(batch.lines))
                self._advance(done := done + batch.bytes)
        return so_far

    @contextmanager
    def _judges(self, brief: Brief) -> Iterator[ProcessPoolExecutor | None]:
        """Start a process for each core that judges beside this one, if it is worth that.

        They get ready while this one looks where the rows stand.
        """
        if self._alone or usable_cores() == 1:
            yield None
            return
        spawn = get_context("spawn")
        judges = ProcessPoolExecutor(usable_cores(), mp_context=spawn, initializer=begin_beside)
        with judges:
            for _ in range(usable_cores()):
                judges.submit(judged, brief, NO_ROWS, brief.at)
            try:
                yield judges
            finally:
                judges.shutdown(cancel_futures=True)

    async def _written(self, found: Judged, so_far: Import, rows: int) -> Import:
        def before_commit(left_out: Sequence[LeftOut]) -> None:
            self._report.tell([*found.refused, *map(_taken, left_out)])

        try:
            return await asyncio.to_thread(
                self._writer.bring_in,
                found.arrivals,
                so_far,
                rows=rows,
                refused=len(found.refused),
                before_commit=before_commit,
            )
        except StaleError as error:
            problem = "is being imported by another command too."
            raise RefusedError("FILE", problem, "Let one of them come to its end.") from error


async def _judged(
    judges: ProcessPoolExecutor | None, brief: Brief, batches: Iterator[Batch]
) -> AsyncIterator[tuple[Batch, Judged]]:
    """Judge batches in order; where there are others to do it some ahead, beside the writing."""
    if judges is None:
        for batch in batches:
            yield batch, judged(brief, batch, datetime.now(UTC))
        return
    ahead: deque[tuple[Batch, asyncio.Future[Judged]]] = deque()
    for batch in batches:
        future = judges.submit(judged, brief, batch, datetime.now(UTC))
        ahead.append((batch, asyncio.wrap_future(future)))
        if len(ahead) > usable_cores() + 1:
            earliest, waited = ahead.popleft()
            yield earliest, await waited
    while ahead:
        earliest, waited = ahead.popleft()
        yield earliest, await waited


async def _hash(hashing: Argon2idPool, found: Judged, at: datetime) -> None:
    """Hash the passwords of a batch, as many at once as there are cores."""
    room = asyncio.Semaphore(usable_cores())

    async def one(number: int) -> None:
        user_id, password = found.passwords[number]
        async with room:
            found.arrivals.give(await hashing.hash(user_id, password, at=at))

    await asyncio.gather(*map(one, range(len(found.passwords))))


def _taken(left_out: LeftOut) -> Refused:
    where = "stands in the file twice" if left_out.by_this_import else "is in the directory already"
    reason = f"{left_out.user_principal_name} {where}."
    return Refused(left_out.line, "userPrincipalName", reason)


def _told(output: Output, done: Import, *, dry_run: bool) -> int:
    facts = {"imported": done.imported, "refused": done.refused}
    if dry_run:
        words = f"Would be imported: {done.imported}. Would be refused: {done.refused}."
        output.say(f"{words} Nothing was written.", facts | {"dryRun": True})
    else:
        output.say(f"Imported: {done.imported}. Refused: {done.refused}.", facts)
    return NOT_ALL if done.refused else 0


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let nobody look for garbage: a batch leaves none that looking is needed for."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _progress(output: Output, size: int) -> Iterator[Callable[[int], None]]:
    """Show how much of the file's ``size`` in bytes is done."""
    if not output.shows_progress:
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=output.err), transient=True) as bar:
        task = bar.add_task("bytes", total=size)
        yield lambda done: bar.update(task, completed=done)
