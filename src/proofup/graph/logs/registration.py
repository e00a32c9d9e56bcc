"""``userRegistrationDetails``: who has registered what, a page of people at a time."""

from collections.abc import Callable, Mapping
from typing import Any

from proofup.challenges.options import options_of
from proofup.directory.listing import Place
from proofup.graph.answers import Answer, Resource, collection, entity, instant
from proofup.graph.call import Call
from proofup.graph.errors import not_found
from proofup.graph.odata.errors import UnsupportedQueryError
from proofup.graph.odata.expressions import AnyItem, Compare, Every, Expression
from proofup.graph.odata.filters import read_filter
from proofup.graph.page_tokens import place_of, token_of
from proofup.graph.targets import check_may
from proofup.graph.users.filters import EVERYBODY, Alternatives, everybody_of
from proofup.methods.catalogue import Option
from proofup.policy.permissions import Permission
from proofup.policy.proofs import asked_first, preferred
from proofup.policy.registered import ability_of, answering
from proofup.policy.subscriber import Subscriber
from proofup.values.ids import UserId

PAGE = 100
ADDRESS = "reports/authenticationMethods/userRegistrationDetails"
FLAGS = frozenset(
    {"isMfaRegistered", "isMfaCapable", "isAdmin", "isPasswordlessCapable"}
    | {"isSsprRegistered", "isSsprEnabled", "isSsprCapable"}
)
FILTERED = f"$filter is served by userPrincipalName, methodsRegistered/any and {sorted(FLAGS)}."


async def list_details(call: Call) -> Answer:
    """List people with what they have registered. A filter of flags may leave a page short."""
    check_may(call, Permission.READ_AUDIT_LOG)
    call.options.refuse("search", "skip", "expand", "orderby")
    people, keeps = _asked(call)
    token, most = call.options.token, min(call.options.top or PAGE, PAGE)
    after = place_of(token, Place) if token else None
    found = await call.door.users.page(people, by_display_name=False, after=after, most=most)
    items = []
    for one in found.people:
        subscriber = await call.door.ports.subscribers.of(one.user.id)
        if subscriber is not None and one.account.enabled:
            items.append(_shown(call, subscriber))
    following = call.following(token_of(found.after)) if found.after else None
    return collection(call.metadata(ADDRESS), list(filter(keeps, items)), following=following)


async def get_details(call: Call) -> Answer:
    """Return what one person has registered."""
    check_may(call, Permission.READ_AUDIT_LOG)
    named = call.params["person"]
    person = await call.door.ports.room.people.by_id(UserId(named.lower()))
    subscriber = await call.door.ports.subscribers.of(person.user.id) if person else None
    if subscriber is None:
        raise not_found(named[:100])
    return entity(call.metadata(ADDRESS, one=True), _shown(call, subscriber))


def _shown(call: Call, subscriber: Subscriber) -> Resource:
    room, policy, held = call.door.ports.room, subscriber.policy, subscriber.held
    user, account = subscriber.person.user, subscriber.person.account
    registered = [
        resource.word_of(one)
        for one in held
        if (resource := call.door.resources.get(one.kind)) is not None
    ]
    options = options_of(room, held, policy, at=call.at)
    default = preferred(options, account.default_way)
    way = _word(default)
    first = asked_first(options, None, strongest=True) if policy.system_preferred else None
    strongest = _word(first)
    administers = account.is_administrator(call.at)
    able = ability_of(
        room.catalogue,
        answering(room.catalogue, held, at=call.at),
        policy,
        user_type=user.user_type,
        administers=administers,
        served=room.served,
        at=call.at,
    )
    return {
        "id": user.id,
        "userPrincipalName": user.user_principal_name,
        "userDisplayName": user.display_name,
        "userType": str(user.user_type).lower(),
        "isAdmin": administers,
        "isSsprRegistered": able.sspr_registered,
        "isSsprEnabled": able.sspr_enabled,
        "isSsprCapable": able.sspr_capable,
        "isMfaRegistered": able.mfa_registered,
        "isMfaCapable": able.mfa_capable,
        "isPasswordlessCapable": able.passwordless_capable,
        "methodsRegistered": list(dict.fromkeys(registered)),
        "isSystemPreferredAuthenticationMethodEnabled": policy.system_preferred,
        "systemPreferredAuthenticationMethods": [strongest] if strongest else [],
        "userPreferredMethodForSecondaryAuthentication": way or "none",
        "lastUpdatedDateTime": instant(call.at),
    }


def _word(option: Option | None) -> str | None:
    """Return Graph's word for the way of ``option``, if Graph has one."""
    return option.way if option and option.traits.can_be_default else None


def _asked(call: Call) -> tuple[Alternatives, Callable[[Resource], bool]]:
    """Return whom to look at, and which of them to keep."""
    if call.options.filter is None:
        return EVERYBODY, lambda _: True
    said = read_filter(call.options.filter)
    parts = said.parts if isinstance(said, Every) else (said,)
    people = [one for one in parts if getattr(one, "field", None) == "userPrincipalName"]
    rest = [_keeping(one) for one in parts if one not in people]
    who = everybody_of(Every(people), advanced=False) if people else EVERYBODY
    return who, lambda item: all(keeps(item) for keeps in rest)


def _keeping(said: Expression) -> Callable[[Mapping[str, Any]], bool]:
    match said:
        case Compare(field, "eq", bool(value)) if field in FLAGS:
            return lambda item: item[field] is value
        case Compare("userType", "eq", str(value)):
            wanted = value.lower()
            return lambda item: bool(item["userType"] == wanted)
        case AnyItem("methodsRegistered", Compare("", "eq", str(value))):
            return lambda item: value in item["methodsRegistered"]
    raise UnsupportedQueryError(FILTERED)
