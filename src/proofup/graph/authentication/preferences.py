"""What somebody is asked for first, and the per-user state of multifactor authentication."""

from msgspec import UNSET, Struct, UnsetType

from proofup.administration.planned import carry_out
from proofup.administration.set_default_for import set_default_for
from proofup.administration.set_mfa_state import set_mfa_state
from proofup.challenges.options import options_of
from proofup.directory.users import MfaState
from proofup.graph.answers import NO_CONTENT, Answer, Resource, entity
from proofup.graph.call import Call
from proofup.graph.errors import DeniedError, bad_request
from proofup.graph.held import address_of, readable
from proofup.graph.targets import check_may, target_in
from proofup.policy.may_act import may_act
from proofup.policy.permissions import Permission
from proofup.policy.proofs import preferred
from proofup.policy.target import Target
from proofup.values.ways import Way

OF_ALL = (
    "isSystemPreferredAuthenticationMethodEnabled is the same for everybody: set the "
    "systemCredentialPreferences of authenticationMethodsPolicy."
)


class Preferences(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of PATCH ``signInPreferences``."""

    user_preferred_method_for_secondary_authentication: str | UnsetType = UNSET
    is_system_preferred_authentication_method_enabled: bool | UnsetType = UNSET


class Requirements(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of PATCH ``requirements``."""

    per_user_mfa_state: MfaState


async def get_preferences(call: Call) -> Answer:
    """Return what somebody is asked for first."""
    target = await readable(call)
    context = call.metadata(f"{address_of(target)}/signInPreferences")
    return entity(context, preferences_of(call, target))


def preferences_of(call: Call, target: Target) -> Resource:
    """Return what ``target`` is asked for first."""
    options = options_of(call.door.ports.room, target.held, target.policy, at=call.at)
    default = preferred(options, target.person.account.default_way)
    way = default.way if default and default.traits.can_be_default else None
    return {
        "isSystemPreferredAuthenticationMethodEnabled": target.policy.system_preferred,
        "userPreferredMethodForSecondaryAuthentication": way,
    }


async def set_preferences(call: Call) -> Answer:
    """Set what somebody is asked for first; they must have registered it."""
    target = await target_in(call)
    check_may(call, Permission.ADD_METHODS, target)
    body, ports = call.body(Preferences), call.door.ports
    is_preferred = target.policy.system_preferred
    if body.is_system_preferred_authentication_method_enabled not in {UNSET, is_preferred}:
        raise bad_request(OF_ALL)
    wanted = body.user_preferred_method_for_secondary_authentication
    if isinstance(wanted, UnsetType):
        return NO_CONTENT
    await carry_out(ports, set_default_for(ports, call.actor, target, Way(wanted), at=call.at))
    return NO_CONTENT


async def get_requirements(call: Call) -> Answer:
    """Return the per-user state of multifactor authentication."""
    target = await target_in(call)
    able = (Permission.READ_METHODS, Permission.SET_MFA_STATE, Permission.READ_RULES)
    if not any(may_act(call.actor, one, target) for one in able):
        raise DeniedError
    return entity(call.metadata(f"{address_of(target)}/requirements"), requirements_of(target))


async def set_requirements(call: Call) -> Answer:
    """Set the per-user state; nothing that is registered goes."""
    target = await target_in(call)
    check_may(call, Permission.SET_MFA_STATE, target)
    state = call.body(Requirements).per_user_mfa_state
    await carry_out(call.door.ports, set_mfa_state(call.actor, target, state, at=call.at))
    return NO_CONTENT


def requirements_of(target: Target) -> Resource:
    """Return the per-user state of ``target``."""
    return {"perUserMfaState": str(target.person.account.mfa_state)}
