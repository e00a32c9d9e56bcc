"""``administrativeUnits``: groups of people to which a role can be limited."""

from msgspec import Struct

from proofup.administration.add_member import add_member
from proofup.administration.create_unit import create_unit
from proofup.administration.delete_unit import delete_unit
from proofup.administration.finding_roles import find_unit
from proofup.administration.planned import carry_out
from proofup.administration.remove_member import remove_member
from proofup.administration.target import target_called
from proofup.directory.units import Unit
from proofup.graph.answers import NO_CONTENT, Answer, Resource, collection, entity
from proofup.graph.call import Call
from proofup.graph.directory.references import referenced
from proofup.graph.errors import bad_request, not_found
from proofup.graph.shapes import unit_shown
from proofup.graph.targets import check_may
from proofup.graph.users.profile import UNASKED, shown
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.errors import UnknownUserError
from proofup.values.ids import UnitId, UserId

PAGE = 100
ADDRESS = "directory/administrativeUnits"
THERE_ALREADY = (
    "One or more added object references already exist for the following modified properties: "
    "'members'."
)


class NewUnit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of POST."""

    display_name: str


async def _unit(call: Call) -> Unit:
    check_may(call, Permission.READ_USERS)
    return await find_unit(call.door.ports, call.params["unit"])


async def list_units(call: Call) -> Answer:
    """List the units, a page at a time."""
    check_may(call, Permission.READ_USERS)
    most = call.options.top or PAGE
    after = UnitId(call.options.token) if call.options.token else None
    found = await call.door.ports.units.page(after=after, most=most + 1)
    return collection(
        call.metadata(ADDRESS),
        list(map(unit_shown, found[:most])),
        following=call.following(found[most - 1].id) if len(found) > most else None,
    )


async def get_unit(call: Call) -> Answer:
    """Return one unit."""
    return entity(call.metadata(ADDRESS, one=True), unit_shown(await _unit(call)))


async def create(call: Call) -> Answer:
    """Make a unit without members."""
    check_may(call, Permission.MANAGE_UNITS)
    ports, name = call.door.ports, call.body(NewUnit).display_name
    unit = await carry_out(ports, create_unit(ports, call.actor, name, at=call.at))
    context, location = call.metadata(ADDRESS, one=True), f"{call.root}/{ADDRESS}/{unit.id}"
    return entity(context, unit_shown(unit), status=201, location=location)


async def delete(call: Call) -> Answer:
    """Delete a unit; its members stay as they are."""
    check_may(call, Permission.MANAGE_UNITS)
    unit = await find_unit(call.door.ports, call.params["unit"])
    await carry_out(call.door.ports, delete_unit(call.actor, unit, at=call.at))
    return NO_CONTENT


async def list_members(call: Call) -> Answer:
    """List the members, a page at a time."""
    unit, most = await _unit(call), call.options.top or PAGE
    after = UserId(call.options.token) if call.options.token else None
    found = await call.door.ports.units.members(unit.id, after=after, most=most + 1)
    items: list[Resource] = [
        {"@odata.type": "#microsoft.graph.user", **shown(one, UNASKED)} for one in found[:most]
    ]
    following = call.following(found[most - 1].user.id) if len(found) > most else None
    return collection(call.metadata("directoryObjects"), items, following=following)


async def add(call: Call) -> Answer:
    """Add the user who is referred to."""
    target, unit = await _managed(call, referenced(call))
    if not await carry_out(call.door.ports, add_member(call.actor, target, unit, at=call.at)):
        raise bad_request(THERE_ALREADY)
    return NO_CONTENT


async def remove(call: Call) -> Answer:
    """Take a member out."""
    target, unit = await _managed(call, call.params["member"])
    act = remove_member(call.actor, target, unit, at=call.at)
    if not await carry_out(call.door.ports, act):
        raise not_found(call.params["member"][:100])
    return NO_CONTENT


async def _managed(call: Call, named: str) -> tuple[Target, Unit]:
    check_may(call, Permission.MANAGE_UNITS)
    unit = await find_unit(call.door.ports, call.params["unit"])
    try:
        return await target_called(call.door.ports, named, at=call.at), unit
    except UnknownUserError as error:
        raise not_found(named[:100]) from error
