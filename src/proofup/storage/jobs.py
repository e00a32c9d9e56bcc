"""Jobs: one row each, with all that stays the same in a document."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import ClassVar

import msgspec
from msgspec import Struct

from proofup.administration.job import AT_WORK as AT_WORK_STATES
from proofup.administration.job import (
    KEPT,
    Job,
    JobEndedError,
    JobId,
    JobState,
    MoveJob,
    NotePlace,
    OpenJob,
    RequireJob,
    Source,
)
from proofup.policy.actor import Actor
from proofup.storage.aggregate import Aggregate, Expiry, Writes
from proofup.storage.columns import count_or_none, instant_or_none
from proofup.storage.statements import Row, Steps, row, touched
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import StaleError

COLUMNS = "id, document, state, started_at, finished_at, place, undone_by"
JOB_BY_ID = f"SELECT {COLUMNS} FROM jobs WHERE id = ?"
JOBS_BEFORE = f"SELECT {COLUMNS} FROM jobs WHERE id < ? ORDER BY id DESC LIMIT ?"
BEHIND_ALL = "g"  # ids are hexadecimal
OPEN_JOB = f"INSERT INTO jobs ({COLUMNS}, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
HOLD_JOB = "SELECT state FROM jobs WHERE id = ? FOR NO KEY UPDATE"
MOVE_JOB = (
    "UPDATE jobs SET state = ?, finished_at = ?, place = NULL, "
    "undone_by = COALESCE(?, undone_by) WHERE id = ?"
)
FAR = to_microseconds(datetime.max.replace(tzinfo=UTC))
NOTE_PLACE = "UPDATE jobs SET place = ? WHERE id = ? AND COALESCE(place, '') = ?"
AT_WORK = (
    f"SELECT {COLUMNS} FROM jobs "
    "WHERE state IN ('filling', 'checking', 'running', 'undoing') "
    "AND id > '' AND COALESCE(leased_until, 0) <= ? ORDER BY id LIMIT 1"
)
LEASE = (
    "UPDATE jobs SET runner = ?, leased_until = ? WHERE id = ? "
    "AND (runner = ? OR COALESCE(leased_until, 0) <= ?)"
)


class _Document(Struct, frozen=True, kw_only=True):
    """What of a job never changes and is only shown or carried out."""

    act: str
    wishes: Mapping[str, str]
    reason: str
    actor: Actor
    source: Source | None = None


_document = msgspec.json.Decoder(_Document)
_actor = msgspec.json.Decoder(Actor)


class JobRows(Aggregate, frozen=True):
    """The port ``Jobs``, and the changes of jobs."""

    expiry: ClassVar[Expiry | None] = Expiry(table="jobs")

    async def by_id(self, job_id: str) -> Job | None:
        """Return the job of this id."""
        found = await self.engine.rows(JOB_BY_ID, job_id)
        return _job_of(found[0]) if found else None

    async def newest(self, *, before: str | None = None, most: int) -> Sequence[Job]:
        """Return up to ``most`` jobs, the newest first, older than the id ``before``."""
        found = await self.engine.rows(JOBS_BEFORE, before or BEHIND_ALL, most)
        return [_job_of(one) for one in found]

    async def claim(self, runner: str, *, until: datetime, at: datetime) -> Job | None:
        """Lease the oldest job that is at work and that nobody carries on."""
        found = await self.engine.rows(AT_WORK, to_microseconds(at))
        if not found:
            return None
        job = _job_of(found[0])
        # Of two who have found it, the lease goes to one.
        return job if await self.lease(job.id, runner, until=until, at=at) else None

    async def lease(
        self,
        job_id: JobId,
        runner: str,
        *,
        until: datetime,
        at: datetime,
        take_over: bool = False,
    ) -> bool:
        """Let ``runner`` carry a job on; return False if another does."""
        ends = to_microseconds(until)
        free = FAR if take_over else to_microseconds(at)
        taken = partial(touched, LEASE, runner, ends, job_id, runner, free)
        return bool(await self.engine.write(taken))

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            OpenJob: self.open,
            MoveJob: self.move,
            RequireJob: self.require,
            NotePlace: self.note_place,
        }

    def open(self, change: OpenJob) -> Steps[None]:
        """Store a new job."""
        new = change.job
        document = _Document(
            act=new.act,
            wishes=new.wishes,
            reason=new.reason,
            actor=new.actor,
            source=new.source,
        )
        yield from touched(
            OPEN_JOB,
            new.id,
            _encoded(document),
            new.state,
            to_microseconds(new.started_at),
            count_or_none(new.finished_at),
            new.place,
            None if new.undone_by is None else _encoded(new.undone_by),
            to_microseconds(new.started_at + KEPT),
        )

    def move(self, change: MoveJob) -> Steps[None]:
        """Move a job, unless it is somewhere else by now."""
        yield from self._hold(change.job_id, change.was)
        goes_on = change.now in AT_WORK_STATES or change.now is JobState.READY
        finished_at: datetime | None = None if goes_on else change.at
        undone_by = None if change.undone_by is None else _encoded(change.undone_by)
        yield from touched(
            MOVE_JOB, change.now, count_or_none(finished_at), undone_by, change.job_id
        )

    def note_place(self, change: NotePlace) -> Steps[None]:
        """Store how far a job is, unless another run was faster."""
        if not (yield from touched(NOTE_PLACE, change.place, change.job_id, change.was or "")):
            raise StaleError

    def require(self, change: RequireJob) -> Steps[None]:
        """Hold a job still until the transaction ends."""
        yield from self._hold(change.job_id, frozenset({change.state}))

    def _hold(self, job_id: JobId, states: frozenset[JobState]) -> Steps[None]:
        found = yield from row(HOLD_JOB, job_id)
        state = JobState(found[0]) if found else None
        if state not in states:
            raise JobEndedError(state)


def _encoded(document: _Document | Actor) -> str:
    return msgspec.json.encode(document).decode()


def _job_of(columns: Row) -> Job:
    job_id, document, state, started_at, finished_at, place, undone_by = columns
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
        source=known.source,
        undone_by=None if undone_by is None else _actor.decode(undone_by),
        place=place,
    )
