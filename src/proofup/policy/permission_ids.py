"""Ids of Graph's permissions, by which applications name the ones that they need or are given.

Scripts look a permission up by its name, and name it by its id afterwards. The ids are made from
the names, so they are the same in every Proofup; they are not Entra's.
"""

from collections.abc import Mapping
from uuid import NAMESPACE_URL, uuid5

from proofup.policy.scopes import GRAPH_PERMISSIONS


def role_id(name: str) -> str:
    """Return the id of an application permission."""
    return str(uuid5(NAMESPACE_URL, f"https://graph.microsoft.com/appRoles/{name}"))


def scope_id(name: str) -> str:
    """Return the id of a delegated permission."""
    return str(uuid5(NAMESPACE_URL, f"https://graph.microsoft.com/scopes/{name}"))


APPLICATION_NAMES = [one.name for one in GRAPH_PERMISSIONS.values() if one.application]
DELEGATED_NAMES = [one.name for one in GRAPH_PERMISSIONS.values() if one.delegated]
NAME_OF_ROLE: Mapping[str, str] = {role_id(name): name for name in APPLICATION_NAMES}
NAME_OF_SCOPE: Mapping[str, str] = {scope_id(name): name for name in DELEGATED_NAMES}
