"""Removing methods of one's own: at once, and told."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from proofup.directory.users import RaiseEpoch, RequireEpoch
from proofup.method_changes.removing import removed
from proofup.methods.declaration import Who
from proofup.methods.protocol import Description
from proofup.methods.registered_methods import RegisteredMethod
from proofup.notices.notifying import told_at
from proofup.policy.proofs import Action
from proofup.registration.guard import check_fresh, held_methods
from proofup.registration.ports import Actor, Ports
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
    held = held_methods(actor)
    able = [one for one in held if ports.room.catalogue.is_deleted_by(Who.PERSON, one)]
    going = [one for one in able if one.id == method_id]
    if not going:
        raise StaleMethodError
    return await remove_all(ports, actor, going, at=at)


async def remove_all(
    ports: Ports,
    actor: Actor,
    going: Sequence[RegisteredMethod],
    *,
    default: Way | None = None,
    at: datetime,
) -> Removed:
    """Remove ``going``, methods of the actor, in one write; every other session ends.

    ``default`` is the preferred option from now on; without one it stays as it is where it can.
    Raises NotFreshError and StaleMethodError.
    """
    user, room = actor.person.user, ports.room
    left = room.catalogue.lasting([one for one in actor.held if one not in going])
    action = Action.REMOVE_METHOD if left else Action.REMOVE_LAST_METHOD
    check_fresh(ports, actor, action, at=at)
    removal = removed(
        room,
        actor,
        actor.subscriber,
        going,
        default=default,
        ends=RaiseEpoch(user_id=user.id, keep=actor.session_id),
        at=at,
    )
    await room.commit(RequireEpoch(user_id=user.id, epoch=actor.epoch), *removal.changes)
    return Removed(
        old=removal.gone, default=removal.default, left=len(left), told=told_at(room.notifier, user)
    )
