"""Deleting one method of somebody else."""

from datetime import datetime

from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.directory.users import RaiseEpoch
from proofup.method_changes.removing import removed
from proofup.methods.declaration import Who
from proofup.methods.protocol import Description
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.errors import ProofupError
from proofup.values.ids import MethodId


class UnknownMethodError(ProofupError):
    """The user has no such method that the caller could delete; ``held`` are those there are."""

    def __init__(self, method_id: str, held: tuple[Description, ...]) -> None:
        super().__init__(method_id)
        self.method_id = method_id
        self.held = held


def delete_method(
    ports: Ports, actor: Actor, target: Target, method_id: MethodId, *, at: datetime
) -> Planned[Description]:
    """Delete a method, end every session, and tell the person.

    What stands in for a method goes with the last one. Raises UnknownMethodError.
    """
    room = ports.room
    conditions = permitted(actor, Permission.DELETE_METHODS, target, at=at)
    catalogue = room.catalogue
    going = next((one for one in target.held if one.id == method_id), None)
    if going is None or Who.ADMINISTRATOR not in catalogue.declaration(going).deleted_by:
        raise UnknownMethodError(method_id, tuple(map(catalogue.describe, target.held)))
    removal = removed(
        room, actor, target, (going,), ends=RaiseEpoch(user_id=target.person.user.id), at=at
    )
    return Planned(conditions, removal.changes, catalogue.describe(going))
