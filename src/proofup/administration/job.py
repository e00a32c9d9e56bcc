"""A job: one act, done to many people one after the other."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, Protocol

from msgspec import Struct

from proofup.policy.actor import Actor
from proofup.values.changes import Change
from proofup.values.errors import ProofupError, StaleError
from proofup.values.ids import UserId

JobId = NewType("JobId", str)

KEPT = timedelta(days=90)  # how long a job can be looked at


class JobState(StrEnum):
    """How far a job is."""

    PREPARING = "preparing"  # its people are being stored
    RUNNING = "running"
    FINISHED = "finished"
    UNDONE = "undone"  # whoever was still waiting is left as they are


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
    RIGHTS_LOST = "rightsLost"  # the actor was disabled, signed out everywhere, or lost a role
    CHANGED = "changed"  # somebody else was changing the person
    ACCOUNT_CHANGED = "accountChanged"  # a password, a sign-out, a block, another reset
    SLOT_TAKEN = "slotTaken"  # another method is there now
    HELD_AGAIN = "heldAgain"  # the person has registered the same again


class Job(Struct, frozen=True, kw_only=True):
    """What is done to everybody in it, why and by whom.

    ``act`` names an entry of ``jobs.acts.BULK_ACTS``, and ``wishes`` are what it takes. ``actor``
    is as it was when the job started; roles are read anew for whatever the job does.
    """

    id: JobId
    act: str
    wishes: Mapping[str, str]
    reason: str
    actor: Actor
    started_at: datetime
    state: JobState = JobState.PREPARING
    finished_at: datetime | None = None


class Item(Struct, frozen=True, kw_only=True):
    """One person of a job: ``number`` is the line of the file, ``name`` what stood there.

    ``lines`` is what the act has cleared or changed, one line each, numbers masked.
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
    """Moves a job from one of the states ``was`` to ``now``. Raises JobEndedError."""

    job_id: JobId
    was: frozenset[JobState]
    now: JobState
    at: datetime


class RequireJob(Change, frozen=True, kw_only=True):
    """Writes nothing; raises JobEndedError unless the job is in ``state``."""

    job_id: JobId
    state: JobState


class SettleItem(Change, frozen=True, kw_only=True):
    """Stores what became of an item that was in the state ``was``. Raises ItemSettledError."""

    job_id: JobId
    was: ItemState
    item: Item


class Jobs(Protocol):
    """Reads jobs."""

    async def by_id(self, job_id: str) -> Job | None:
        """Return the job of this id."""
        ...

    async def newest(self, *, most: int) -> Sequence[Job]:
        """Return up to ``most`` jobs, the newest first."""
        ...


class Items(Protocol):
    """Reads the people of jobs."""

    async def page(
        self, job_id: JobId, state: ItemState, *, after: int, most: int
    ) -> Sequence[Item]:
        """Return up to ``most`` items in ``state``, in order, from behind the number ``after``."""
        ...

    async def counts(self, job_id: JobId) -> Mapping[ItemState, int]:
        """Return how many items are in each state."""
        ...
