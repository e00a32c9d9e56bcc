"""``roleDefinitions``: the built-in roles, and custom ones that are made, changed and deleted."""

from uuid import UUID

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from proofup.administration.change_role import change_role
from proofup.administration.create_role import create_role
from proofup.administration.delete_role import delete_role
from proofup.administration.finding_roles import find_custom_role, find_role
from proofup.administration.planned import carry_out
from proofup.graph.answers import NO_CONTENT, Answer, Resource, entity
from proofup.graph.call import Call
from proofup.graph.directory.resource_actions import actions_of, words_of
from proofup.graph.directory.roles import roles_there
from proofup.graph.errors import bad_request
from proofup.graph.shapes import WHOLE
from proofup.graph.short_lists import listed
from proofup.graph.targets import check_may
from proofup.policy.permissions import Permission
from proofup.policy.roles import ROLES, DirectoryRole

ADDRESS = "roleManagement/directory/roleDefinitions"


class Allowed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """An item of ``rolePermissions``; conditions are for built-in roles only."""

    allowed_resource_actions: tuple[str, ...]
    condition: None = None


class NewDefinition(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of POST; a template id becomes the id of the role."""

    display_name: str
    description: str | None = None
    is_enabled: bool = True
    resource_scopes: tuple[str, ...] = (WHOLE,)
    role_permissions: tuple[Allowed, ...]
    template_id: str | None = None


class ChangedDefinition(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"
):
    """The body of PATCH."""

    display_name: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    is_enabled: bool = True
    role_permissions: tuple[Allowed, ...] | UnsetType = UNSET


async def list_definitions(call: Call) -> Answer:
    """List the built-in and the custom roles."""
    found = [_shown(one) for one in await roles_there(call)]
    return listed(call, ADDRESS, found, needs_header=False)


async def get_definition(call: Call) -> Answer:
    """Return one role, built in or custom."""
    check_may(call, Permission.READ_USERS)
    role = await find_role(call.door.ports, call.params["role"].lower())
    return entity(call.metadata(ADDRESS, one=True), _shown(role))


async def create(call: Call) -> Answer:
    """Make a custom role."""
    check_may(call, Permission.ASSIGN_ROLES)
    body, ports = call.body(NewDefinition), call.door.ports
    _check_enabled(enabled=body.is_enabled)
    if body.resource_scopes != (WHOLE,):
        raise bad_request("resourceScopes must be ['/']: an assignment says for whom a role is.")
    act = create_role(
        ports,
        call.actor,
        body.display_name,
        _words(body.role_permissions),
        description=body.description,
        role_id=_id(body.template_id),
        at=call.at,
    )
    role = await carry_out(ports, act)
    context, location = call.metadata(ADDRESS, one=True), f"{call.root}/{ADDRESS}/{role.id}"
    return entity(context, _shown(role), status=201, location=location)


async def update(call: Call) -> Answer:
    """Change a custom role, for all who hold it."""
    check_may(call, Permission.ASSIGN_ROLES)
    ports = call.door.ports
    was = await find_custom_role(ports, call.params["role"].lower())
    body = call.body(ChangedDefinition)
    _check_enabled(enabled=body.is_enabled)
    now = was
    if not isinstance(body.display_name, UnsetType):
        now = replace(now, name=body.display_name)
    if not isinstance(body.description, UnsetType):
        now = replace(now, description=body.description)
    if not isinstance(body.role_permissions, UnsetType):
        now = replace(now, permissions=frozenset(_words(body.role_permissions)))
    await carry_out(ports, change_role(call.actor, was, now, at=call.at))
    return NO_CONTENT


async def delete(call: Call) -> Answer:
    """Delete a custom role that nobody holds."""
    check_may(call, Permission.ASSIGN_ROLES)
    role = await find_role(call.door.ports, call.params["role"].lower())
    await carry_out(call.door.ports, delete_role(call.actor, role, at=call.at))
    return NO_CONTENT


def _words(told: tuple[Allowed, ...]) -> list[str]:
    words = words_of(action for one in told for action in one.allowed_resource_actions)
    if not words:
        raise bad_request("rolePermissions must name at least one resource action.")
    return words


def _check_enabled(*, enabled: bool) -> None:
    if not enabled:
        raise bad_request("isEnabled must be true: a role that nobody shall use is taken away.")


def _id(text: str | None) -> str | None:
    try:
        return str(UUID(text)) if text else None
    except ValueError as error:
        raise bad_request("templateId must be a GUID.") from error


def _shown(role: DirectoryRole) -> Resource:
    """Return a ``unifiedRoleDefinition``."""
    return {
        "id": role.id,
        "description": role.description or role.name,
        "displayName": role.name,
        "isBuiltIn": role.id in ROLES,
        "isEnabled": True,
        "resourceScopes": [WHOLE],
        "templateId": role.id,
        "version": "1",
        "rolePermissions": [
            {"allowedResourceActions": actions_of(role.permissions), "condition": None}
        ],
    }
