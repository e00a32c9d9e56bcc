"""``directoryRoles`` and ``roleManagement``: two views of the same assignments."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from proofup.administration.assign_role import assign_role
from proofup.administration.finding_roles import find_role, find_unit
from proofup.administration.planned import carry_out
from proofup.administration.remove_role import remove_role
from proofup.administration.target import target_called, target_of
from proofup.directory.roles import Assignment
from proofup.directory.units import Unit
from proofup.directory.users import Person
from proofup.graph.answers import NO_CONTENT, Answer, Resource, collection, entity
from proofup.graph.call import Call
from proofup.graph.directory.references import referenced, references_shown
from proofup.graph.errors import bad_request, not_found
from proofup.graph.odata.errors import UnsupportedQueryError
from proofup.graph.odata.expressions import Compare, Every
from proofup.graph.odata.filters import read_filter
from proofup.graph.shapes import (
    UNITS,
    WHOLE,
    assignment_id,
    assignment_of,
    assignment_shown,
    role_shown,
    template_shown,
)
from proofup.graph.short_lists import listed
from proofup.graph.targets import check_may
from proofup.graph.users.profile import UNASKED, shown
from proofup.policy.permissions import Permission
from proofup.policy.roles import BUILT_IN, ROLES, DirectoryRole, made_here
from proofup.policy.target import Target
from proofup.values.errors import UnknownUserError
from proofup.values.ids import UserId

MOST = 999
CUSTOM = 200
FILTERED = frozenset({"principalId", "roleDefinitionId", "directoryScopeId"})
CONFLICT = (
    "A conflicting object with one or more of the specified property values is present in the "
    "directory."
)


class NewAssignment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of POST."""

    principal_id: str
    role_definition_id: str
    directory_scope_id: str = WHOLE


async def roles_there(call: Call) -> Sequence[DirectoryRole]:
    """Return the built-in and the custom roles."""
    check_may(call, Permission.READ_USERS)
    custom = await call.door.ports.roles.custom(most=CUSTOM)
    return (*BUILT_IN, *map(made_here, custom))


def _built_in(call: Call) -> DirectoryRole:
    check_may(call, Permission.READ_USERS)
    found = ROLES.get(call.params["role"].lower())
    if found is None:
        raise not_found(call.params["role"][:100])
    return found


async def list_roles(call: Call) -> Answer:
    """List the roles; all built-in ones are active."""
    check_may(call, Permission.READ_USERS)
    return listed(call, "directoryRoles", list(map(role_shown, BUILT_IN)), needs_header=False)


async def get_role(call: Call) -> Answer:
    """Return one role."""
    return entity(call.metadata("directoryRoles", one=True), role_shown(_built_in(call)))


async def activate(call: Call) -> Answer:
    """Refuse to activate a role: all are active."""
    check_may(call, Permission.ASSIGN_ROLES)
    raise bad_request(CONFLICT)


async def list_templates(call: Call) -> Answer:
    """List the templates of the built-in roles."""
    check_may(call, Permission.READ_USERS)
    shown = list(map(template_shown, BUILT_IN))
    return listed(call, "directoryRoleTemplates", shown, needs_header=False)


async def get_template(call: Call) -> Answer:
    """Return one template."""
    context = call.metadata("directoryRoleTemplates", one=True)
    return entity(context, template_shown(_built_in(call)))


async def list_members(call: Call) -> Answer:
    """List who holds a role for the whole organisation."""
    items: list[Resource] = [
        {"@odata.type": "#microsoft.graph.user", **shown(one, UNASKED)}
        for one in await _members(call)
    ]
    return collection(call.metadata("directoryObjects"), items)


async def list_references(call: Call) -> Answer:
    """List the addresses of those who hold a role for the whole organisation."""
    return references_shown(call, [one.user.id for one in await _members(call)])


async def _members(call: Call) -> Sequence[Person]:
    role = _built_in(call)
    found = await call.door.ports.roles.holders(role.id, most=MOST, at=call.at)
    return [one.person for one in found if one.assignment.unit is None]


async def add_member(call: Call) -> Answer:
    """Give a role to the user who is referred to."""
    named = referenced(call)
    role = await find_role(call.door.ports, call.params["role"])
    await assign(call, await principal(call, named), role, None)
    return NO_CONTENT


async def remove_member(call: Call) -> Answer:
    """Take a role away that is held for the whole organisation."""
    role = await find_role(call.door.ports, call.params["role"])
    target = await principal(call, call.params["member"])
    await carry_out(call.door.ports, remove_role(call.actor, target, role, at=call.at))
    return NO_CONTENT


