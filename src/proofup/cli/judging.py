"""Judges rows of an import and makes the rows of the database out of them.

That takes a core while the database is written by another, so it may run in a process of its own;
everything it needs comes in with the batch, and nothing of it needs the database.
"""

import gc
import os
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from multiprocessing import parent_process
from multiprocessing.connection import wait
from os import urandom
from pathlib import Path

from msgspec import Struct

from proofup.audit.entry import Entry
from proofup.cli.methods_brought import MethodsBrought
from proofup.cli.newcomer import Newcomer, Reception
from proofup.cli.output import RefusedError
from proofup.cli.refusals import refusal_of
from proofup.cli.row_places import Batch
from proofup.cli.user_rows import Form, Row
from proofup.hashing.common_passwords import CommonPasswordTable
from proofup.hashing.pool import adopted
from proofup.languages.catalogues import Catalogues
from proofup.methods.catalogue import catalogue
from proofup.policy.actor import HOST
from proofup.storage.arrivals import Arrivals, Gathering, Seal
from proofup.storage.sealed import METHODS, SealedColumn
from proofup.values.errors import ProofupError
from proofup.values.ids import CorrelationId, UserId, ordered_ids
from proofup.values.sealing import KeyPurpose, KeyRing
from proofup.values.secret import Secret

RESERVE = 8192  # bytes of randomness that are fetched at a time
# Rows that take each step together: the code of one step fits in the cache of a core, that of all
# of them does not, and a row that went through alone cost a third more. No more than there are
# names that ``canonical_name`` remembers.
TOGETHER = 100


class Refused(Struct, frozen=True):
    """A bad row: where it stands, and what is wrong with which field."""

    line: int
    field: str
    reason: str


class Brief(Struct, frozen=True, kw_only=True):
    """What the rows of one import are judged by."""

    file: Path
    form: Form
    organisation: str
    default_region: str | None
    keys: KeyRing
    at: datetime
    correlation_id: CorrelationId


class Judged(Struct):
    """What became of a batch: who may come in, whose password has to be hashed, who may not."""

    arrivals: Arrivals
    passwords: list[tuple[UserId, Secret[str]]]
    refused: list[Refused]


class Reserve:
    """Randomness of the system's generator, fetched by the page; each byte is given once."""

    def __init__(self) -> None:
        self._bytes = b""
        self._next = 0

    def __call__(self, count: int) -> bytes:
        """Return that many bytes."""
        if self._next + count > len(self._bytes):
            self._bytes, self._next = urandom(max(RESERVE, count)), 0
        self._next += count
        return self._bytes[self._next - count : self._next]


def begin_beside() -> None:
    """Make a process ready that judges beside the one that writes, and ends when that one does.

    One that is killed can tell nobody, and what it had started would wait for ever.
    """
    gc.disable()  # nothing of a batch is garbage that only looking would find
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def judged(brief: Brief, batch: Batch, now: datetime) -> Judged:
    """Judge a batch, whose rows came together at ``now``."""
    reserve = Reserve()
    methods = catalogue(
        organisation=brief.organisation,
        digests=partial(brief.keys.digests, KeyPurpose.CODES),
        languages=Catalogues(),
    )
    reception = Reception(
        organisation=brief.organisation,
        default_region=brief.default_region,
        methods=MethodsBrought(methods),
        common=CommonPasswordTable(),
        new_id=ordered_ids(reserve, now),
        at=brief.at,
    )
    seal = SealedColumn.of(METHODS, brief.keys, reserve).sealing()
    gathering = Gathering()
    passwords: list[tuple[UserId, Secret[str]]] = []
    refused: list[Refused] = []
    for rows in _together(batch.rows(brief.file, brief.form)):
        lines: list[int] = []
        newcomers: list[Newcomer] = []
        for row in rows:
            try:
                newcomers.append(_received(reception, row))
                lines.append(row.line)
            except ProofupError as error:
                refused.append(_refused(row, error))
        _gather(gathering, lines, newcomers, brief, seal)
        passwords += [(one.user.id, one.password) for one in newcomers if one.password is not None]
    return Judged(gathering.arrivals(), passwords, refused)


def _together(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while some := list(islice(rows, TOGETHER)):
        yield some


def _received(reception: Reception, row: Row) -> Newcomer:
    if row.problem is not None:
        raise row.problem
    return reception.receive(row.told)


def _gather(
    gathering: Gathering,
    lines: Sequence[int],
    newcomers: Sequence[Newcomer],
    brief: Brief,
    seal: Seal,
) -> None:
    entries = [
        Entry(
            at=brief.at,
            event=one.added("import users"),
            actor=HOST,
            target=one.user.id,
            succeeded=True,
            correlation_id=brief.correlation_id,
        )
        for one in newcomers
    ]
    gathering.add(
        lines,
        [one.user for one in newcomers],
        [one.account for one in newcomers],
        [method for one in newcomers for method in one.methods],
        entries,
        seal=seal,
    )
    for one in newcomers:
        if one.password_hash is not None:
            gathering.give(adopted(brief.keys, one.user.id, one.password_hash, at=brief.at))


def _refused(row: Row, error: ProofupError) -> Refused:
    known = error if isinstance(error, RefusedError) else refusal_of(error)
    if known is None:
        raise error
    return Refused(row.line, known.field, known.problem)
