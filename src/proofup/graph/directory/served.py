"""The operations on the organisation."""

from collections.abc import Iterator, Sequence

from proofup.graph.directory import (
    definitions,
    organisation,
    policies,
    roles,
    scoped_roles,
    unit_members,
    units,
)
from proofup.graph.operations import Handle, Operation
from proofup.graph.resources import BETA
from proofup.graph.scopes import (
    CHANGE_AUTHORIZATION,
    CHANGE_DEFAULTS,
    CHANGE_ORGANISATION,
    CHANGE_ROLES,
    CHANGE_UNITS,
    READ_AUTHORIZATION,
    READ_DEFAULTS,
    READ_DOMAINS,
    READ_ORGANISATION,
    READ_ROLES,
    READ_UNITS,
    Scopes,
)

ROLE = "/directoryRoles/{role}"
V1 = ("v1.0",)
AUTHORIZATION = "/policies/authorizationPolicy"
DEFAULTS = "/policies/identitySecurityDefaultsEnforcementPolicy"
UNITS = "/directory/administrativeUnits"
UNIT = f"{UNITS}/{{unit}}"
MANAGED = "/roleManagement/directory"
SCOPED = f"{UNIT}/scopedRoleMembers"
DEFINITIONS = f"{MANAGED}/roleDefinitions"
ASSIGNMENTS = f"{MANAGED}/roleAssignments"
SERVED: tuple[tuple[str, str, Handle, Scopes], ...] = (
    ("GET", AUTHORIZATION, policies.get_authorization, READ_AUTHORIZATION),
    ("GET", DEFAULTS, policies.get_defaults, READ_DEFAULTS),
    ("PATCH", DEFAULTS, policies.update_defaults, CHANGE_DEFAULTS),
    ("GET", "/organization", organisation.list_organisations, READ_ORGANISATION),
    ("GET", "/organization/{organisation}", organisation.get_organisation, READ_ORGANISATION),
    ("GET", "/domains", organisation.list_domains, READ_DOMAINS),
    ("GET", "/domains/{domain}", organisation.get_domain, READ_DOMAINS),
    ("GET", "/directoryRoles", roles.list_roles, READ_ROLES),
    ("POST", "/directoryRoles", roles.activate, CHANGE_ROLES),
    ("GET", ROLE, roles.get_role, READ_ROLES),
    ("GET", f"{ROLE}/members", roles.list_members, READ_ROLES),
    ("GET", f"{ROLE}/members/$ref", roles.list_references, READ_ROLES),
    ("POST", f"{ROLE}/members/$ref", roles.add_member, CHANGE_ROLES),
    ("DELETE", f"{ROLE}/members/{{member}}/$ref", roles.remove_member, CHANGE_ROLES),
    ("GET", "/directoryRoleTemplates", roles.list_templates, READ_ROLES),
    ("GET", "/directoryRoleTemplates/{role}", roles.get_template, READ_ROLES),
    ("GET", DEFINITIONS, definitions.list_definitions, READ_ROLES),
    ("POST", DEFINITIONS, definitions.create, CHANGE_ROLES),
    ("GET", f"{DEFINITIONS}/{{role}}", definitions.get_definition, READ_ROLES),
    ("PATCH", f"{DEFINITIONS}/{{role}}", definitions.update, CHANGE_ROLES),
    ("DELETE", f"{DEFINITIONS}/{{role}}", definitions.delete, CHANGE_ROLES),
    ("GET", ASSIGNMENTS, roles.list_assignments, READ_ROLES),
    ("POST", ASSIGNMENTS, roles.create_assignment, CHANGE_ROLES),
    ("GET", f"{ASSIGNMENTS}/{{assignment}}", roles.get_assignment, READ_ROLES),
    ("DELETE", f"{ASSIGNMENTS}/{{assignment}}", roles.delete_assignment, CHANGE_ROLES),
    ("GET", UNITS, units.list_units, READ_UNITS),
    ("POST", UNITS, units.create, CHANGE_UNITS),
    ("GET", UNIT, units.get_unit, READ_UNITS),
    ("PATCH", UNIT, units.update, CHANGE_UNITS),
    ("DELETE", UNIT, units.delete, CHANGE_UNITS),
    ("GET", f"{UNIT}/members", unit_members.list_members, READ_UNITS),
    ("POST", f"{UNIT}/members", unit_members.create, CHANGE_UNITS),
    ("GET", f"{UNIT}/members/user", unit_members.list_members, READ_UNITS),
    ("GET", f"{UNIT}/members/group", unit_members.list_groups, READ_UNITS),
    ("GET", f"{UNIT}/members/$ref", unit_members.list_references, READ_UNITS),
    ("POST", f"{UNIT}/members/$ref", unit_members.add, CHANGE_UNITS),
    ("DELETE", f"{UNIT}/members/{{member}}/$ref", unit_members.remove, CHANGE_UNITS),
    ("GET", SCOPED, scoped_roles.list_memberships, READ_ROLES),
    ("POST", SCOPED, scoped_roles.create, CHANGE_ROLES),
    ("GET", f"{SCOPED}/{{membership}}", scoped_roles.get, READ_ROLES),
    ("DELETE", f"{SCOPED}/{{membership}}", scoped_roles.delete, CHANGE_ROLES),
)

ONE_OF_BETA = f"{AUTHORIZATION}/{{policy}}"
OF_AUTHORIZATION: tuple[tuple[str, str, Handle, Scopes, Sequence[str]], ...] = (
    ("GET", ONE_OF_BETA, policies.get_authorization_called, READ_AUTHORIZATION, BETA),
    ("PATCH", ONE_OF_BETA, policies.update_authorization, CHANGE_AUTHORIZATION, BETA),
    ("PATCH", AUTHORIZATION, policies.update_authorization, CHANGE_AUTHORIZATION, V1),
)


def operations() -> Iterator[Operation]:
    """Yield all of them."""
    yield Operation(
        verb="PATCH",
        path="/organization/{organisation}",
        handle=organisation.update,
        scopes=CHANGE_ORGANISATION,
        is_refusal=True,
    )
    for verb, path, handle, scopes, versions in OF_AUTHORIZATION:
        yield Operation(verb=verb, path=path, handle=handle, scopes=scopes, versions=versions)
    for verb, path, handle, scopes in SERVED:
        yield Operation(verb=verb, path=path, handle=handle, scopes=scopes)