async def list_assignments(call: Call) -> Answer:
    """List who holds what, of one user, of one role, or of all."""
    wanted = _filtered(call)
    if "principalId" in wanted:
        check_may(call, Permission.READ_USERS)
        user_id = UserId(wanted["principalId"].lower())
        held = await call.door.ports.roles.of_user(user_id, at=call.at)
        found = [assignment_shown(user_id, one) for one in sorted(held, key=lambda one: one.role)]
    else:
        found = await _of_roles(call, wanted.get("roleDefinitionId"))
    items = [one for one in found if all(one[name] == value for name, value in wanted.items())]
    return collection(call.metadata("roleManagement/directory/roleAssignments"), items[:MOST])


async def _of_roles(call: Call, named: str | None) -> list[Resource]:
    roles = [one for one in await roles_there(call) if named is None or one.id == named.lower()]
    return [
        assignment_shown(one.person.user.id, one.assignment)
        for role in roles
        for one in await call.door.ports.roles.holders(role.id, most=MOST, at=call.at)
    ]


def _filtered(call: Call) -> Mapping[str, str]:
    if call.options.filter is None:
        return {}
    said = read_filter(call.options.filter)
    found: dict[str, str] = {}
    for part in said.parts if isinstance(said, Every) else (said,):
        match part:
            case Compare(field, "eq", str(value)) if field in FILTERED:
                found[field] = value
            case _:
                message = f"$filter is served by {', '.join(sorted(FILTERED))} with eq and 'and'."
                raise UnsupportedQueryError(message)
    return found


async def get_assignment(call: Call) -> Answer:
    """Return one assignment."""
    check_may(call, Permission.READ_USERS)
    target, held = await _held(call)
    context = call.metadata("roleManagement/directory/roleAssignments", one=True)
    return entity(context, assignment_shown(target.person.user.id, held))


async def create_assignment(call: Call) -> Answer:
    """Give a role, for everybody or for the people of a unit."""
    check_may(call, Permission.ASSIGN_ROLES)
    body, ports = call.body(NewAssignment), call.door.ports
    unit: Unit | None = None
    if body.directory_scope_id != WHOLE:
        if not body.directory_scope_id.startswith(UNITS):
            raise bad_request("Expected directoryScopeId '/' or '/administrativeUnits/{id}'.")
        unit = await find_unit(ports, body.directory_scope_id.removeprefix(UNITS))
    role = await find_role(ports, body.role_definition_id)
    target = await principal(call, body.principal_id)
    await assign(call, target, role, unit)
    held = Assignment(role=role.id, unit=unit.id if unit else None)
    user_id = target.person.user.id
    return entity(
        call.metadata("roleManagement/directory/roleAssignments", one=True),
        assignment_shown(user_id, held),
        status=201,
        location=(
            f"{call.root}/roleManagement/directory/roleAssignments/"
            f"{assignment_id(user_id, held.role, held.unit)}"
        ),
    )


async def delete_assignment(call: Call) -> Answer:
    """Take a role away."""
    check_may(call, Permission.ASSIGN_ROLES)
    ports = call.door.ports
    target, held = await _held(call)
    role = await find_role(ports, held.role)
    unit = None if held.unit is None else await find_unit(ports, held.unit)
    await carry_out(ports, remove_role(call.actor, target, role, unit=unit, at=call.at))
    return NO_CONTENT


async def _held(call: Call) -> tuple[Target, Assignment]:
    named = call.params["assignment"]
    user_id, role, unit = assignment_of(named)
    try:
        target = await target_of(call.door.ports, user_id, at=call.at)
    except UnknownUserError as error:
        raise not_found(named[:100]) from error
    for one in target.roles:
        if (one.role, one.unit) == (role, unit):
            return target, one
    raise not_found(named[:100])


async def principal(call: Call, named: str) -> Target:
    """Return who is to get or lose a role, for whoever may give roles."""
    check_may(call, Permission.ASSIGN_ROLES)
    try:
        return await target_called(call.door.ports, named, at=call.at)
    except UnknownUserError as error:
        raise not_found(named[:100]) from error


async def assign(call: Call, target: Target, role: DirectoryRole, unit: Unit | None) -> None:
    """Give a role that is not held yet."""
    unit_id = unit.id if unit else None
    if any((one.role, one.unit) == (role.id, unit_id) for one in target.roles):
        raise bad_request(CONFLICT)
    act = assign_role(call.actor, target, role, unit=unit, at=call.at)
    await carry_out(call.door.ports, act)
