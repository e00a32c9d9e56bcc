"""``temporaryAccessPassAuthenticationMethod``: the pass itself is told once, when it is made."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import UNSET, Struct, UnsetType

from proofup.administration.issue_method import MethodIssued, issue_method
from proofup.administration.planned import carry_out
from proofup.graph.answers import Answer, Resource, entity, instant
from proofup.graph.call import Call
from proofup.graph.held import address_of
from proofup.graph.operations import Operation, of_user
from proofup.graph.resources import Configuration, MethodResource, Sight
from proofup.graph.scopes import changing_methods
from proofup.graph.setting_rules import text_of
from proofup.graph.targets import check_may, target_in
from proofup.methods.registered_methods import MethodKind, RegisteredMethod
from proofup.methods.temporary_access_pass import KIND, WAY, Validity, rules_of_passes, validity_of
from proofup.policy.permissions import Permission
from proofup.policy.rules import Policy


class NewPass(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of POST; all of it may be left out."""

    start_date_time: str | UnsetType | None = UNSET
    lifetime_in_minutes: int | UnsetType | None = UNSET
    is_usable_once: bool | UnsetType | None = UNSET


def _shown(held: RegisteredMethod, sight: Sight) -> Resource:
    validity = validity_of(held)
    lifetime = validity.ends_at - validity.starts_at
    why = _why(validity, sight.at)
    return {
        "createdDateTime": instant(held.created_at),
        "temporaryAccessPass": None,
        "startDateTime": instant(validity.starts_at),
        "lifetimeInMinutes": round(lifetime.total_seconds() / 60),
        "isUsableOnce": validity.once,
        "isUsable": why == "EnabledByPolicy",
        "methodUsabilityReason": why,
    }


def _why(validity: Validity, at: datetime) -> str:
    """Return why the pass can be used, or why not."""
    if validity.spent:
        return "OneTimeUsed"
    if at < validity.starts_at:
        return "NotYetValid"
    return "EnabledByPolicy" if at < validity.ends_at else "Expired"


def _settings(rules: Policy) -> Resource:
    return rules_of_passes(rules.methods.get(KIND, {}))


def _rules(told: Resource, _: Policy) -> Mapping[str, str]:
    """Return the rules that are ``told``: they have Graph's names."""
    usual = rules_of_passes({})
    return {f"{KIND}.{name}": text_of(value, usual[name], name) for name, value in told.items()}


RESOURCE = MethodResource(
    segment="temporaryAccessPassMethods",
    type="temporaryAccessPassAuthenticationMethod",
    scope="TAP",
    show=_shown,
    counted=lambda _: "temporaryAccessPass",
    used={WAY: "temporaryAccessPass"},
    configurations=(
        Configuration(
            id="TemporaryAccessPass",
            type="temporaryAccessPassAuthenticationMethodConfiguration",
            ways=(WAY,),
            settings=_settings,
            rules=_rules,
            own_rules=[f"{KIND}.{name}" for name in rules_of_passes({})],
        ),
    ),
)


def operations(kind: MethodKind) -> Sequence[Operation]:
    """Return what makes a pass; one that there is already goes."""

    async def create(call: Call) -> Answer:
        target = await target_in(call)
        check_may(call, Permission.ISSUE_METHODS, target)
        wanted = _wanted(call.body(NewPass))
        ports = call.door.ports
        act = await issue_method(ports, call.actor, target, kind, wanted, at=call.at)
        made = await carry_out(ports, act)
        return await _stored(call, kind, made)

    below = f"/authentication/{RESOURCE.segment}"
    return of_user("POST", below, create, changing_methods(RESOURCE.scope))


async def _stored(call: Call, kind: MethodKind, made: MethodIssued) -> Answer:
    target = await target_in(call)
    (held,) = (one for one in target.held if one.kind == kind)
    address = f"{address_of(target)}/{RESOURCE.segment}"
    sight = Sight(details=True, numbers=False, at=call.at)
    letters = "".join(secret.reveal() for secret in made.shown).replace("-", "")
    shown = {**RESOURCE.shown(held, sight), "temporaryAccessPass": letters}
    location = f"{call.root}/{address}/{held.id}"
    return entity(call.metadata(address, one=True), shown, status=201, location=location)


def _wanted(body: NewPass) -> dict[str, str]:
    """Return what was asked for in the words of the method."""
    told = {
        "startDateTime": body.start_date_time,
        "lifetimeInMinutes": body.lifetime_in_minutes,
        "isUsableOnce": body.is_usable_once,
    }
    given = {name: value for name, value in told.items() if value not in {None, UNSET}}
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in given.items()
    }
