"""Security groups: making, changing and deleting one, and saying who belongs to it."""

import re
from datetime import datetime

from msgspec.structs import replace

from proofup.administration.display_name import checked_description, checked_display_name
from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.audit.events.groups import (
    AddedToGroup,
    GroupChanged,
    GroupCreated,
    GroupDeleted,
    RemovedFromGroup,
)
from proofup.directory.groups import (
    AddGroup,
    AddToGroup,
    Belonging,
    ChangeGroup,
    DeleteGroup,
    Group,
    RemoveFromGroup,
)
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.errors import InvalidFieldError, ProofupError
from proofup.values.ids import GroupId, random_id

MAIL_NICKNAME = re.compile(r"""[!#-'*+\-./0-9=?A-Z^-~]{1,64}""")  # as Entra has it
MANAGE = Permission.MANAGE_GROUPS


class UnknownGroupError(ProofupError):
    """There is no group of this name or id, or there are several of the name."""

    def __init__(self, called: str, *, several: bool = False) -> None:
        super().__init__(called, several)
        self.called = called
        self.several = several


async def find_group(ports: Ports, called: str) -> Group:
    """Return the group whose id or name is ``called``. Raises UnknownGroupError."""
    by_id = await ports.groups.by_id(GroupId(called.lower()))
    if by_id is not None:
        return by_id
    found = await ports.groups.called(called, most=2)
    if len(found) != 1:
        raise UnknownGroupError(called, several=bool(found))
    return found[0]


def create_group(
    ports: Ports,
    actor: Actor,
    name: str,
    *,
    mail_nickname: str | None = None,
    description: str | None = None,
    at: datetime,
) -> Planned[Group]:
    """Make a group without people. Raises InvalidDisplayNameError and InvalidFieldError."""
    conditions, id_ = permitted(actor, MANAGE, at=at), random_id(ports.room.entropy)
    group = _checked(
        Group(
            id=GroupId(id_),
            name=name,
            mail_nickname=id_[:8] if mail_nickname is None else mail_nickname,
            description=description,
            created_at=at,
        )
    )
    created = GroupCreated(
        group=group.id, name=group.name, command=actor.command, reason=actor.reason
    )
    return Planned(conditions, (AddGroup(group=group), actor.entry(created, None, at=at)), group)


def change_group(
    actor: Actor,
    group: Group,
    *,
    name: str,
    mail_nickname: str,
    description: str | None,
    at: datetime,
) -> Planned[Group]:
    """Give a group other names and another description.

    Raises InvalidDisplayNameError and InvalidFieldError.
    """
    conditions = permitted(actor, MANAGE, at=at)
    new = _checked(replace(group, name=name, mail_nickname=mail_nickname, description=description))
    changed = GroupChanged(group=new.id, name=new.name, command=actor.command, reason=actor.reason)
    return Planned(conditions, (ChangeGroup(group=new), actor.entry(changed, None, at=at)), new)


def delete_group(actor: Actor, group: Group, *, at: datetime) -> Planned[None]:
    """Delete a group, with its assignments to applications; its people stay as they are."""
    conditions = permitted(actor, MANAGE, at=at)
    deleted = GroupDeleted(
        group=group.id, name=group.name, command=actor.command, reason=actor.reason
    )
    changes = (DeleteGroup(group_id=group.id), actor.entry(deleted, None, at=at))
    return Planned(conditions, changes, None)


async def add_to_group(
    ports: Ports,
    actor: Actor,
    target: Target,
    group: Group,
    belonging: Belonging = Belonging.MEMBER,
    *,
    at: datetime,
) -> Planned[bool]:
    """Add a person to a group, and return whether they did not belong to it until now."""
    conditions, user_id = permitted(actor, MANAGE, at=at), target.person.user.id
    if await ports.groups.has(group.id, user_id, belonging):
        return Planned(conditions, (), done=False)
    added = AddedToGroup(
        group=group.id,
        name=group.name,
        belonging=belonging.value,
        command=actor.command,
        reason=actor.reason,
    )
    changes = (
        AddToGroup(group_id=group.id, user_id=user_id, belonging=belonging),
        actor.entry(added, user_id, at=at),
    )
    return Planned(conditions, changes, done=True)


async def remove_from_group(
    ports: Ports,
    actor: Actor,
    target: Target,
    group: Group,
    belonging: Belonging = Belonging.MEMBER,
    *,
    at: datetime,
) -> Planned[bool]:
    """Remove a person from a group, and return whether they belonged to it until now."""
    conditions, user_id = permitted(actor, MANAGE, at=at), target.person.user.id
    if not await ports.groups.has(group.id, user_id, belonging):
        return Planned(conditions, (), done=False)
    removed = RemovedFromGroup(
        group=group.id,
        name=group.name,
        belonging=belonging.value,
        command=actor.command,
        reason=actor.reason,
    )
    changes = (
        RemoveFromGroup(group_id=group.id, user_id=user_id, belonging=belonging),
        actor.entry(removed, user_id, at=at),
    )
    return Planned(conditions, changes, done=True)


def _checked(group: Group) -> Group:
    if not MAIL_NICKNAME.fullmatch(group.mail_nickname):
        problem = "must be 1 to 64 ASCII letters, digits or signs such as - and _, without spaces"
        raise InvalidFieldError("mailNickname", problem)
    description = checked_description(group.description)
    return replace(group, name=checked_display_name(group.name), description=description)
