"""Roles, assignments and units as Graph shows them, and the ids of what has none of its own."""

import base64
import binascii

from proofup.directory.roles import Assignment
from proofup.directory.units import Unit
from proofup.graph.answers import Resource
from proofup.graph.errors import not_found
from proofup.policy.roles import DirectoryRole
from proofup.values.ids import UnitId, UserId

WHOLE = "/"
UNITS = "/administrativeUnits/"
ROLE_TYPE = "#microsoft.graph.directoryRole"
UNIT_TYPE = "#microsoft.graph.administrativeUnit"


def role_shown(role: DirectoryRole) -> Resource:
    """Return a ``directoryRole``; the id of a role and that of its template are one."""
    return {
        "id": role.id,
        "deletedDateTime": None,
        "description": role.description or role.name,
        "displayName": role.name,
        "roleTemplateId": role.id,
    }


def template_shown(role: DirectoryRole) -> Resource:
    """Return a ``directoryRoleTemplate``."""
    shown = role_shown(role)
    return {name: shown[name] for name in ("id", "deletedDateTime", "description", "displayName")}


def unit_shown(unit: Unit) -> Resource:
    """Return an ``administrativeUnit``."""
    return {
        "id": unit.id,
        "deletedDateTime": None,
        "displayName": unit.name,
        "description": unit.description,
        "visibility": None,
    }


def assignment_shown(user_id: UserId, held: Assignment) -> Resource:
    """Return a ``unifiedRoleAssignment``."""
    return {
        "id": assignment_id(user_id, held.role, held.unit),
        "principalId": user_id,
        "roleDefinitionId": held.role,
        "directoryScopeId": f"{UNITS}{held.unit}" if held.unit else WHOLE,
        "appScopeId": None,
        "condition": None,
    }


def assignment_id(user_id: UserId, role: str, unit: UnitId | None) -> str:
    """Return the id of an assignment, which is all of what it says."""
    text = "|".join((user_id, role, unit or ""))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def assignment_of(named: str) -> tuple[UserId, str, UnitId | None]:
    """Return what the id of an assignment says. Raises CallRefusedError."""
    try:
        padded = named + "=" * (-len(named) % 4)
        text = base64.b64decode(padded, b"-_", validate=True).decode()
        user_id, role, unit = text.split("|")
    except (binascii.Error, ValueError) as error:
        raise not_found(named[:100]) from error
    return UserId(user_id), role, UnitId(unit) if unit else None
