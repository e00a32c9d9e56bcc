"""App roles that an application has in others, as ``appRoleAssignments`` of it."""

import base64
from collections.abc import Sequence

from proofup.administration.applications.app_permissions import give_app_role, take_app_role
from proofup.administration.planned import carry_out
from proofup.graph.answers import Resource, instant
from proofup.graph.call import Call
from proofup.tokens.application import Application, HeldRole
from proofup.values.ids import ApplicationId


async def held_by(call: Call, client: Application) -> Sequence[Resource]:
    """Return the app roles of ``client`` in applications that are still there."""
    found = []
    for held in client.held_roles:
        resource = await call.door.ports.applications.by_id(held.resource)
        if resource is not None:
            found.append(shown(client, resource, held))
    return found


async def give(call: Call, client: Application, resource: Application, role_id: str) -> Resource:
    """Give ``client`` an app role of ``resource``, and return the assignment."""
    act = give_app_role(call.actor, client, resource, role_id, at=call.at)
    changed = await carry_out(call.door.ports, act)
    return shown(changed, resource, HeldRole(resource=resource.id, id=role_id))


async def take(call: Call, client: Application, named: str) -> bool:
    """Take the app role away that ``named`` says, and tell whether ``client`` had it."""
    resource, _, role_id = named.partition("|")
    held = HeldRole(resource=ApplicationId(resource), id=role_id)
    if held not in client.held_roles:
        return False
    await carry_out(call.door.ports, take_app_role(call.actor, client, held, at=call.at))
    return True


def shown(client: Application, resource: Application, held: HeldRole) -> Resource:
    """Return an app role that ``client`` has in ``resource``, as an assignment."""
    text = f"{client.id}|{held.resource}|{held.id}"
    return {
        "id": base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
        "deletedDateTime": None,
        "appRoleId": held.id,
        "createdDateTime": instant(client.created_at),
        "principalId": client.principal_id,
        "principalDisplayName": client.name,
        "principalType": "ServicePrincipal",
        "resourceId": resource.principal_id,
        "resourceDisplayName": resource.name,
    }
