"""A job: one act, done to many people one after the other."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, Protocol

from msgspec import Struct

from proofup.directory.search import Filters
from proofup.policy.actor import Actor
from proofup.values.changes import Change
from proofup.values.errors import ProofupError, StaleError
from proofup.values.ids import UserId

JobId = NewType("JobId", str)

KEPT = timedelta(days=90)  # how long a job can be looked at


class JobState(StrEnum):
    """How far a job is."""

    PREPARING = "preparing"  # its people are being stored, by whoever opened it
    FILLING = "filling"  # its people are being found and stored
    CHECKING = "checking"  # what it would do to each is being noted, and nothing is done
    READY = "ready"  # it waits until somebody lets it run
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"  # whoever was still waiting is left as they are
    UNDOING = "undoing"  # methods are being put back; whoever was still waiting is left alone
    UNDONE = "undone"


AT_WORK = frozenset(
    {JobState.FILLING, JobState.CHECKING, JobState.RUNNING, JobState.UNDOING}
)  # states in which a runner may take a job up


class Source(Struct, frozen=True, kw_only=True):
    """Whom a job is for: everybody whose names begin so and to whom the filters apply."""

    begins: str
    filters: Filters


class ItemState(StrEnum):
    """What became of one person of a job."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"  # methods were put back


class Because(StrEnum):
    """Why nothing was done to a person, or nothing put back."""

    UNKNOWN = "unknown"  # there is no such person, or none whom the actor may act on
    UNREADABLE = "unreadable"  # the line of the file cannot be read
    TWICE = "twice"  # the person stands in the job already
    ONESELF = "oneself"  # the person has started the job
    NOT_YET = "notYet"  # the rules demand something first, such as a check of who is calling
    RIGHTS_LOST = "rightsLost"  # the actor was disabled, signed out everywhere, or lost a role
    CHANGED = "changed"  # somebody else was changing the person
    ACCOUNT_CHANGED = "accountChanged"  # a password, a sign-out, a block, another reset
    SLOT_TAKEN = "slotTaken"  # another method is there now
    HELD_AGAIN = "heldAgain"  # the person has registered the same again


class Job(Struct, frozen=True, kw_only=True):
    """What is done to everybody in it, why and by whom.

    ``act`` names an entry of ``jobs.acts.BULK_ACTS``, and ``wishes`` are what it takes. ``actor``
    is as it was when the job started; roles are read anew for whatever the job does. ``undone_by``
    is who has it undone, if anybody. ``place`` is how far the present state is, where that is not
    seen from the items.
    """

    id: JobId
    act: str
    wishes: Mapping[str, str]
    reason: str
    actor: Actor
    started_at: datetime
    state: JobState = JobState.PREPARING
    finished_at: datetime | None = None
    source: Source | None = None
    undone_by: Actor | None = None
    place: str | None = None


class Item(Struct, frozen=True, kw_only=True):
    """One person of a job: ``number`` is the line of the file, ``name`` what stood there.

    ``lines`` is what the act has cleared or changed, one line each, numbers masked; of somebody who
    waits it is what it would. ``user_id`` is None as long as nobody has looked for the name. Of
    somebody for whom it is done, ``because`` is why it could not be undone.
    """

    number: int
    name: str
    user_id: UserId | None = None
    state: ItemState = ItemState.WAITING
    lines: Sequence[str] = ()
    because: Because | None = None


class JobEndedError(ProofupError):
    """The job is not in the state that this takes; ``state`` is None where there is no such job."""

    def __init__(self, state: JobState | None) -> None:
        super().__init__(state)
        self.state = state


class ItemSettledError(StaleError):
    """Another run has settled this item before; nothing was written."""


class OpenJob(Change, frozen=True, kw_only=True):
    """Stores a new job."""

    job: Job


class AddItems(Change, frozen=True, kw_only=True):
    """Stores people of a job; a person who is in it already becomes a failed item."""

    job: Job
    items: Sequence[Item]


class MoveJob(Change, frozen=True, kw_only=True):
    """Moves a job from one of the states ``was`` to ``now``. Raises JobEndedError.

    ``undone_by`` is stored where somebody has it undone.
    """

    job_id: JobId
    was: frozenset[JobState]
    now: JobState
    undone_by: Actor | None = None
    at: datetime


class NotePlace(Change, frozen=True, kw_only=True):
    """Stores how far a job is in its present state; raises StaleError unless it was at ``was``."""

    job_id: JobId
    was: str | None
    place: str


class RequireJob(Change, frozen=True, kw_only=True):
    """Writes nothing; raises JobEndedError unless the job is in ``state``."""

    job_id: JobId
    state: JobState


class SettleItem(Change, frozen=True, kw_only=True):
    """Stores what became of an item that was in the state ``was``. Raises ItemSettledError."""

    job_id: JobId
    was: ItemState
    item: Item


class CheckItem(Change, frozen=True, kw_only=True):
    """Stores what would become of an item that waits.

    Nothing is written of one that waits no more. Somebody who is in the job already fails.
    """

    job_id: JobId
    item: Item


class NoteItem(Change, frozen=True, kw_only=True):
    """Stores why an item that is done could not be undone."""

    job_id: JobId
    number: int
    because: Because


class Jobs(Protocol):
    """Reads jobs, and says who carries them on."""

    async def by_id(self, job_id: str) -> Job | None:
        """Return the job of this id."""
        ...

    async def newest(self, *, before: str | None = None, most: int) -> Sequence[Job]:
        """Return up to ``most`` jobs, the newest first, older than the id ``before``."""
        ...

    async def claim(self, runner: str, *, until: datetime, at: datetime) -> Job | None:
        """Lease the oldest job that is at work and that nobody carries on ``at`` this instant."""
        ...

    async def lease(
        self,
        job_id: JobId,
        runner: str,
        *,
        until: datetime,
        at: datetime,
        take_over: bool = False,
    ) -> bool:
        """Let ``runner`` carry a job on; return False if another does.

        With ``take_over`` the other one loses it. A lease saves work and guards nothing: of two
        who carry on a job each person is done by one (``SettleItem``).
        """
        ...


class Items(Protocol):
    """Reads the people of jobs."""

    async def page(
        self, job_id: JobId, state: ItemState, *, after: int, most: int
    ) -> Sequence[Item]:
        """Return up to ``most`` items in ``state``, in order, from behind the number ``after``."""
        ...

    async def all(self, job_id: JobId, *, after: int, most: int) -> Sequence[Item]:
        """Return up to ``most`` items in any state, in order, from behind the number ``after``."""
        ...

    async def counts(self, job_id: JobId) -> Mapping[ItemState, int]:
        """Return how many items are in each state."""
        ...
