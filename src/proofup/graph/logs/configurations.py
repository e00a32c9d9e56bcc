"""``authenticationMethodConfigurations``: the rules of each kind of method, read and set.

A kind is enabled while one of its ways is allowed. Everybody is its target: no rule divides people.
"""

from collections.abc import Iterator, Mapping

from proofup.graph.answers import NO_CONTENT, Answer, Resource, collection, entity
from proofup.graph.call import Call
from proofup.graph.errors import CallRefusedError, bad_request
from proofup.graph.resources import Configuration
from proofup.graph.setting_rules import (
    EVERYBODY,
    GROUP,
    bad_value,
    check_same,
    flag_in,
    not_carried,
    properties,
    rules_to_set,
    write,
)
from proofup.graph.targets import check_may
from proofup.policy.permissions import Permission
from proofup.policy.rule import ALL, DEFAULT, NONE
from proofup.policy.rules import Policy
from proofup.values.ways import Way

ADDRESS = "authenticationMethodsPolicy/authenticationMethodConfigurations"
STATE, STATES = "state", ("disabled", "enabled")
TARGET = {"targetType": GROUP, "id": EVERYBODY, "isRegistrationRequired": False}
NOT_EXTERNAL = (
    "External authentication methods cannot be configured: this service asks no other one for a "
    "proof. The configurations of its own methods are there already; update them."
)


def configurations(call: Call) -> Iterator[Configuration]:
    """Yield those that the version has."""
    for resource in call.door.resources.values():
        yield from (one for one in resource.configurations if call.version in one.versions)


def shown(one: Configuration, rules: Policy, call: Call) -> Resource:
    """Return the resource of one."""
    is_on = any(rules.allows(way, at=call.at) for way in one.ways)
    return {
        "@odata.type": f"#microsoft.graph.{one.type}",
        "id": one.id,
        STATE: STATES[is_on],
        "excludeTargets": [],
        **{name: rules.allows(way, at=call.at) for name, way in one.switches.items()},
        **one.settings(rules),
        "includeTargets": [{**TARGET, **one.target}],
    }


async def list_configurations(call: Call) -> Answer:
    """List the rules of each kind of method."""
    rules = await _rules(call)
    items = [shown(one, rules, call) for one in configurations(call)]
    return collection(call.metadata(ADDRESS), items)


async def get_configuration(call: Call) -> Answer:
    """Return the rules of one kind of method."""
    rules = await _rules(call)
    return entity(call.metadata(ADDRESS, one=True), shown(_named(call), rules, call))


async def create(call: Call) -> Answer:
    """Refuse a configuration of an external method, the only kind that Graph adds."""
    check_may(call, Permission.SET_RULES)
    raise bad_request(NOT_EXTERNAL)


async def update(call: Call) -> Answer:
    """Set what the body says; all of it or nothing."""
    before = await rules_to_set(call)
    one, body = _named(call), call.json()
    present = shown(one, before, call)
    if str(body.get("@odata.type")).lstrip("#") != f"microsoft.graph.{one.type}":
        message = f"Expected '@odata.type': '#microsoft.graph.{one.type}'."
        raise bad_request(message)
    switched: dict[str, bool] = {}
    own: dict[str, object] = {}
    for name, value in properties(body).items():
        if name == STATE:
            if value not in STATES:
                raise bad_value(STATE, "enabled or disabled")
            switched[name] = value == STATES[True]
        elif name in one.switches:
            switched[name] = flag_in(value, name)
        elif name in one.settings(before):
            own[name] = value
        elif name in present:
            check_same(value, present[name], name)
        else:
            raise not_carried(name)
    told = {**one.rules(own, before), **_ways(call, one, before, switched)}
    await write(call, before, told)
    return NO_CONTENT


async def reset(call: Call) -> Answer:
    """Take back what was set of one kind of method."""
    before = await rules_to_set(call)
    one = _named(call)
    told = dict.fromkeys(one.own_rules, DEFAULT)
    await write(call, before, {**told, **_allowing(call, before, frozenset(one.ways))})
    return NO_CONTENT


def _ways(
    call: Call, one: Configuration, rules: Policy, switched: Mapping[str, bool]
) -> Mapping[str, str]:
    """Return the rules that say which ways are allowed, where the switches change that."""
    allowed = {way for way in one.ways if rules.allows(way, at=call.at)}
    wanted = set(allowed)
    if STATE in switched and not switched[STATE]:
        wanted = set()
    elif STATE in switched and not allowed:
        wanted = set(one.ways)
    for name, way in one.switches.items():
        if name in switched:
            wanted = wanted | {way} if switched[name] else wanted - {way}
    if bool(wanted) is not switched.get(STATE, bool(wanted)):
        raise bad_value(STATE, f"one that goes with {', '.join(one.switches)}")
    on, off = frozenset(wanted - allowed), frozenset(allowed - wanted)
    return _allowing(call, rules, on, off) if on or off else {}


def _allowing(
    call: Call, rules: Policy, on: frozenset[Way], off: frozenset[Way] = frozenset()
) -> Mapping[str, str]:
    """Return the rules by which the ways ``on`` are allowed too, and those that are ``off`` not."""
    known = call.door.ports.room.catalogue.ways
    ways = ((known if rules.ways is None else rules.ways) | on) - off
    told = {"ways": ALL if ways >= known else _listed(ways)}
    if rules.ends_at is not None and rules.ends_at <= call.at and on & rules.ending_ways:
        told["endingWays"] = _listed(rules.ending_ways - on)
    return told


def _listed(ways: frozenset[Way]) -> str:
    return ", ".join(sorted(ways)) or NONE


def _named(call: Call) -> Configuration:
    named = call.params["configuration"].lower()
    found = next((one for one in configurations(call) if one.id.lower() == named), None)
    if found is None:
        raise CallRefusedError(404, "The configuration does not exist.")
    return found


async def _rules(call: Call) -> Policy:
    check_may(call, Permission.READ_RULES)
    return await call.door.policies.current()
