"""``authenticationMethodsPolicy``: the organisation's rules as Graph tells them."""

from proofup.graph.answers import Answer, Resource, collection, entity
from proofup.graph.call import Call
from proofup.graph.errors import CallRefusedError
from proofup.graph.resources import BETA
from proofup.graph.targets import check_may
from proofup.policy.permissions import Permission
from proofup.policy.rule_choices import Nudge
from proofup.policy.rules import Policy
from proofup.values.ids import GroupId

ADDRESS = "authenticationMethodsPolicy"
EVERYBODY = [{"targetType": "group", "id": "all_users", "isRegistrationRequired": False}]


async def _rules(call: Call) -> Policy:
    check_may(call, Permission.READ_RULES)
    return await call.door.policies.current()


def _configurations(call: Call, rules: Policy) -> list[Resource]:
    found: list[Resource] = []
    for resource in call.door.resources.values():
        for one in resource.configurations:
            if call.version not in one.versions:
                continue
            is_on = any(rules.allows(way, at=call.at) for way in one.ways)
            found.append(
                {
                    "@odata.type": f"#microsoft.graph.{one.type}",
                    "id": one.id,
                    "state": "enabled" if is_on else "disabled",
                    "excludeTargets": [],
                    **one.settings(rules, call.at),
                    "includeTargets": EVERYBODY,
                }
            )
    return found


async def get_policy(call: Call) -> Answer:
    """Return the rules, with those of each kind of method."""
    rules, groups = await _rules(call), call.door.ports.groups
    in_beta = call.version in BETA
    campaign: Resource = {
        "snoozeDurationInDays": rules.snooze_days,
        "state": "disabled" if rules.nudge is Nudge.NOBODY else "enabled",
        "excludeTargets": [
            {"id": one, "targetType": "group" if await groups.by_id(GroupId(one)) else "user"}
            for one in sorted(rules.excluded)
        ],
        "includeTargets": [],
        **({"enforceRegistrationAfterAllowedSnoozes": rules.snoozes > 0} if in_beta else {}),
    }
    shown = {
        "id": ADDRESS,
        "displayName": "Authentication Methods Policy",
        "description": "The methods that may be registered and used.",
        "lastModifiedDateTime": None,
        "policyVersion": "1.5",
        "policyMigrationState": "migrationComplete",
        "registrationEnforcement": {"authenticationMethodsRegistrationCampaign": campaign},
        "authenticationMethodConfigurations": _configurations(call, rules),
    }
    return entity(call.metadata(ADDRESS), shown)


async def list_configurations(call: Call) -> Answer:
    """List the rules of each kind of method."""
    items = _configurations(call, await _rules(call))
    return collection(call.metadata(f"{ADDRESS}/authenticationMethodConfigurations"), items)


async def get_configuration(call: Call) -> Answer:
    """Return the rules of one kind of method."""
    named = call.params["configuration"].lower()
    for one in _configurations(call, await _rules(call)):
        if one["id"].lower() == named:
            context = call.metadata(f"{ADDRESS}/authenticationMethodConfigurations", one=True)
            return entity(context, one)
    raise CallRefusedError(404, "The configuration does not exist.")
