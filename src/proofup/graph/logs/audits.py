"""``auditLogs/directoryAudits``: what was done to whom, by whom."""

from collections.abc import Mapping

from proofup.audit.entry import Entry
from proofup.audit.events.catalogue import EVENTS
from proofup.directory.users import User
from proofup.graph.answers import Answer, Resource, entity, instant, narrowed
from proofup.graph.call import Call
from proofup.graph.errors import CallRefusedError
from proofup.graph.logs.entries import (
    OF_CHALLENGES,
    OF_SIGN_INS,
    asked_for,
    entry_id,
    one_called,
    page,
    users_of,
)
from proofup.graph.targets import check_may
from proofup.policy.permissions import Permission
from proofup.values.ids import UserId

WORDS = frozenset(EVENTS) - OF_SIGN_INS - OF_CHALLENGES
ADDRESS = "auditLogs/directoryAudits"
BY_ADMINISTRATOR: Mapping[str, str] = {
    "methodAdded": "Admin registered security info",
    "methodReplaced": "Admin updated security info",
    "methodRemoved": "Admin deleted security info",
    "methodsReset": "Admin deleted security info",
    "passwordSet": "Reset user password",
}
BY_OWNER: Mapping[str, str] = {
    "methodAdded": "User registered security info",
    "methodReplaced": "User updated security info",
    "methodRemoved": "User deleted security info",
    "defaultMethodChanged": "User changed default security info",
    "passwordSet": "Change user password",
}


async def list_audits(call: Call) -> Answer:
    """List what was done, newest first."""
    check_may(call, Permission.READ_AUDIT_LOG)
    asked = await asked_for(call, time="activityDateTime", user=("targetResources/id",))
    return await page(call, asked, WORDS, _shown, ADDRESS)


async def get_audit(call: Call) -> Answer:
    """Return one thing that was done."""
    check_may(call, Permission.READ_AUDIT_LOG)
    found = await one_called(call, call.params["entry"], WORDS)
    if found is None:
        raise CallRefusedError(404, "The entry does not exist.", code="UnknownError")
    users = await users_of(call, [found])
    shown = narrowed(_shown(found, users), call.options.select)
    return entity(call.metadata(ADDRESS, one=True), shown)


def _shown(entry: Entry, users: Mapping[UserId, User]) -> Resource:
    word, by_owner = entry.event.word, entry.actor == entry.target
    names = BY_OWNER if by_owner else BY_ADMINISTRATOR
    target = users.get(entry.target) if entry.target else None
    details = entry.event.facts.items()
    return {
        "id": entry_id(entry),
        "category": "UserManagement",
        "correlationId": entry.correlation_id,
        "result": "success" if entry.succeeded else "failure",
        "resultReason": None,
        "activityDisplayName": names.get(word, word),
        "activityDateTime": instant(entry.at),
        "loggedByService": "Authentication Methods",
        "operationType": word,
        "initiatedBy": _initiator(entry, users.get(UserId(entry.actor))),
        "targetResources": [_target(entry.target, target)] if entry.target else [],
        "additionalDetails": [{"key": name, "value": value} for name, value in details],
    }


def _initiator(entry: Entry, user: User | None) -> Resource:
    if user is None:
        app = {"appId": None, "displayName": entry.actor, "servicePrincipalId": None}
        return {"user": None, "app": app}
    return {
        "app": None,
        "user": {
            "id": user.id,
            "displayName": user.display_name,
            "userPrincipalName": user.user_principal_name,
            "ipAddress": entry.network,
        },
    }


def _target(user_id: UserId, user: User | None) -> Resource:
    return {
        "id": user_id,
        "displayName": user.display_name if user else None,
        "type": "User",
        "userPrincipalName": user.user_principal_name if user else None,
        "groupType": None,
        "modifiedProperties": [],
    }
