"""Deleting somebody, for a month at first: taking that back, or making it final."""

from collections.abc import AsyncIterator
from datetime import datetime

from msgspec.structs import replace

from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.audit.events.accounts import UserDeleted, UserErased, UserRestored
from proofup.directory.deleted_users import (
    DeletedUser,
    DeleteUser,
    EraseUser,
    Place,
    RestoreUser,
    former_name,
)
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, RequireAnotherHolder
from proofup.directory.users import User
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.errors import UnknownUserError
from proofup.values.ids import UserId

PAGE = 500


def delete_user(actor: Actor, target: Target, *, at: datetime) -> Planned[None]:
    """Delete a user: they sign in no more, all that is open ends, and the name is free.

    Written for the last Global Administrator, it raises LastAdministratorError.
    """
    user = target.person.user
    conditions = permitted(actor, Permission.DELETE_USERS, target, at=at)
    event = UserDeleted(name=user.user_principal_name, command=actor.command, reason=actor.reason)
    return Planned(
        conditions,
        (
            RequireAnotherHolder(user_id=user.id, role=GLOBAL_ADMINISTRATOR),
            DeleteUser(user_id=user.id, at=at),
            actor.entry(event, user.id, at=at),
        ),
        None,
    )


def restore_user(actor: Actor, target: Target, *, at: datetime) -> Planned[User]:
    """Restore a deleted user with methods and roles, and return the user with the former name.

    Every session stays ended. When written, it raises NameTakenError if somebody else has the name
    by now.
    """
    user = target.person.user
    user_id, name = user.id, former_name(user)
    conditions = permitted(actor, Permission.DELETE_USERS, target, at=at)
    event = UserRestored(command=actor.command, reason=actor.reason)
    changes = (RestoreUser(user_id=user_id), actor.entry(event, user_id, at=at))
    return Planned(conditions, changes, replace(user, user_principal_name=name))


def erase_user(actor: Actor, target: Target, *, at: datetime) -> Planned[None]:
    """Erase a deleted user and all that is stored of them; the audit log stays."""
    user_id = target.person.user.id
    conditions = permitted(actor, Permission.DELETE_USERS, target, at=at)
    event = UserErased(command=actor.command, reason=actor.reason)
    changes = (EraseUser(user_id=user_id), actor.entry(event, user_id, at=at))
    return Planned(conditions, changes, None)


async def deleted_target(ports: Ports, user_id: UserId, *, at: datetime) -> Target:
    """Return a deleted user as the target of an act. Raises UnknownUserError."""
    found = await ports.deleted_users.of(user_id)
    if found is None:
        raise UnknownUserError
    return Target(
        person=found.person,
        held=(),
        policy=await ports.room.policies.current(),
        roles=await ports.roles.of_user(user_id, at=at),
        units=await ports.units.of_user(user_id),
    )


async def every_deleted(ports: Ports) -> AsyncIterator[DeletedUser]:
    """Yield the deleted users, the oldest first."""
    after = None
    while page := await ports.deleted_users.page(after=after, most=PAGE):
        for one in page:
            yield one
        after = Place(page[-1].deleted_at, page[-1].person.user.id)
