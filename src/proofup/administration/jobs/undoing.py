"""Putting back the methods that a job has deleted.

Sessions stay ended and remembered browsers forgotten. An account on which somebody has acted since
is left alone: what was decided later counts.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from proofup.administration.job import (
    Because,
    Item,
    ItemState,
    Job,
    JobEndedError,
    JobState,
    MoveJob,
    NoteItem,
    SettleItem,
)
from proofup.administration.jobs.running import BATCH, Batch
from proofup.administration.kept_methods import KeptMethods, TakeKept
from proofup.administration.planned import Planned, carry_out
from proofup.administration.ports import Ports
from proofup.administration.target import target_of
from proofup.audit.events.jobs import JobUndone
from proofup.audit.events.methods import MethodsRestored
from proofup.directory.users import RequireEpoch
from proofup.method_changes.restoring import restored
from proofup.methods.registered_methods import RegisteredMethod
from proofup.policy.actor import Actor
from proofup.policy.may_act import check_fresh, may_act_on_somebody, permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.errors import NotPermittedError, RevokedError, StaleError, UnknownUserError

UNDOABLE = frozenset(
    {JobState.RUNNING, JobState.FINISHED, JobState.STOPPED, JobState.UNDONE}
)  # the last one may hold what could not be put back the first time


class _Sorted(Struct, frozen=True):
    """Which methods can be put back, and why others cannot."""

    back: Sequence[RegisteredMethod]
    because: Because | None


def undo_begun(actor: Actor, job: Job, *, at: datetime) -> Planned[None]:
    """End a job, so that it deletes nothing more while it is undone.

    One that is being undone already goes on. Raises JobEndedError where it never ran,
    NotPermittedError and NotFreshError.
    """
    if not may_act_on_somebody(actor, Permission.ADD_METHODS):
        raise NotPermittedError
    check_fresh(actor, Permission.ADD_METHODS, at=at)
    if job.state is JobState.UNDOING:
        return Planned((), (), None)
    if job.state not in UNDOABLE:
        raise JobEndedError(job.state)
    move = MoveJob(job_id=job.id, was=UNDOABLE, now=JobState.UNDOING, undone_by=actor, at=at)
    event = JobUndone(command=actor.command, job=job.id, act=job.act)
    return Planned((), (move, actor.entry(event, None, at=at)), None)


def undo_ended(job: Job, *, at: datetime) -> Planned[None]:
    """Close a job of which all is put back that can be."""
    was = frozenset({JobState.UNDOING})
    return Planned((), (MoveJob(job_id=job.id, was=was, now=JobState.UNDONE, at=at),), None)


async def undo_on(
    ports: Ports, actor: Actor, job: Job, *, after: int, at: datetime
) -> Batch | None:
    """Put back what is kept of the next people behind ``after``; return None if nothing is.

    An item says what was put back, and why something was not.
    """
    kept = await ports.kept_methods.of_job(job.id, after=after, most=BATCH, at=at)
    if not kept:
        return None
    return Batch([await _undone(ports, actor, one, at=at) for one in kept], kept[-1].number)


async def _undone(ports: Ports, actor: Actor, kept: KeptMethods, *, at: datetime) -> Item:
    item = Item(number=kept.number, name=kept.user_id, user_id=kept.user_id)
    try:
        target = await target_of(ports, kept.user_id, at=at)
        item = replace(item, name=target.person.user.user_principal_name)
        return await carry_out(ports, _put_back(ports, actor, target, kept, item, at=at))
    except UnknownUserError:
        because = Because.UNKNOWN
    except RevokedError:
        because = Because.ACCOUNT_CHANGED
    except StaleError:
        because = Because.CHANGED
    noted = NoteItem(job_id=kept.job_id, number=kept.number, because=because)
    failed = replace(item, state=ItemState.FAILED, because=because)
    return await carry_out(ports, Planned((), (noted,), failed))


def _put_back(
    ports: Ports,
    actor: Actor,
    target: Target,
    kept: KeptMethods,
    item: Item,
    *,
    at: datetime,
) -> Planned[Item]:
    """Return what puts back all that can be."""
    conditions = permitted(actor, Permission.ADD_METHODS, target, at=at)
    found = _sorted(ports, target, kept.methods)
    if not found.back:
        because = found.because or Because.SLOT_TAKEN
        noted = NoteItem(job_id=kept.job_id, number=kept.number, because=because)
        return Planned((), (noted,), replace(item, state=ItemState.FAILED, because=because))
    lines = [ports.room.catalogue.describe(one).line for one in found.back]
    done = replace(item, state=ItemState.UNDONE, lines=lines, because=found.because)
    event = MethodsRestored(command=actor.command, job=kept.job_id, restored=", ".join(lines))
    return Planned(
        # Whatever has happened since to the account as a whole has raised its epoch.
        (*conditions, RequireEpoch(user_id=kept.user_id, epoch=kept.epoch)),
        (
            TakeKept(job_id=kept.job_id, number=kept.number),
            SettleItem(job_id=kept.job_id, was=ItemState.DONE, item=done),
            *restored(ports.room, actor, target, found.back, default=kept.default_way, at=at),
            actor.entry(event, kept.user_id, at=at),
        ),
        done,
    )


def _sorted(ports: Ports, target: Target, methods: Sequence[RegisteredMethod]) -> _Sorted:
    """Return the methods whose slot is free and of which the person has not the same again."""
    describe = ports.room.catalogue.describe
    slots = {one.slot for one in target.held}
    known = {describe(one).identity for one in target.held} - {None}
    back, because = [], None
    for one in methods:
        if one.slot in slots:
            because = Because.SLOT_TAKEN
        elif describe(one).identity in known:
            because = Because.HELD_AGAIN
        else:
            back.append(one)
    return _Sorted(back, because)
