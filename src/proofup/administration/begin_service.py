"""Marking a service as made, with its first administrator."""

from datetime import datetime

from proofup.administration.add_people import add_people
from proofup.administration.newcomer import Newcomer
from proofup.administration.planned import Planned
from proofup.audit.events.roles import RoleAssigned
from proofup.audit.events.service import ServiceInitialised
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.roles import ROLES


def begin_service(actor: Actor, administrator: Newcomer, *, at: datetime) -> Planned[None]:
    """Add the first Global Administrator; what is in the audit log then keeps out a second one."""
    user_id = administrator.user.id
    added = add_people(actor, [administrator], at=at)
    initialised = ServiceInitialised(command=actor.command)
    assigned = RoleAssigned(
        command=actor.command,
        role=GLOBAL_ADMINISTRATOR,
        name=ROLES[GLOBAL_ADMINISTRATOR].name,
    )
    return Planned(
        (*permitted(actor, Permission.ASSIGN_ROLES, at=at), *added.conditions),
        (
            *added.changes,
            AssignRole(user_id=user_id, role=GLOBAL_ADMINISTRATOR),
            actor.entry(initialised, None, at=at),
            actor.entry(assigned, user_id, at=at),
        ),
        None,
    )
