"""``usersRegisteredByMethod`` and ``usersRegisteredByFeature``: how many people registered what.

People are counted in the database, by the slots that their methods fill. So passkeys are one
number: whether a passkey is synced lies sealed. Each is that of ``userRegistrationDetails``.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from proofup.directory.roles import GLOBAL_ADMINISTRATOR
from proofup.directory.users import UserType
from proofup.graph.answers import Answer, Resource, counted, entity, narrowed
from proofup.graph.call import Call
from proofup.graph.errors import CallRefusedError, DeniedError, bad_request
from proofup.graph.logs.pace import count_report
from proofup.graph.targets import check_may
from proofup.policy.permissions import Permission
from proofup.policy.registered import Counted, Rank, ability_of, answering_in
from proofup.policy.roles import (
    AUTHENTICATION_ADMINISTRATOR,
    HELPDESK_ADMINISTRATOR,
    SECURITY_ADMINISTRATOR,
    USER_ADMINISTRATOR,
)

ADDRESS = "reports/authenticationMethods"
SUMMARY = "microsoft.graph.userRegistration{}Summary"
# Graph's list of ``privilegedAdmin``, as far as there are such roles here.
PRIVILEGED = (
    GLOBAL_ADMINISTRATOR,
    SECURITY_ADMINISTRATOR,
    HELPDESK_ADMINISTRATOR,
    USER_ADMINISTRATOR,
    AUTHENTICATION_ADMINISTRATOR,
)
TYPE, ROLE, ALL = "includedUserTypes", "includedUserRoles", "all"
TYPES: Mapping[str, frozenset[UserType]] = {
    ALL: frozenset(UserType),
    "member": frozenset({UserType.MEMBER}),
    "guest": frozenset({UserType.GUEST}),
}
ROLES: Mapping[str, frozenset[Rank]] = {
    ALL: frozenset(Rank),
    "privilegedAdmin": frozenset({Rank.PRIVILEGED}),
    "admin": frozenset({Rank.ADMINISTRATOR, Rank.PRIVILEGED}),
    "user": frozenset({Rank.USER}),
}
TOO_MANY = "There are too many people to count them now. Please retry later."


async def get_root(call: Call) -> Answer:
    """Return the resource that the reports are below."""
    check_may(call, Permission.READ_AUDIT_LOG)
    call.options.refuse("expand")
    shown = narrowed({"id": "authenticationMethods"}, call.options.select)
    return entity(call.metadata(ADDRESS, one=True), shown)


async def by_method(call: Call) -> Answer:
    """Count people by each kind of method that they registered; nobody twice for one."""
    asked, catalogue = _asked(call), call.door.ports.room.catalogue
    words = {
        slot.name: resource.counted(slot.name)
        for kind, resource in call.door.resources.items()
        for slot in catalogue.by_kind[kind].declaration.slots
        if call.version in resource.versions
    }
    found: Counter[str] = Counter(dict.fromkeys(words.values(), 0))
    groups = await _groups(call, asked)
    for group in groups:
        for word in {words[slot] for slot in group.slots if slot in words}:
            found[word] += group.people
    counts = [{"authenticationMethod": word, "userCount": found[word]} for word in found]
    return _summary(call, asked, groups, "Method", counts)


async def by_feature(call: Call) -> Answer:
    """Count people by what they could use with the methods that they registered."""
    asked, room = _asked(call), call.door.ports.room
    policy, groups = await call.door.policies.current(), await _groups(call, asked)
    features = ("ssprRegistered", "ssprEnabled", "ssprCapable", "passwordlessCapable", "mfaCapable")
    found: Counter[str] = Counter(dict.fromkeys(features, 0))
    for group in groups:
        able = ability_of(
            room.catalogue,
            answering_in(room.catalogue, group.slots),
            policy,
            user_type=group.user_type,
            administers=group.rank is not Rank.USER,
            served=room.served,
            at=call.at,
        )
        applies = (
            able.sspr_registered,
            able.sspr_enabled,
            able.sspr_capable,
            able.passwordless_capable,
            able.mfa_capable,
        )
        for feature, is_so in zip(features, applies, strict=True):
            found[feature] += group.people if is_so else 0
    counts = [{"feature": feature, "userCount": found[feature]} for feature in features]
    return _summary(call, asked, groups, "Feature", counts)


async def count_details(call: Call) -> Answer:
    """Count the people whom ``userRegistrationDetails`` lists; a filter is not counted by."""
    check_may(call, Permission.READ_AUDIT_LOG)
    call.options.refuse("filter", "search")
    groups = await _groups(call, (ALL, ALL))
    return counted(sum(one.people for one in groups))


def _asked(call: Call) -> tuple[str, str]:
    """Return which types and roles of people are asked for, in the words of Graph."""
    if call.principal.is_application:
        raise DeniedError  # Graph serves these to people only
    check_may(call, Permission.READ_AUDIT_LOG)
    unknown = call.arguments.keys() - {TYPE.lower(), ROLE.lower()}
    if unknown:
        message = f"Unknown parameters: {', '.join(sorted(unknown))[:100]}."
        raise bad_request(message, code="invalidRequest")
    return _word(call, TYPE, TYPES), _word(call, ROLE, ROLES)


def _word(call: Call, name: str, words: Mapping[str, object]) -> str:
    asked = call.argument(name)
    told = ALL if asked is None else asked
    found = next((word for word in words if word.lower() == told.lower()), None)
    if found is None:
        message = f"Invalid value for {name}: expected one of {', '.join(words)}."
        raise bad_request(message, code="invalidRequest")
    return found


async def _groups(call: Call, asked: tuple[str, str]) -> list[Counted]:
    await count_report(call)
    slots = list(call.door.ports.room.catalogue.slots)
    found = await call.door.registrations.registered(slots, PRIVILEGED, at=call.at)
    if not found.is_whole:
        headers = {"retry-after": "60"}
        raise CallRefusedError(503, TOO_MANY, code="serviceNotAvailable", headers=headers)
    types, ranks = TYPES[asked[0]], ROLES[asked[1]]
    return [one for one in found.groups if one.user_type in types and one.rank in ranks]


def _summary(
    call: Call,
    asked: tuple[str, str],
    groups: Sequence[Counted],
    of: str,
    counts: Sequence[Resource],
) -> Answer:
    shown = {
        "totalUserCount": sum(one.people for one in groups),
        "userTypes": asked[0],
        "userRoles": asked[1],
        f"userRegistration{of}Counts": counts,
    }
    return entity(call.metadata(SUMMARY.format(of)), shown)
