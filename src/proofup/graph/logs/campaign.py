"""The registration campaign, and what is asked for first, as parts of the methods policy."""

from collections.abc import Iterator, Mapping
from typing import Any

from proofup.graph.answers import Resource
from proofup.graph.call import Call
from proofup.graph.logs.configurations import configurations
from proofup.graph.resources import BETA
from proofup.graph.setting_rules import (
    EVERYBODY,
    GROUP,
    bad_value,
    check_same,
    flag_in,
    not_carried,
    object_in,
    objects_in,
    text_of,
)
from proofup.policy.nudging import proposable
from proofup.policy.rule import ALL, DEFAULT
from proofup.policy.rule_choices import Nudge
from proofup.policy.rules import Policy
from proofup.values.ids import GroupId, UserId
from proofup.values.ways import Way

CAMPAIGN = "authenticationMethodsRegistrationCampaign"
ENFORCED = "enforceRegistrationAfterAllowedSnoozes"
METHOD = "targetedAuthenticationMethod"
ON, OFF = "enabled", "disabled"
STATES = (ON, OFF, DEFAULT)
USER = "user"
OF_EVERYBODY = {"id": EVERYBODY, "targetType": GROUP}


async def campaign_of(call: Call, rules: Policy) -> Resource:
    """Return the campaign: everybody is its target, for each method that is proposed."""
    groups, proposed = call.door.ports.groups, rules.nudge_ways
    return {
        "snoozeDurationInDays": rules.snooze_days,
        "state": OFF if rules.nudge is Nudge.NOBODY else ON,
        "excludeTargets": [
            {"id": one, "targetType": GROUP if await groups.by_id(GroupId(one)) else USER}
            for one in sorted(rules.excluded)
        ],
        "includeTargets": [
            {**OF_EVERYBODY, METHOD: word}
            for word, way in _methods(call)
            if proposed is None or way in proposed
        ],
        **({ENFORCED: rules.snoozes > 0} if call.version in BETA else {}),
    }


def preferences_of(rules: Policy) -> Resource:
    """Return whether everybody is asked for the strongest method first."""
    return {
        "state": ON if rules.system_preferred else OFF,
        "excludeTargets": [],
        "includeTargets": [OF_EVERYBODY],
    }


async def campaign_told(call: Call, rules: Policy, told: Any) -> Mapping[str, str]:
    """Return the rules that say what is ``told`` of the campaign."""
    present, found = await campaign_of(call, rules), dict[str, str]()
    for name, value in object_in(told, CAMPAIGN).items():
        if name not in present:
            raise not_carried(name)
        if name == "state":
            found |= _state(rules, value)
        elif name == "snoozeDurationInDays":
            found["snoozeDays"] = text_of(value, 0, name)
        elif name == ENFORCED:
            found |= _enforced(rules, is_enforced=flag_in(value, name))
        elif name == "excludeTargets":
            found["nudgeExcluded"] = await _excluded(call, value, name)
        else:
            found["nudgeWays"] = _proposed(call, value, name)
    return found


def preferences_told(rules: Policy, told: Any) -> Mapping[str, str]:
    """Return the rules that say what is ``told`` of what is asked for first."""
    present, found = preferences_of(rules), dict[str, str]()
    for name, value in object_in(told, "systemCredentialPreferences").items():
        if name == "state":
            words = {ON: "true", OFF: "false", DEFAULT: DEFAULT}
            found["systemPreferred"] = words[_known(value)]
        else:
            check_same(value, present.get(name), name)
    return found


def _state(rules: Policy, value: Any) -> Mapping[str, str]:
    """Return whom the campaign asks: who was chosen before stays, else it is everybody."""
    is_on = rules.nudge is not Nudge.NOBODY
    wanted = _known(value)
    if wanted == ON:
        return {} if is_on else {"nudge": Nudge.EVERYBODY}
    return {"nudge": DEFAULT if wanted == DEFAULT else Nudge.NOBODY}


def _known(value: Any) -> str:
    if value not in STATES:
        raise bad_value("state", ", ".join(STATES))
    return str(value)


def _enforced(rules: Policy, *, is_enforced: bool) -> Mapping[str, str]:
    if is_enforced is (rules.snoozes > 0):
        return {}
    return {"snoozes": DEFAULT if is_enforced else "0"}


async def _excluded(call: Call, value: Any, name: str) -> str:
    """Return the ids of the groups and people that are left out; each of them must be there."""
    groups, people = call.door.ports.groups, call.door.ports.room.people
    found: list[str] = []
    for one in objects_in(value, name):
        named, kind = str(one.get("id")).lower(), one.get("targetType")
        if kind == GROUP:
            is_there = await groups.by_id(GroupId(named)) is not None
        else:
            is_there = kind == USER and await people.by_id(UserId(named)) is not None
        if not is_there or one.keys() > {"id", "targetType"}:
            raise bad_value(name, f"groups and users that there are, and not {named[:40]!r}")
        found.append(named)
    return ", ".join(sorted(set(found)))


def _proposed(call: Call, value: Any, name: str) -> str:
    """Return the ways that are proposed; the target of each must be everybody."""
    known = dict(_methods(call))
    found: set[Way] = set()
    for one in objects_in(value, name):
        target = {key: told for key, told in one.items() if key != METHOD}
        check_same(target, OF_EVERYBODY, name)
        if target.keys() != OF_EVERYBODY.keys() or one.get(METHOD) not in list(known):
            raise bad_value(name, f"id, targetType, and {METHOD} of {', '.join(known)}")
        found.add(known[one[METHOD]])
    if not found:
        raise not_carried(name)
    return ALL if found == set(known.values()) else ", ".join(sorted(found))


def _methods(call: Call) -> Iterator[tuple[str, Way]]:
    """Yield the methods that a campaign can propose, in Graph's words."""
    able = proposable(call.door.ports.room.catalogue)
    for one in configurations(call):
        for way in one.ways:
            if way in able:
                yield one.id[0].lower() + one.id[1:], way
