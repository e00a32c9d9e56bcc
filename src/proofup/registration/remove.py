"""Removing a method: at once, with what hangs on it, and told."""

from datetime import datetime

from msgspec import Struct

from proofup.audit.entry import Event
from proofup.challenges.options import options_of
from proofup.directory.users import RaiseEpoch, RequireEpoch, SetDefaultWay
from proofup.methods.protocol import Description, RemoveMethod
from proofup.policy.proofs import Action, preferred
from proofup.registration.guard import check_fresh, held_methods
from proofup.registration.notices import farewell, notice
from proofup.registration.ports import Actor, Ports
from proofup.registration.records import record
from proofup.values.errors import StaleMethodError
from proofup.values.ids import MethodId
from proofup.values.ways import Way


class Removed(Struct, frozen=True, kw_only=True):
    """What is gone, what is the default from now on, and where the person was told."""

    old: Description
    default: Way | None
    left: int
    told: str | None


async def remove(ports: Ports, actor: Actor, method_id: MethodId, *, at: datetime) -> Removed:
    """Remove a method of the actor; every other session ends.

    Raises NotFreshError, and StaleMethodError where the method is not there any more.
    """
    held = await held_methods(ports, actor)
    going = next((one for one in held if one.id == method_id), None)
    if going is None:
        raise StaleMethodError
    staying = [one for one in held if one.id != method_id]
    action = Action.REMOVE_METHOD if staying else Action.REMOVE_LAST_METHOD
    await check_fresh(ports, actor, held, action, at=at)
    user, catalogue = actor.person.user, ports.room.catalogue
    left = await options_of(ports.room, staying)
    default = actor.person.account.default_way
    if all(option.way is not default for option in left):
        next_default = preferred(left, None)
        default = next_default.way if next_default else None
    old = catalogue.of(going).describe(going)
    facts = {"kind": old.kind, "was": old.masked, "now": ""}
    await ports.room.commit(
        RequireEpoch(user_id=user.id, epoch=actor.epoch),
        RemoveMethod(user_id=user.id, method_id=method_id),
        SetDefaultWay(user_id=user.id, way=default),
        RaiseEpoch(user_id=user.id, keep=actor.session_id),
        *notice(ports, actor, "method-removed", facts, at=at),
        *((farewell(ports, actor, old.number, at=at),) if old.number else ()),
        record(actor, Event.METHOD_REMOVED, facts, at=at),
    )
    return Removed(old=old, default=default, left=len(staying), told=user.mail)
