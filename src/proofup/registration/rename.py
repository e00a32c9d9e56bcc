"""Giving a method of one's own another name: it stays what it was, so nobody has to be told."""

from datetime import datetime

from proofup.audit.events.methods import MethodRenamed
from proofup.directory.users import RequireEpoch
from proofup.methods.abilities import NamedMethod
from proofup.methods.catalogue import Catalogue
from proofup.methods.registered_methods import RegisteredMethod, UpdateMethod
from proofup.policy.proofs import Action
from proofup.registration.guard import check_fresh, held_methods
from proofup.registration.ports import Actor, Ports
from proofup.values.errors import StaleMethodError
from proofup.values.ids import MethodId


def can_be_renamed(catalogue: Catalogue, held: RegisteredMethod) -> bool:
    """Tell whether the owner of ``held`` gives it its name."""
    return isinstance(catalogue.of(held), NamedMethod)


async def rename(
    ports: Ports, actor: Actor, method_id: MethodId, name: str, *, at: datetime
) -> RegisteredMethod:
    """Give a method of the actor the name that was typed, and return it.

    Raises InvalidInputError, NotFreshError, and StaleMethodError where it has no name or is gone.
    """
    room, user = ports.room, actor.person.user
    old = next((one for one in held_methods(actor) if one.id == method_id), None)
    method = room.catalogue.of(old) if old else None
    if old is None or not isinstance(method, NamedMethod):
        raise StaleMethodError
    check_fresh(ports, actor, Action.CHANGE_METHOD, at=at)
    new = method.renamed(old, name)
    was, now = method.describe(old), method.describe(new)
    event = MethodRenamed(kind=now.kind, was=was.masked, now=now.masked)
    await room.commit(
        RequireEpoch(user_id=user.id, epoch=actor.epoch),
        UpdateMethod(method=new),
        actor.entry(event, user.id, at=at),
    )
    return new
