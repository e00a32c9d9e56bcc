"""Giving a method of somebody else another name."""

from datetime import datetime

from proofup.administration.delete_method import UnknownMethodError
from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.audit.events.methods import MethodRenamed
from proofup.methods.abilities import NamedMethod
from proofup.methods.protocol import Description
from proofup.methods.registered_methods import RegisteredMethod, UpdateMethod
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target


def rename_method_for(
    ports: Ports, actor: Actor, target: Target, old: RegisteredMethod, name: str, *, at: datetime
) -> Planned[Description]:
    """Call ``old`` by another name. The name that it has already changes nothing.

    Raises UnknownMethodError for a method without a name, and InvalidInputError for a bad one.
    """
    conditions = permitted(actor, Permission.ADD_METHODS, target, at=at)
    method = ports.room.catalogue.of(old)
    if not isinstance(method, NamedMethod):
        held = tuple(map(ports.room.catalogue.describe, target.held))
        raise UnknownMethodError(old.id, held)
    new = method.renamed(old, name)
    was, now = method.describe(old), method.describe(new)
    if was.full == now.full:
        return Planned(conditions, (), now)
    event = MethodRenamed(
        command=actor.command,
        reason=actor.reason,
        kind=now.kind,
        was=was.masked,
        now=now.masked,
    )
    changes = (UpdateMethod(method=new), actor.entry(event, target.person.user.id, at=at))
    return Planned(conditions, changes, now)
