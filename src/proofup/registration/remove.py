"""Removing a method: at once, with what hangs on it, and told."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from msgspec import Struct

from proofup.audit.events.methods import MethodRemoved
from proofup.challenges.options import options_of
from proofup.directory.users import RaiseEpoch, RequireEpoch, SetDefaultWay
from proofup.methods.declaration import Who
from proofup.methods.protocol import Description, RegisteredMethod, RemoveMethod
from proofup.notices.notifying import farewell, notice
from proofup.policy.proofs import Action, preferred
from proofup.registration.default import default_changed
from proofup.registration.guard import check_fresh, held_methods
from proofup.registration.ports import Actor, Ports
from proofup.registration.records import record
from proofup.values.changes import Change
from proofup.values.errors import StaleMethodError
from proofup.values.ids import MethodId
from proofup.values.ways import Way


class Removed(Struct, frozen=True, kw_only=True):
    """What is gone, what is the default from now on, and where the person was told."""

    old: tuple[Description, ...]
    default: Way | None
    left: int
    told: str | None


async def remove(ports: Ports, actor: Actor, method_id: MethodId, *, at: datetime) -> Removed:
    """Remove a method of the actor; every other session ends.

    Raises NotFreshError, and StaleMethodError where the method is not there any more.
    """
    held = await held_methods(ports, actor)
    able = [one for one in held if ports.room.catalogue.is_deleted_by(Who.PERSON, one)]
    going = [one for one in able if one.id == method_id]
    if not going:
        raise StaleMethodError
    return await remove_all(ports, actor, held, going, at=at)


async def remove_all(
    ports: Ports,
    actor: Actor,
    held: Sequence[RegisteredMethod],
    going: Sequence[RegisteredMethod],
    *,
    default: Way | None = None,
    at: datetime,
) -> Removed:
    """Remove ``going``, which are some of ``held``, in one write; every other session ends.

    ``default`` is the preferred option from now on; without one it stays as it is where it can.
    Raises NotFreshError and StaleMethodError.
    """
    user, catalogue = actor.person.user, ports.room.catalogue
    staying = [one for one in held if one not in going]
    lasting = catalogue.lasting(staying)
    action = Action.REMOVE_METHOD if lasting else Action.REMOVE_LAST_METHOD
    await check_fresh(ports, actor, held, action, at=at)
    # What stands in for a method would be a proof of its own without one.
    orphans = [] if lasting else [one for one in staying if catalogue.stands_in(one)]
    before = await options_of(ports.room, held, at=at)
    left = await options_of(ports.room, staying, at=at)
    default = default or actor.person.account.default_way
    if all(option.way != default for option in left):
        following = preferred(left, None)
        default = following.way if following else None
    old = [catalogue.of(one).describe(one) for one in going]
    await ports.room.commit(
        RequireEpoch(user_id=user.id, epoch=actor.epoch),
        *(RemoveMethod(user_id=user.id, method_id=one.id) for one in (*going, *orphans)),
        SetDefaultWay(user_id=user.id, way=default),
        RaiseEpoch(user_id=user.id, keep=actor.session_id),
        *chain.from_iterable(_told(ports, actor, one, at=at) for one in old),
        *default_changed(ports, actor, before, left, default, at=at),
    )
    return Removed(old=tuple(old), default=default, left=len(lasting), told=user.mail)


def _told(ports: Ports, actor: Actor, old: Description, *, at: datetime) -> tuple[Change, ...]:
    """Return how the person is told of a method that is gone, and the entry of it."""
    facts = {"kind": old.kind, "was": old.masked, "now": ""}
    return (
        *notice(ports.room.notifier, actor.notification, "method-removed", facts, at=at),
        *farewell(ports.room.notifier, actor.notification, old.number, at=at),
        record(actor, MethodRemoved(kind=old.kind, was=old.masked, now=""), at=at),
    )
