"""What a person allowed applications themselves, as ``oauth2PermissionGrants`` of that person."""

import base64
import binascii
from collections.abc import Mapping, Sequence

from proofup.administration.applications.withdrawing import withdraw_consent
from proofup.administration.planned import carry_out
from proofup.administration.target import target_of
from proofup.graph.answers import Answer, Resource, collection
from proofup.graph.call import Call
from proofup.graph.targets import check_may, target_in
from proofup.policy.permissions import Permission
from proofup.policy.scopes import graph_permission
from proofup.tokens.application import GRAPH, Application
from proofup.tokens.consent import resource_of
from proofup.tokens.first_party import FIRST_PARTY
from proofup.values.ids import ApplicationId, UserId

FOR_ONE = "Principal"
GRANTS = "oauth2PermissionGrants"


async def list_of_user(call: Call) -> Answer:
    """List what a person allowed each application, a grant for each resource."""
    target = await target_in(call)
    check_may(call, Permission.READ_USERS, target)
    return collection(call.metadata(GRANTS), await consents_of(call, target.person.user.id))


async def consents_of(call: Call, user_id: UserId) -> Sequence[Resource]:
    """Return the grants of a person."""
    found = await call.door.own.consents.of_user(user_id)
    return [
        grant
        for application_id, keys in sorted(found.items())
        for grant in await _grants(call, user_id, application_id, keys)
    ]


async def consent_called(call: Call, named: str) -> Resource | None:
    """Return the grant of a person that has this id."""
    user_id, _, _ = _said(named)
    return next((one for one in await consents_of(call, user_id) if one["id"] == named), None)


async def withdrawn(call: Call, named: str) -> bool:
    """Withdraw the grant of a person that has this id, and tell whether there is one."""
    if await consent_called(call, named) is None:
        return False
    ports, (user_id, application_id, resource) = call.door.ports, _said(named)
    target = await target_of(ports, user_id, at=call.at)
    check_may(call, Permission.GRANT_PERMISSIONS, target)
    client = await _application(call, application_id)
    allowed = await call.door.own.consents.of(user_id, application_id)
    if client is not None:
        act = withdraw_consent(call.actor, target, client, allowed, resource, at=call.at)
        await carry_out(ports, act)
    return client is not None


def _said(named: str) -> tuple[UserId, ApplicationId, str]:
    """Return person, application and resource of a grant; empty where the id is none of ours."""
    try:
        text = base64.b64decode(named + "=" * (-len(named) % 4), b"-_", validate=True).decode()
        user_id, application_id, resource = text.split("|")
    except (binascii.Error, ValueError):
        return UserId(""), ApplicationId(""), ""
    return UserId(user_id), ApplicationId(application_id), resource


async def _grants(
    call: Call, user_id: UserId, application_id: ApplicationId, keys: frozenset[str]
) -> Sequence[Resource]:
    client = await _application(call, application_id)
    if client is None:
        return ()
    names: dict[str, list[str]] = {}
    for key in sorted(keys):
        names.setdefault(resource_of(key), []).append(key.rpartition("/")[2])
    found = []
    for resource, values in names.items():
        offering = await _application(call, ApplicationId(resource)) if resource else None
        written = _written(offering) if resource else _names_of_graph(values)
        text = f"{user_id}|{application_id}|{resource}"
        found.append(
            {
                "id": base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
                "clientId": client.principal_id,
                "consentType": FOR_ONE,
                "principalId": user_id,
                "resourceId": offering.principal_id if offering else resource or GRAPH,
                "scope": " ".join(written.get(value, value) for value in values),
            }
        )
    return found


async def _application(call: Call, application_id: ApplicationId) -> Application | None:
    built_in = FIRST_PARTY.get(application_id)
    return built_in or await call.door.ports.applications.by_id(application_id)


def _written(resource: Application | None) -> Mapping[str, str]:
    """Return the scopes of a resource as it writes them, by their names in lower case."""
    return {one.value.lower(): one.value for one in (resource.exposed_scopes if resource else ())}


def _names_of_graph(keys: Sequence[str]) -> Mapping[str, str]:
    found = map(graph_permission, keys)
    return {one.name.lower(): one.name for one in found if one is not None}
