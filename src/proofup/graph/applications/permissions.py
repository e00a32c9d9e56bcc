"""Graph itself as a service principal, with its permissions."""

from proofup.graph.answers import Resource
from proofup.policy.permission_ids import APPLICATION_NAMES, DELEGATED_NAMES, role_id, scope_id
from proofup.policy.scopes import GRAPH_PERMISSIONS
from proofup.tokens.application import GRAPH

NAME = "Microsoft Graph"


def graph_shown() -> Resource:
    """Return the service principal of Graph."""
    return {
        "id": GRAPH,
        "appId": GRAPH,
        "displayName": NAME,
        "appDisplayName": NAME,
        "accountEnabled": True,
        "appRoleAssignmentRequired": False,
        "servicePrincipalType": "Application",
        "servicePrincipalNames": [GRAPH, "https://graph.microsoft.com"],
        "appRoles": [
            {
                "id": role_id(name),
                "value": name,
                "displayName": name,
                "description": name,
                "allowedMemberTypes": ["Application"],
                "isEnabled": True,
                "origin": "Application",
            }
            for name in APPLICATION_NAMES
        ],
        "oauth2PermissionScopes": [
            {
                "id": scope_id(name),
                "value": name,
                "adminConsentDisplayName": name,
                "adminConsentDescription": name,
                "isEnabled": True,
                "type": "Admin" if GRAPH_PERMISSIONS[name.lower()].permits else "User",
            }
            for name in DELEGATED_NAMES
        ],
    }
