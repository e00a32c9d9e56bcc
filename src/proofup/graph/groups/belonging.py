"""What a person belongs to: groups, directory roles and administrative units."""

from contextlib import suppress

from msgspec import Struct

from proofup.administration.finding_roles import UnknownRoleError, find_role
from proofup.graph.answers import Answer, Resource, collection, narrowed
from proofup.graph.call import Call
from proofup.graph.errors import bad_request
from proofup.graph.groups.shapes import TYPE, group_shown
from proofup.graph.shapes import role_shown, unit_shown
from proofup.graph.users.reading import readable
from proofup.policy.target import Target

MOST = 1000  # ids in a body
STRINGS = "Collection(Edm.String)"


class Which(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of getMemberGroups and getMemberObjects; all groups here are security groups."""

    security_enabled_only: bool = False


class OfGroups(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of checkMemberGroups."""

    group_ids: tuple[str, ...]


class OfObjects(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of checkMemberObjects."""

    ids: tuple[str, ...]


async def list_everything(call: Call) -> Answer:
    """List all that a person belongs to."""
    target = await readable(call)
    return _listed(call, await _every(call, target))


async def list_groups(call: Call) -> Answer:
    """List the groups of a person."""
    return _listed(call, await _groups(call, await readable(call)))


async def list_roles(call: Call) -> Answer:
    """List the directory roles that a person holds for the whole organisation."""
    return _listed(call, await _roles(call, await readable(call)))


async def list_units(call: Call) -> Answer:
    """List the administrative units of a person."""
    return _listed(call, await _units(call, await readable(call)))


async def get_member_groups(call: Call) -> Answer:
    """Return the ids of the groups of a person."""
    call.body(Which)
    found = await _groups(call, await readable(call))
    return _strings(call, [one["id"] for one in found])


async def get_member_objects(call: Call) -> Answer:
    """Return the ids of all that a person belongs to; with securityEnabledOnly of groups."""
    asked, target = call.body(Which), await readable(call)
    only_groups = asked.security_enabled_only
    found = await _groups(call, target) if only_groups else await _every(call, target)
    return _strings(call, [one["id"] for one in found])


async def check_member_groups(call: Call) -> Answer:
    """Return those of the ids that are groups of the person."""
    asked = _bounded(call.body(OfGroups).group_ids)
    held = {one["id"] for one in await _groups(call, await readable(call))}
    return _strings(call, [one for one in asked if one in held])


async def check_member_objects(call: Call) -> Answer:
    """Return those of the ids that the person belongs to."""
    asked, target = _bounded(call.body(OfObjects).ids), await readable(call)
    held = {one["id"] for one in await _every(call, target)}
    return _strings(call, [one for one in asked if one in held])


async def _groups(call: Call, target: Target) -> list[Resource]:
    found = await call.door.ports.groups.of_user(target.person.user.id)
    return [{"@odata.type": TYPE, **group_shown(one)} for one in found]


async def _roles(call: Call, target: Target) -> list[Resource]:
    """Return the roles for the whole organisation; one that a later version knows is left out."""
    kind, found = "#microsoft.graph.directoryRole", list[Resource]()
    for one in sorted(target.roles, key=lambda one: one.role):
        if one.unit is None:
            with suppress(UnknownRoleError):
                role = await find_role(call.door.ports, one.role)
                found.append({"@odata.type": kind, **role_shown(role)})
    return found


async def _every(call: Call, target: Target) -> list[Resource]:
    groups = await _groups(call, target)
    return [*groups, *await _roles(call, target), *await _units(call, target)]


async def _units(call: Call, target: Target) -> list[Resource]:
    found = [await call.door.ports.units.called(one) for one in sorted(target.units)]
    kind = "#microsoft.graph.administrativeUnit"
    return [{"@odata.type": kind, **unit_shown(one)} for one in found if one is not None]


def _listed(call: Call, items: list[Resource]) -> Answer:
    shown = [narrowed(one, call.options.select) for one in items]
    count = len(shown) if call.options.count and call.is_eventual else None
    return collection(call.metadata("directoryObjects"), shown, count=count)


def _strings(call: Call, values: list[str]) -> Answer:
    return Answer(body={"@odata.context": call.metadata(STRINGS), "value": values})


def _bounded(ids: tuple[str, ...]) -> list[str]:
    if len(ids) > MOST:
        message = f"Too many ids: at most {MOST}."
        raise bad_request(message)
    return [one.lower() for one in ids]
