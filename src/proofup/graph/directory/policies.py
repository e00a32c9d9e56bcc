"""What Graph's policies of the directory say of this service, where most is not decided by rules.

``authorizationPolicy`` says what people without a role may do, and security defaults whether the
rules demand a second proof of everybody.
"""

from proofup.graph.answers import NO_CONTENT, Answer, Resource, collection, entity, narrowed
from proofup.graph.call import Call
from proofup.graph.errors import not_found
from proofup.graph.resources import BETA
from proofup.graph.setting_rules import (
    check_same,
    flag_in,
    properties,
    rules_to_set,
    text_of,
    write,
)
from proofup.graph.targets import check_may
from proofup.policy.permissions import Permission
from proofup.policy.resets import is_offered
from proofup.policy.rule_choices import Demand
from proofup.policy.rules import Policy

AUTHORIZATION = "authorizationPolicy"
ENABLED, RESETS = "isEnabled", "allowedToUseSSPR"
DEFAULTS = "identitySecurityDefaultsEnforcementPolicy"
# Graph's id of the policy, and of the role of guests, who see nobody but themselves.
DEFAULTS_ID = "00000000-0000-0000-0000-000000000005"
RESTRICTED_GUEST = "2af84b1e-32c8-42b7-82bc-daa82404023b"
# People allow an application for themselves what needs no administrator.
CONSENT = "ManagePermissionGrantsForSelf.microsoft-user-default-legacy"


async def get_authorization(call: Call) -> Answer:
    """Return what people may do without a role; in beta as a collection of one."""
    shown = narrowed(_authorization(call, await _readable(call)), call.options.select)
    context = f"policies/{AUTHORIZATION}"
    if call.version in BETA:
        return collection(call.metadata(context), [shown])
    return entity(call.metadata(context, one=True), shown)


async def get_authorization_called(call: Call) -> Answer:
    """Return the one policy by its id."""
    shown = _authorization(call, await _readable(call))
    if call.params["policy"].lower() != AUTHORIZATION.lower():
        raise not_found(call.params["policy"][:100])
    context = call.metadata(f"policies/{AUTHORIZATION}", one=True)
    return entity(context, narrowed(shown, call.options.select))


async def get_defaults(call: Call) -> Answer:
    """Return whether a second proof is demanded of everybody."""
    shown = _defaults(await _readable(call))
    return entity(call.metadata(f"policies/{DEFAULTS}", one=True), shown)


async def update_defaults(call: Call) -> Answer:
    """Demand a second proof of everybody, or of those alone whose account says so."""
    before, told = await rules_to_set(call), dict[str, str]()
    for name, value in properties(call.json()).items():
        if name == ENABLED:
            told["demand"] = Demand.EVERYONE if flag_in(value, name) else Demand.PER_USER
        else:
            check_same({name: value}, _defaults(before), DEFAULTS)
    await write(call, before, told)
    return NO_CONTENT


async def update_authorization(call: Call) -> Answer:
    """Say whether administrators reset their own passwords; the rest no rule carries."""
    before, told = await rules_to_set(call), dict[str, str]()
    if call.params.get("policy", AUTHORIZATION).lower() != AUTHORIZATION.lower():
        raise not_found(call.params["policy"][:100])
    present = _authorization(call, before)
    for name, value in properties(call.json()).items():
        if name == RESETS and is_offered(before):
            told["resetAdministrators"] = text_of(flag_in(value, name), like=True, name=name)
        else:
            check_same({name: value}, present, AUTHORIZATION)
    await write(call, before, told)
    return NO_CONTENT


async def _readable(call: Call) -> Policy:
    check_may(call, Permission.READ_RULES)
    return await call.door.policies.current()


def _defaults(policy: Policy) -> Resource:
    return {
        "id": DEFAULTS_ID,
        "displayName": "Security Defaults",
        "description": "Whether the rules demand a second proof of everybody.",
        ENABLED: policy.demand is Demand.EVERYONE,
    }


def _authorization(call: Call, policy: Policy) -> Resource:
    people: Resource = {
        "allowedToCreateApps": False,
        "allowedToCreateSecurityGroups": False,
        "allowedToCreateTenants": False,
        "allowedToReadBitlockerKeysForOwnedDevice": False,
        "allowedToReadOtherUsers": False,
    }
    shown: Resource = {
        "id": AUTHORIZATION,
        "displayName": "Authorization Policy",
        "description": "What people may do without a role.",
        "allowInvitesFrom": "adminsAndGuestInviters",
        "allowedToSignUpEmailBasedSubscriptions": False,
        RESETS: is_offered(policy) and policy.reset_administrators,
        "allowEmailVerifiedUsersToJoinOrganization": False,
        "allowUserConsentForRiskyApps": None,
        "blockMsolPowerShell": None,
        "guestUserRoleId": RESTRICTED_GUEST,
    }
    if call.version in BETA:
        granted = {"permissionGrantPolicyIdsAssignedToDefaultUserRole": [CONSENT]}
        return {**shown, **granted, "defaultUserRolePermissions": people}
    people = {**people, "permissionGrantPoliciesAssigned": [CONSENT]}
    return {**shown, "defaultUserRolePermissions": people}
