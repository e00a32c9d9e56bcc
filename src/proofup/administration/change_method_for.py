"""Setting what a method of somebody else says: another number, say."""

from collections.abc import Mapping
from datetime import datetime

from proofup.administration.delete_method import UnknownMethodError
from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.directory.users import RaiseEpoch
from proofup.method_changes.adding import Addition, added
from proofup.methods.declaration import Who
from proofup.methods.protocol import Description
from proofup.methods.registered_methods import NewMethod, RegisteredMethod
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.ids import MethodId, random_id


def change_method_for(
    ports: Ports,
    actor: Actor,
    target: Target,
    old: RegisteredMethod,
    typed: Mapping[str, str],
    *,
    at: datetime,
) -> Planned[Description]:
    """Store what was ``typed`` in place of ``old``, end every session, and tell the person.

    What is typed as it was already changes nothing. Raises UnknownMethodError for a method that
    administrators do not change, and InvalidInputError for what cannot be taken.
    """
    room, user = ports.room, target.person.user
    conditions = (
        *permitted(actor, Permission.ADD_METHODS, target, at=at),
        *permitted(actor, Permission.DELETE_METHODS, target, at=at),
    )
    method = room.catalogue.registrable.get(old.kind)
    if method is None or Who.ADMINISTRATOR not in method.declaration.changed_by:
        held = tuple(map(room.catalogue.describe, target.held))
        raise UnknownMethodError(old.id, held)
    new = method.candidate(
        typed,
        NewMethod(id=MethodId(random_id(room.entropy)), user_id=user.id, slot=old.slot, at=at),
        room.entropy,
    )
    shown = method.describe(new)
    if shown.identity == method.describe(old).identity:
        return Planned(conditions, (), shown)
    addition = Addition(new=new, old=old, way=method.ways(new)[0])
    changes = added(room, actor, target, addition, ends=RaiseEpoch(user_id=user.id), at=at)
    return Planned(tuple(dict.fromkeys(conditions)), changes, shown)
