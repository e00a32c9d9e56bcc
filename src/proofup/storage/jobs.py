"""Jobs: one row each, with all that stays the same in a document."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

import msgspec
from msgspec import Struct

from proofup.administration.job import (
    KEPT,
    Job,
    JobEndedError,
    JobId,
    JobState,
    MoveJob,
    OpenJob,
    RequireJob,
)
from proofup.policy.actor import Actor
from proofup.storage.aggregate import Aggregate, Expiry, Writes
from proofup.storage.columns import count_or_none, instant_or_none
from proofup.storage.statements import Row, Steps, row, touched
from proofup.values.clock import from_microseconds, to_microseconds

COLUMNS = "id, document, state, started_at, finished_at"
JOB_BY_ID = f"SELECT {COLUMNS} FROM jobs WHERE id = ?"
JOBS_BEFORE = f"SELECT {COLUMNS} FROM jobs WHERE id < ? ORDER BY id DESC LIMIT ?"
BEHIND_ALL = "g"  # ids are hexadecimal
OPEN_JOB = f"INSERT INTO jobs ({COLUMNS}, expires_at) VALUES (?, ?, ?, ?, ?, ?)"
HOLD_JOB = "SELECT state FROM jobs WHERE id = ? FOR NO KEY UPDATE"
MOVE_JOB = "UPDATE jobs SET state = ?, finished_at = ? WHERE id = ?"


class _Document(Struct, frozen=True, kw_only=True):
    """What of a job never changes and is only shown or carried out."""

    act: str
    wishes: Mapping[str, str]
    reason: str
    actor: Actor


_document = msgspec.json.Decoder(_Document)


class JobRows(Aggregate, frozen=True):
    """The port ``Jobs``, and the changes of jobs."""

    expiry: ClassVar[Expiry | None] = Expiry(table="jobs")

    async def by_id(self, job_id: str) -> Job | None:
        """Return the job of this id."""
        found = await self.engine.rows(JOB_BY_ID, job_id)
        return _job_of(found[0]) if found else None

    async def newest(self, *, most: int) -> Sequence[Job]:
        """Return up to ``most`` jobs, the newest first."""
        return [_job_of(one) for one in await self.engine.rows(JOBS_BEFORE, BEHIND_ALL, most)]

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {OpenJob: self.open, MoveJob: self.move, RequireJob: self.require}

    def open(self, change: OpenJob) -> Steps[None]:
        """Store a new job."""
        new = change.job
        document = _Document(act=new.act, wishes=new.wishes, reason=new.reason, actor=new.actor)
        yield from touched(
            OPEN_JOB,
            new.id,
            msgspec.json.encode(document).decode(),
            new.state,
            to_microseconds(new.started_at),
            count_or_none(new.finished_at),
            to_microseconds(new.started_at + KEPT),
        )

    def move(self, change: MoveJob) -> Steps[None]:
        """Move a job, unless it is somewhere else by now."""
        yield from self._hold(change.job_id, change.was)
        running = change.now is JobState.RUNNING
        finished_at: datetime | None = None if running else change.at
        yield from touched(MOVE_JOB, change.now, count_or_none(finished_at), change.job_id)

    def require(self, change: RequireJob) -> Steps[None]:
        """Hold a job still until the transaction ends."""
        yield from self._hold(change.job_id, frozenset({change.state}))

    def _hold(self, job_id: JobId, states: frozenset[JobState]) -> Steps[None]:
        found = yield from row(HOLD_JOB, job_id)
        state = JobState(found[0]) if found else None
        if state not in states:
            raise JobEndedError(state)


def _job_of(columns: Row) -> Job:
    job_id, document, state, started_at, finished_at = columns
    known = _document.decode(document)
    return Job(
        id=JobId(job_id),
        act=known.act,
        wishes=known.wishes,
        reason=known.reason,
        actor=known.actor,
        started_at=from_microseconds(started_at),
        state=JobState(state),
        finished_at=instant_or_none(finished_at),
    )
