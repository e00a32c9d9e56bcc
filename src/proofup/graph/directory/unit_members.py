"""Members of ``administrativeUnits``: listed, added, made in the unit, and taken out."""

from collections.abc import Sequence
from typing import Any

from proofup.administration.add_member import add_member
from proofup.administration.add_people import add_people
from proofup.administration.finding_roles import find_unit
from proofup.administration.planned import Planned, carry_out, together
from proofup.administration.remove_member import remove_member
from proofup.administration.target import target_called
from proofup.directory.units import Unit
from proofup.directory.users import Person
from proofup.graph.answers import NO_CONTENT, Answer, Resource, collection, entity
from proofup.graph.call import Call
from proofup.graph.directory.references import referenced, references_shown
from proofup.graph.directory.units import unit_in
from proofup.graph.errors import bad_request, not_found, not_yet
from proofup.graph.scopes import ADD_USERS
from proofup.graph.short_lists import listed
from proofup.graph.targets import check_may, check_scopes
from proofup.graph.users.adding import newcomer_in
from proofup.graph.users.listing import page_size
from proofup.graph.users.profile import UNASKED, check_known, shown
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.errors import UnknownUserError
from proofup.values.ids import UserId

USER = "#microsoft.graph.user"
THERE_ALREADY = (
    "One or more added object references already exist for the following modified properties: "
    "'members'."
)


async def list_members(call: Call) -> Answer:
    """List the members, a page at a time."""
    names = check_known(call.options.select)
    found, following = await _page(call)
    items: list[Resource] = [
        {"@odata.type": USER, "id": one.user.id, **shown(one, names)} for one in found
    ]
    return collection(call.metadata("directoryObjects"), items, following=following)


async def list_references(call: Call) -> Answer:
    """List the addresses of the members, a page at a time."""
    found, following = await _page(call)
    return references_shown(call, [one.user.id for one in found], following=following)


async def list_groups(call: Call) -> Answer:
    """List the members that are groups: members are people."""
    await unit_in(call)
    return listed(call, "groups", [])


async def add(call: Call) -> Answer:
    """Add the user who is referred to."""
    target, unit = await _managed(call, referenced(call))
    if not await carry_out(call.door.ports, add_member(call.actor, target, unit, at=call.at)):
        raise bad_request(THERE_ALREADY)
    return NO_CONTENT


async def create(call: Call) -> Answer:
    """Add a new user to the directory, as a member of the unit from the beginning."""
    check_may(call, Permission.MANAGE_UNITS)
    check_scopes(call, ADD_USERS)
    unit, ports = await find_unit(call.door.ports, call.params["unit"]), call.door.ports
    if str(call.json().get("@odata.type", USER)).lstrip("#") != USER.lstrip("#"):
        raise not_yet("Members of units that are no users")
    newcomer = await newcomer_in(call)
    person = Person(newcomer.user, newcomer.account)
    target = Target(person=person, held=newcomer.methods, policy=await call.door.policies.current())
    acts: list[Planned[Any]] = [
        add_people(call.actor, [newcomer], at=call.at),
        add_member(call.actor, target, unit, at=call.at),
    ]
    await carry_out(ports, together(acts))
    return entity(
        call.metadata("directoryObjects", one=True),
        {"@odata.type": USER, **shown(person, UNASKED)},
        status=201,
        location=f"{call.root}/directoryObjects/{newcomer.user.id}",
    )


async def remove(call: Call) -> Answer:
    """Take a member out."""
    target, unit = await _managed(call, call.params["member"])
    act = remove_member(call.actor, target, unit, at=call.at)
    if not await carry_out(call.door.ports, act):
        raise not_found(call.params["member"][:100])
    return NO_CONTENT


async def _page(call: Call) -> tuple[Sequence[Person], str | None]:
    """Return the members of the page, and the address of the next one."""
    call.options.refuse("filter", "search", "orderby", "skip", "expand")
    unit, most = await unit_in(call), page_size(call)
    after = UserId(call.options.token) if call.options.token else None
    found = await call.door.ports.units.members(unit.id, after=after, most=most + 1)
    following = call.following(found[most - 1].user.id) if len(found) > most else None
    return found[:most], following


async def _managed(call: Call, named: str) -> tuple[Target, Unit]:
    check_may(call, Permission.MANAGE_UNITS)
    unit = await find_unit(call.door.ports, call.params["unit"])
    try:
        return await target_called(call.door.ports, named, at=call.at), unit
    except UnknownUserError as error:
        raise not_found(named[:100]) from error
