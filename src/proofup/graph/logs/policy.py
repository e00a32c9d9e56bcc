"""``authenticationMethodsPolicy``: the organisation's rules as Graph tells and sets them."""

from proofup.graph.answers import Answer, Resource, entity
from proofup.graph.call import Call
from proofup.graph.logs.campaign import (
    CAMPAIGN,
    campaign_of,
    campaign_told,
    preferences_of,
    preferences_told,
)
from proofup.graph.logs.configurations import configurations, shown
from proofup.graph.resources import BETA
from proofup.graph.setting_rules import (
    check_same,
    not_carried,
    object_in,
    properties,
    rules_to_set,
    write,
)
from proofup.graph.targets import check_may
from proofup.policy.permissions import Permission
from proofup.policy.rules import Policy

ADDRESS = "authenticationMethodsPolicy"
ENFORCEMENT, PREFERENCES = "registrationEnforcement", "systemCredentialPreferences"


async def get_policy(call: Call) -> Answer:
    """Return the rules, with those of each kind of method."""
    check_may(call, Permission.READ_RULES)
    return await _told(call, await call.door.policies.current())


async def update_policy(call: Call) -> Answer:
    """Set what the body says, all of it or nothing, and return the rules as they are then."""
    before = await rules_to_set(call)
    present, told = await _policy(call, before), dict[str, str]()
    for name, value in properties(call.json()).items():
        if name not in present:
            raise not_carried(name)
        if name == ENFORCEMENT:
            for inner, campaign in object_in(value, name).items():
                if inner != CAMPAIGN:
                    raise not_carried(name, inner)
                told |= await campaign_told(call, before, campaign)
        elif name == PREFERENCES:
            told |= preferences_told(before, value)
        else:
            check_same(value, present[name], name)
    return await _told(call, await write(call, before, told))


async def _told(call: Call, rules: Policy) -> Answer:
    return entity(call.metadata(ADDRESS), await _policy(call, rules))


async def _policy(call: Call, rules: Policy) -> Resource:
    preferred = {PREFERENCES: preferences_of(rules)} if call.version in BETA else {}
    return {
        "id": ADDRESS,
        "displayName": "Authentication Methods Policy",
        "description": "The methods that may be registered and used.",
        "lastModifiedDateTime": None,
        "policyVersion": "1.5",
        "policyMigrationState": "migrationComplete",
        ENFORCEMENT: {CAMPAIGN: await campaign_of(call, rules)},
        **preferred,
        "authenticationMethodConfigurations": [
            shown(one, rules, call) for one in configurations(call)
        ],
    }
