"""Carrying a job on, a batch of people at a time."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from proofup.administration.job import (
    Because,
    Item,
    ItemSettledError,
    ItemState,
    Job,
    JobState,
    MoveJob,
    RequireJob,
    SettleItem,
)
from proofup.administration.jobs.bulk_acts import BULK_ACTS
from proofup.administration.kept_methods import KeepMethods
from proofup.administration.planned import Planned, carry_out, side_by_side
from proofup.administration.ports import Ports
from proofup.administration.target import targets_of
from proofup.audit.events.jobs import JobFinished
from proofup.methods.registered_methods import RemoveMethod
from proofup.policy.actor import Actor, ActorKind
from proofup.policy.target import Target
from proofup.values.changes import Change
from proofup.values.errors import NotYetPermittedError, RevokedError, StaleError, UnknownUserError
from proofup.values.ids import UserId

BATCH = 50  # people of one transaction: twenty milliseconds, which others wait
TRIES = 3  # at a person whom others change at the same moment


class Batch(Struct, frozen=True):
    """What became of some people, and the number of the ``last``."""

    items: Sequence[Item]
    last: int


async def carry_on(ports: Ports, job: Job, *, after: int, at: datetime) -> Batch | None:
    """Do the act to the next people behind the number ``after``; return None if nobody waits.

    Raises JobEndedError where the job was undone.
    """
    waiting = await ports.job_items.page(job.id, ItemState.WAITING, after=after, most=BATCH)
    if not waiting:
        return None
    actor = await acting(ports, job, at=at)
    acts = await planned_for(ports, job, actor, waiting, at=at)
    try:
        items = await carry_out(ports, side_by_side(acts))
    except (StaleError, RevokedError):
        # Somebody was changed, or the actor lost a right. One by one it shows who.
        tried = [await _alone(ports, job, one, at=at) for one in waiting]
        items = [one for one in tried if one is not None]
    return Batch(items, waiting[-1].number)


def finished(job: Job, *, done: int, failed: int, at: datetime) -> Planned[None]:
    """Close a job in which nobody waits any more."""
    event = JobFinished(command=job.actor.command, job=job.id, done=done, failed=failed)
    move = MoveJob(job_id=job.id, was=frozenset({JobState.RUNNING}), now=JobState.FINISHED, at=at)
    return Planned((), (move, job.actor.entry(event, None, at=at)), None)


async def acting(ports: Ports, job: Job, *, at: datetime) -> Actor:
    """Return who does the job, with the roles of this moment."""
    return await acting_for(ports, job.actor, at=at)


async def acting_for(ports: Ports, actor: Actor, *, at: datetime) -> Actor:
    """Return who asked for something that goes on, with the roles of this moment.

    A second proof that was fresh when it was asked for counts until it ends.
    """
    if actor.kind is ActorKind.HOST:
        return actor
    proofs = replace(actor.proofs, second_at=at)
    roles = await ports.roles.of_user(UserId(actor.id), at=at)
    return replace(actor, roles=roles, proofs=proofs)


async def planned(
    ports: Ports, job: Job, actor: Actor, item: Item, *, at: datetime
) -> Planned[Item]:
    """Return the act for one person together with the mark that it is done, or has failed."""
    (act,) = await planned_for(ports, job, actor, [item], at=at)
    return act


async def planned_for(
    ports: Ports, job: Job, actor: Actor, items: Sequence[Item], *, at: datetime
) -> list[Planned[Item]]:
    """Return the act for each person, whom it reads together."""
    ids = [one.user_id for one in items if one.user_id is not None]
    targets = await targets_of(ports, ids, at=at)
    return [await _planned(ports, job, actor, one, targets, at=at) for one in items]


async def _planned(
    ports: Ports,
    job: Job,
    actor: Actor,
    item: Item,
    targets: Mapping[UserId, Target],
    *,
    at: datetime,
) -> Planned[Item]:
    if item.user_id is None:  # it has failed before
        return Planned((), (), item)
    unknown = _settled(job, replace(item, state=ItemState.FAILED, because=Because.UNKNOWN))
    target = targets.get(item.user_id)
    if target is None:
        return unknown
    try:
        act = await BULK_ACTS[job.act].plan(ports, actor, target, job, at)
    except UnknownUserError:
        return unknown
    except NotYetPermittedError:
        return _settled(job, replace(item, state=ItemState.FAILED, because=Because.NOT_YET))
    done = _settled(job, replace(item, state=ItemState.DONE, lines=act.done))
    kept = _kept(job, item, target, act.changes, at=at)
    conditions = (*done.conditions, *act.conditions)
    return Planned(conditions, (*done.changes, *act.changes, *kept), done.done)


def _settled(job: Job, item: Item) -> Planned[Item]:
    return Planned(
        (RequireJob(job_id=job.id, state=JobState.RUNNING),),
        (SettleItem(job_id=job.id, was=ItemState.WAITING, item=item),),
        item,
    )


def _kept(
    job: Job, item: Item, target: Target, changes: Sequence[Change], *, at: datetime
) -> tuple[Change, ...]:
    """Return what keeps every method that ``changes`` delete, so that it can be put back."""
    gone = {one.method_id for one in changes if isinstance(one, RemoveMethod)}
    span = target.policy.undo_span
    if not gone or not span:
        return ()
    keep = KeepMethods(
        job_id=job.id,
        number=item.number,
        user_id=target.person.user.id,
        default_way=target.person.account.default_way,
        methods=[one for one in target.held if one.id in gone],
        until=at + span,
    )
    return (keep,)


async def _alone(ports: Ports, job: Job, item: Item, *, at: datetime) -> Item | None:
    """Do the act to one person and return what became of it; None if another run has done it."""
    because = Because.CHANGED
    try:
        for _ in range(TRIES):
            actor = await acting(ports, job, at=at)
            act = await planned(ports, job, actor, item, at=at)
            try:
                return await carry_out(ports, act)
            except ItemSettledError:
                raise
            except StaleError:
                because = Because.CHANGED
            except RevokedError:
                because = Because.RIGHTS_LOST
        failed = replace(item, state=ItemState.FAILED, because=because)
        return await carry_out(ports, _settled(job, failed))
    except ItemSettledError:
        return None
