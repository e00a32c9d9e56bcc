"""``scopedRoleMembers``: who holds a role for the people of an administrative unit."""

from msgspec import Struct

from proofup.administration.finding_roles import find_role, find_unit
from proofup.administration.planned import carry_out
from proofup.administration.remove_role import remove_role
from proofup.administration.target import target_of
from proofup.directory.roles import Assignment, Holder
from proofup.directory.units import Unit
from proofup.directory.users import User
from proofup.graph.answers import NO_CONTENT, Answer, Resource, collection, entity
from proofup.graph.call import Call
from proofup.graph.directory.roles import assign, principal
from proofup.graph.directory.units import ADDRESS, unit_in
from proofup.graph.errors import not_found
from proofup.graph.shapes import assignment_id, assignment_of
from proofup.graph.targets import check_may
from proofup.graph.users.listing import page_size
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.errors import UnknownUserError

CONTEXT = "scopedRoleMemberships"


class Member(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """``roleMemberInfo``: who gets the role, by their id; the name says nothing."""

    id: str
    display_name: str | None = None


class NewMembership(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of POST."""

    role_id: str
    role_member_info: Member


async def list_memberships(call: Call) -> Answer:
    """List who holds a role for the unit, a page at a time."""
    call.options.refuse("filter", "search", "orderby", "skip", "expand")
    unit, most, token = await unit_in(call), page_size(call), call.options.token
    after = assignment_of(token)[:2] if token else None
    found = await call.door.ports.roles.for_unit(unit.id, after=after, most=most + 1, at=call.at)
    items = [_shown(one.person.user, one.assignment.role, unit) for one in found[:most]]
    following = call.following(_id(found[most - 1], unit)) if len(found) > most else None
    return collection(call.metadata(CONTEXT), items, following=following)


async def get(call: Call) -> Answer:
    """Return one assignment of a role for the unit."""
    unit = await unit_in(call)
    target, held = await _held(call, unit)
    shown = _shown(target.person.user, held.role, unit)
    return entity(call.metadata(CONTEXT, one=True), shown)


async def create(call: Call) -> Answer:
    """Give a role for the people of the unit."""
    check_may(call, Permission.ASSIGN_ROLES)
    body, ports = call.body(NewMembership), call.door.ports
    unit = await find_unit(ports, call.params["unit"])
    role = await find_role(ports, body.role_id)
    target = await principal(call, body.role_member_info.id)
    await assign(call, target, role, unit)
    shown = _shown(target.person.user, role.id, unit)
    location = f"{call.root}/{ADDRESS}/{unit.id}/scopedRoleMembers/{shown['id']}"
    return entity(call.metadata(CONTEXT, one=True), shown, status=201, location=location)


async def delete(call: Call) -> Answer:
    """Take a role away that is held for the unit."""
    check_may(call, Permission.ASSIGN_ROLES)
    ports = call.door.ports
    unit = await find_unit(ports, call.params["unit"])
    target, held = await _held(call, unit)
    role = await find_role(ports, held.role)
    await carry_out(ports, remove_role(call.actor, target, role, unit=unit, at=call.at))
    return NO_CONTENT


async def _held(call: Call, unit: Unit) -> tuple[Target, Assignment]:
    """Return who holds what, by the id in the address. Raises CallRefusedError."""
    named = call.params["membership"]
    user_id, role, _ = assignment_of(named)
    try:
        target = await target_of(call.door.ports, user_id, at=call.at)
    except UnknownUserError as error:
        raise not_found(named[:100]) from error
    for one in target.roles:
        if (one.role, one.unit) == (role, unit.id):
            return target, one
    raise not_found(named[:100])


def _id(held: Holder, unit: Unit) -> str:
    return assignment_id(held.person.user.id, held.assignment.role, unit.id)


def _shown(user: User, role: str, unit: Unit) -> Resource:
    return {
        "id": assignment_id(user.id, role, unit.id),
        "administrativeUnitId": unit.id,
        "roleId": role,
        "roleMemberInfo": {"id": user.id, "displayName": user.display_name},
    }
