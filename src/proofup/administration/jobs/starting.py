"""A job from what somebody wants done, and to whom."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from proofup.administration.job import (
    AddItems,
    Because,
    Item,
    ItemState,
    Job,
    JobId,
    JobState,
    MoveJob,
    OpenJob,
)
from proofup.administration.jobs.bulk_acts import BULK_ACTS
from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.administration.reason import checked_reason
from proofup.audit.events.jobs import JobStarted
from proofup.directory.finding import find_person
from proofup.policy.actor import Actor
from proofup.policy.may_act import check_fresh, may_act_on_somebody
from proofup.values.errors import NotPermittedError, ProofupError, UnknownUserError
from proofup.values.ids import ordered_id

# What the column of names is called in files of ours, of Entra and of spreadsheets.
NAME_COLUMNS = ("userprincipalname", "username", "user name", "user principal name", "name", "id")
LONGEST_SHOWN = 320  # letters of a name, of whatever a file has in its place


class UnknownActError(ProofupError):
    """A job cannot do ``act``; it can do ``known``."""

    def __init__(self, act: str, known: Sequence[str]) -> None:
        super().__init__(act)
        self.act = act
        self.known = known


class BadWishError(ProofupError):
    """The wish ``name`` is none of the act, or has no word of ``words``."""

    def __init__(self, name: str, words: Sequence[str]) -> None:
        super().__init__(name)
        self.name = name
        self.words = words


def proposed(
    ports: Ports, actor: Actor, act: str, wishes: Mapping[str, str], reason: str, *, at: datetime
) -> Job:
    """Return the job that does ``act``, before anything of it is stored.

    Raises UnknownActError, BadWishError, InvalidReasonError, NotPermittedError, NotFreshError.
    """
    known = BULK_ACTS.get(act)
    if known is None:
        raise UnknownActError(act, list(BULK_ACTS))
    for name in [*wishes, *known.wishes]:
        words = known.wishes.get(name, ())
        if wishes.get(name) not in words:
            raise BadWishError(name, words)
    if not may_act_on_somebody(actor, known.permission):
        raise NotPermittedError
    check_fresh(actor, known.permission, at=at)
    why = checked_reason(reason)
    return Job(
        id=JobId(ordered_id(ports.room.entropy, at)),
        act=act,
        wishes=wishes,
        reason=why,
        actor=replace(actor, reason=why),
        started_at=at,
    )


async def called(ports: Ports, job: Job, number: int, name: str) -> Item:
    """Return the item of whoever is called ``name``, by user principal name or id.

    Whoever starts a job is left out of it, as some acts would end the job in the middle.
    """
    shown = "".join(one if one.isprintable() else "?" for one in name[:LONGEST_SHOWN])
    try:
        user_id = (await find_person(ports.room.people, name)).user.id
    except UnknownUserError:
        return _failed(number, shown, Because.UNKNOWN)
    if user_id == job.actor.id:
        return _failed(number, shown, Because.ONESELF)
    return Item(number=number, name=shown, user_id=user_id)


def opened(job: Job) -> Planned[Job]:
    """Store the job, which waits for its people."""
    return Planned((), (OpenJob(job=job),), job)


def filled(job: Job, items: Sequence[Item]) -> Planned[None]:
    """Add people to a job that was opened."""
    return Planned((), (AddItems(job=job, items=items),), None)


def started(job: Job, *, at: datetime) -> Planned[None]:
    """Let the job run: it has all of its people."""
    event = JobStarted(command=job.actor.command, job=job.id, act=job.act, reason=job.reason)
    move = MoveJob(job_id=job.id, was=frozenset({JobState.PREPARING}), now=JobState.RUNNING, at=at)
    return Planned((), (move, job.actor.entry(event, None, at=at)), None)


def _failed(number: int, name: str, because: Because) -> Item:
    return Item(number=number, name=name, state=ItemState.FAILED, because=because)
