"""``administrativeUnits``: groups of people to which a role can be limited."""

from msgspec import UNSET, Struct, UnsetType

from proofup.administration.change_unit import change_unit
from proofup.administration.create_unit import create_unit
from proofup.administration.delete_unit import delete_unit
from proofup.administration.finding_roles import find_unit
from proofup.administration.planned import carry_out
from proofup.directory.units import Unit
from proofup.graph.answers import NO_CONTENT, Answer, collection, entity
from proofup.graph.call import Call
from proofup.graph.errors import not_yet
from proofup.graph.odata.errors import UnsupportedQueryError
from proofup.graph.shapes import unit_shown
from proofup.graph.short_lists import listed
from proofup.graph.targets import check_may
from proofup.policy.permissions import Permission
from proofup.values.ids import UnitId

PAGE, MOST = 100, 999
TOO_MANY = f"Units are filtered and ordered where there are up to {MOST}."
ADDRESS = "directory/administrativeUnits"


class NewUnit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of POST; everybody sees who is a member."""

    display_name: str
    description: str | None = None
    visibility: None = None
    is_member_management_restricted: bool = False


class ChangedUnit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of PATCH."""

    display_name: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    visibility: None = None


async def unit_in(call: Call) -> Unit:
    """Return the unit that the address names, for whoever may read it."""
    check_may(call, Permission.READ_USERS)
    return await find_unit(call.door.ports, call.params["unit"])


async def list_units(call: Call) -> Answer:
    """List the units, a page at a time; those that are filtered or searched for together."""
    check_may(call, Permission.READ_USERS)
    options = call.options
    if options.filter is not None or options.search is not None or options.order:
        found = await call.door.ports.units.page(most=MOST + 1)
        if len(found) > MOST:
            raise UnsupportedQueryError(TOO_MANY)
        return listed(call, ADDRESS, list(map(unit_shown, found)), needs_header=False)
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
    return entity(call.metadata(ADDRESS, one=True), unit_shown(await unit_in(call)))


async def create(call: Call) -> Answer:
    """Make a unit without members."""
    check_may(call, Permission.MANAGE_UNITS)
    ports, body = call.door.ports, call.body(NewUnit)
    if body.is_member_management_restricted:
        raise not_yet("Units with restricted management")
    act = create_unit(
        ports, call.actor, body.display_name, description=body.description, at=call.at
    )
    unit = await carry_out(ports, act)
    context, location = call.metadata(ADDRESS, one=True), f"{call.root}/{ADDRESS}/{unit.id}"
    return entity(context, unit_shown(unit), status=201, location=location)


async def update(call: Call) -> Answer:
    """Give a unit another name or description."""
    check_may(call, Permission.MANAGE_UNITS)
    unit, body = await find_unit(call.door.ports, call.params["unit"]), call.body(ChangedUnit)
    name = unit.name if isinstance(body.display_name, UnsetType) else body.display_name
    description = unit.description if isinstance(body.description, UnsetType) else body.description
    act = change_unit(call.actor, unit, name=name, description=description, at=call.at)
    await carry_out(call.door.ports, act)
    return NO_CONTENT


async def delete(call: Call) -> Answer:
    """Delete a unit; its members stay as they are."""
    check_may(call, Permission.MANAGE_UNITS)
    unit = await find_unit(call.door.ports, call.params["unit"])
    await carry_out(call.door.ports, delete_unit(call.actor, unit, at=call.at))
    return NO_CONTENT
