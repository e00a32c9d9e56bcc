"""Checks the rows of an import; for a large file in parallel with the process that writes."""

import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context, parent_process

from msgspec import Struct

from proofup.administration.newcomer import Newcomer, NewcomerRules
from proofup.cli.import_report import Refused
from proofup.cli.output import RefusedError
from proofup.cli.refusals import refusal_of
from proofup.hashing.pool import usable_cores
from proofup.values.csv_rows import Row
from proofup.values.errors import ProofupError
from proofup.values.ids import ordered_ids


class Judged(Struct, frozen=True):
    """The result of checking some rows: new users by their lines, and the bad rows."""

    newcomers: dict[int, Newcomer]
    refused: list[Refused]

    def __len__(self) -> int:
        return len(self.newcomers) + len(self.refused)


def judged(rules: NewcomerRules, rows: Sequence[Row]) -> Judged:
    """Check ``rows``; the ids of their newcomers are ordered, so adjacent in every index."""
    new_id = ordered_ids(os.urandom, rules.at)
    found = Judged({}, [])
    for row in rows:
        try:
            if row.problem is not None:
                raise row.problem
            found.newcomers[row.line] = rules.judge(row.told, new_id)
        except ProofupError as error:
            known = error if isinstance(error, RefusedError) else refusal_of(error)
            if known is None:
                raise
            found.refused.append(Refused(row.line, known.field, known.problem))
    return found


def judged_in_order(
    rules: NewcomerRules, batches: Iterable[Sequence[Row]], *, beside: bool
) -> Iterator[tuple[Sequence[Row], Judged]]:
    """Check ``batches``; if ``beside`` is set, a few ahead in a process for each core."""
    if not beside:
        yield from ((batch, judged(rules, batch)) for batch in batches)
        return
    ahead: deque[tuple[Sequence[Row], Future[Judged]]] = deque()
    spawn = get_context("spawn")
    with ProcessPoolExecutor(usable_cores(), spawn, _end_with_parent) as executor:
        for batch in batches:
            ahead.append((batch, executor.submit(judged, rules, batch)))
            if len(ahead) > usable_cores() + 1:
                yield _result(ahead.popleft())
        while ahead:
            yield _result(ahead.popleft())


def _result(one: tuple[Sequence[Row], Future[Judged]]) -> tuple[Sequence[Row], Judged]:
    rows, future = one
    return rows, future.result()


def _end_with_parent() -> None:
    """End this process when its parent dies, even by SIGKILL."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)
