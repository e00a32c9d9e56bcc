"""Registering a method that somebody has told the help desk: it is not proven before it is used."""

from collections.abc import Mapping
from datetime import datetime

from proofup.administration.oath_tokens import TokenNotGivenError, give_token
from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.method_changes.adding import Addition, added
from proofup.methods.abilities import TokenMethod
from proofup.methods.declaration import Who
from proofup.methods.protocol import Description
from proofup.methods.registered_methods import MethodKind, NewMethod
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.errors import InvalidInputError, SlotTakenError
from proofup.values.ids import MethodId, random_id


async def add_method_for(
    ports: Ports,
    actor: Actor,
    target: Target,
    kind: MethodKind,
    typed: Mapping[str, str],
    *,
    slot: str,
    at: datetime,
) -> Planned[Description]:
    """Store what was ``typed`` in the free ``slot``, and tell the person.

    A token comes from the stock. Raises SlotTakenError, and InvalidInputError for what cannot be
    taken.
    """
    room, user = ports.room, target.person.user
    conditions = permitted(actor, Permission.ADD_METHODS, target, at=at)
    method = room.catalogue.registrable[kind]
    if Who.ADMINISTRATOR not in method.declaration.added_by:
        raise InvalidInputError("not an administrator's")
    if isinstance(method, TokenMethod):
        stocked = await ports.tokens.by_serial(typed.get(method.serial_field, ""))
        if stocked is None or stocked.holder is not None:
            raise InvalidInputError("unknown")
        try:
            return give_token(ports, actor, target, stocked.token, typed, at=at)
        except TokenNotGivenError as error:
            raise InvalidInputError("guest") from error
    if any(one.slot == slot for one in target.held):
        raise SlotTakenError(slot)
    new = method.candidate(
        typed,
        NewMethod(id=MethodId(random_id(room.entropy)), user_id=user.id, slot=slot, at=at),
        room.entropy,
    )
    addition = Addition(new=new, way=method.ways(new)[0])
    changes = added(room, actor, target, addition, at=at)
    return Planned(conditions, changes, method.describe(new))
