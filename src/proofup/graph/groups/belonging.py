"""What a person belongs to: groups, directory roles and administrative units."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeAlias

from msgspec import Struct

from proofup.administration.finding_roles import UnknownRoleError, find_role
from proofup.graph.answers import Answer, Resource
from proofup.graph.call import Call
from proofup.graph.errors import bad_request
from proofup.graph.groups.shapes import TYPE, group_shown
from proofup.graph.shapes import ROLE_TYPE, UNIT_TYPE, role_shown, unit_shown
from proofup.graph.short_lists import count_of, listed
from proofup.graph.users.reading import readable
from proofup.policy.target import Target

MOST = 20  # ids in a body
STRINGS = "Collection(Edm.String)"

Source: TypeAlias = Callable[[Call, Target], Awaitable[list[Resource]]]


class Which(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of getMemberGroups and getMemberObjects; all groups here are security groups."""

    security_enabled_only: bool | None = False


class OfGroups(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of checkMemberGroups."""

    group_ids: tuple[str, ...]


class OfObjects(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of checkMemberObjects."""

    ids: tuple[str, ...]


async def list_of(call: Call, source: Source) -> Answer:
    """List what a person belongs to, of one kind or of all."""
    return listed(call, "directoryObjects", await source(call, await readable(call)))


async def count(call: Call, source: Source) -> Answer:
    """Return to how many a person belongs."""
    return count_of(call, await source(call, await readable(call)))


async def list_owned(call: Call) -> Answer:
    """List what a person owns: groups that they look after."""
    target = await readable(call)
    found = await call.door.ports.groups.owned_by(target.person.user.id)
    items = [{"@odata.type": TYPE, **group_shown(one)} for one in found]
    return listed(call, "directoryObjects", items)


async def get_member_groups(call: Call) -> Answer:
    """Return the ids of the groups of a person."""
    call.body(Which)
    found = await groups(call, await readable(call))
    return strings(call, [one["id"] for one in found])


async def get_member_objects(call: Call) -> Answer:
    """Return the ids of all that a person belongs to; with securityEnabledOnly of groups."""
    asked, target = call.body(Which), await readable(call)
    found = await (groups if asked.security_enabled_only else everything)(call, target)
    return strings(call, [one["id"] for one in found])


async def check_member_groups(call: Call) -> Answer:
    """Return those of the ids that are groups of the person."""
    asked = bounded(call.body(OfGroups).group_ids)
    held = {one["id"] for one in await groups(call, await readable(call))}
    return strings(call, [one for one in asked if one in held])


async def check_member_objects(call: Call) -> Answer:
    """Return those of the ids that the person belongs to."""
    asked, target = bounded(call.body(OfObjects).ids), await readable(call)
    held = {one["id"] for one in await everything(call, target)}
    return strings(call, [one for one in asked if one in held])


async def groups(call: Call, target: Target) -> list[Resource]:
    """Return the groups of a person."""
    found = await call.door.ports.groups.of_user(target.person.user.id)
    return [{"@odata.type": TYPE, **group_shown(one)} for one in found]


async def roles(call: Call, target: Target) -> list[Resource]:
    """Return the roles for the whole organisation; one that a later version knows is left out."""
    return await roles_called(call, [one.role for one in target.roles if one.unit is None])


async def roles_called(call: Call, ids: list[str]) -> list[Resource]:
    """Return the directory roles of these ids that this version knows."""
    found = list[Resource]()
    for one in ids:
        with suppress(UnknownRoleError):
            role = await find_role(call.door.ports, one)
            found.append({"@odata.type": ROLE_TYPE, **role_shown(role)})
    return found


async def units(call: Call, target: Target) -> list[Resource]:
    """Return the administrative units of a person."""
    found = [await call.door.ports.units.called(one) for one in sorted(target.units)]
    return [{"@odata.type": UNIT_TYPE, **unit_shown(one)} for one in found if one is not None]


async def everything(call: Call, target: Target) -> list[Resource]:
    """Return all that a person belongs to."""
    return [*await groups(call, target), *await roles(call, target), *await units(call, target)]


def strings(call: Call, values: list[str]) -> Answer:
    """Return the answer that is a list of texts."""
    return Answer(body={"@odata.context": call.metadata(STRINGS), "value": values})


def bounded(ids: tuple[str, ...]) -> list[str]:
    """Return ids as they are stored. Raises CallRefusedError for too many."""
    if len(ids) > MOST:
        message = f"Too many ids: at most {MOST}."
        raise bad_request(message)
    return [one.lower() for one in ids]
