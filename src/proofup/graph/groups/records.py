"""``groups``: made, read, changed and deleted."""

from typing import Any, TypeVar

from msgspec import UNSET, Struct, UnsetType

from proofup.administration.groups import (
    add_to_group,
    change_group,
    create_group,
    delete_group,
    find_group,
)
from proofup.administration.planned import Planned, carry_out, together
from proofup.administration.target import target_called
from proofup.directory.groups import Belonging, Group
from proofup.graph.answers import NO_CONTENT, Answer, entity, narrowed
from proofup.graph.call import Call
from proofup.graph.directory.references import reference_in
from proofup.graph.errors import bad_request, not_found, not_yet
from proofup.graph.groups.shapes import group_shown
from proofup.graph.targets import check_may
from proofup.policy.permissions import Permission
from proofup.values.errors import UnknownUserError

SEGMENT = "groups"
Said = TypeVar("Said", str, str | None)
MOST_BOUND = 20  # people in the body of POST
BOUND = {"members@odata.bind": Belonging.MEMBER, "owners@odata.bind": Belonging.OWNER}


class NewGroup(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of POST."""

    display_name: str
    description: str | None = None
    mail_enabled: bool
    mail_nickname: str
    security_enabled: bool
    group_types: tuple[str, ...] = ()
    is_assignable_to_role: bool = False
    visibility: str | None = None


class ChangedGroup(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of PATCH."""

    display_name: str | UnsetType = UNSET
    mail_nickname: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET


async def group_in(call: Call) -> Group:
    """Return the group that the address names."""
    check_may(call, Permission.READ_USERS)
    return await find_group(call.door.ports, call.params["group"])


async def get(call: Call) -> Answer:
    """Return one group."""
    shown = narrowed(group_shown(await group_in(call)), call.options.select)
    return entity(call.metadata(SEGMENT, one=True), shown)


async def create(call: Call) -> Answer:
    """Make a security group, with the people that the body refers to, or nothing."""
    check_may(call, Permission.MANAGE_GROUPS)
    body, ports = call.body(NewGroup), call.door.ports
    if body.mail_enabled or body.group_types or not body.security_enabled:
        raise not_yet("Groups other than security groups")
    if body.is_assignable_to_role:
        raise not_yet("Groups that hold roles")
    made = create_group(
        ports,
        call.actor,
        body.display_name,
        mail_nickname=body.mail_nickname,
        description=body.description,
        at=call.at,
    )
    acts: list[Planned[Any]] = [made]
    for name, belonging in BOUND.items():
        for address in _bound(call, name):
            try:
                target = await target_called(ports, reference_in(address), at=call.at)
            except UnknownUserError as error:
                raise not_found(address[:100]) from error
            acts.append(
                await add_to_group(ports, call.actor, target, made.done, belonging, at=call.at)
            )
    await carry_out(ports, together(acts))
    location = f"{call.root}/{SEGMENT}/{made.done.id}"
    context = call.metadata(SEGMENT, one=True)
    return entity(context, group_shown(made.done), status=201, location=location)


def _bound(call: Call, name: str) -> list[str]:
    """Return the addresses of the people that the body refers to; each counts once."""
    told = call.json().get(name, [])
    if not isinstance(told, list) or len(told) > MOST_BOUND:
        message = f"{name} must be a list of up to {MOST_BOUND} addresses."
        raise bad_request(message)
    return list(dict.fromkeys(map(str, told)))


async def update(call: Call) -> Answer:
    """Give a group other names or another description; what the body leaves out stays."""
    check_may(call, Permission.MANAGE_GROUPS)
    group, body = await group_in(call), call.body(ChangedGroup)
    act = change_group(
        call.actor,
        group,
        name=_or(body.display_name, group.name),
        mail_nickname=_or(body.mail_nickname, group.mail_nickname),
        description=_or(body.description, group.description),
        at=call.at,
    )
    await carry_out(call.door.ports, act)
    return NO_CONTENT


def _or(said: Said | UnsetType, now: Said) -> Said:
    return now if isinstance(said, UnsetType) else said


async def delete(call: Call) -> Answer:
    """Delete a group; its people stay as they are."""
    check_may(call, Permission.MANAGE_GROUPS)
    group = await group_in(call)
    await carry_out(call.door.ports, delete_group(call.actor, group, at=call.at))
    return NO_CONTENT
