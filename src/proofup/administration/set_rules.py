"""Setting the rules of the organisation, but none that would keep people out."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.administration.rules_by_name import changed, rules_of, setting
from proofup.audit.events.accounts import PolicyChanged
from proofup.policy.actor import Actor
from proofup.policy.impact import Impact, impact_of
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.rule_history import ChangeOfRules, RuleChange
from proofup.policy.rules import Policy, SetPolicy
from proofup.policy.slots import most_of_anybody, ways_of_anybody
from proofup.values.errors import ProofupError
from proofup.values.ids import ordered_id
from proofup.values.ways import Way


class NothingToRegisterError(ProofupError):
    """Not everybody could register a method at sign-in; with one of ``ways`` they could."""

    def __init__(self, ways: Sequence[Way]) -> None:
        super().__init__(ways)
        self.ways = ways


class TooManyMethodsError(ProofupError):
    """People must have ``wanted`` methods, and not everybody can register more than ``most``."""

    def __init__(self, wanted: int, most: int) -> None:
        super().__init__(wanted, most)
        self.wanted = wanted
        self.most = most


def set_rules(
    ports: Ports, actor: Actor, before: Policy, told: Mapping[str, str], *, at: datetime
) -> Planned[Policy]:
    """Change ``before``, the rules as they are, by those that are ``told``; return all of them.

    Nothing is written where all of them are set so already. Raises UnknownRuleError and
    BadRuleError for the first bad one, NothingToRegisterError and TooManyMethodsError where the
    rules together would keep people out; when written, StaleError if they are others by now.
    """
    conditions = permitted(actor, Permission.SET_RULES, at=at)
    after = checked_rules(ports, before, told, at=at)
    rules = rules_of(ports.room.catalogue)
    changes = tuple(
        RuleChange(rule=name, was=was, now=now)
        for name in told
        if (was := setting(before, rules[name])) != (now := setting(after, rules[name]))
    )
    if not changes:
        return Planned(conditions, (), after)
    event = PolicyChanged(
        command=actor.command,
        reason=actor.reason,
        rules=", ".join(one.rule for one in changes),
        was="; ".join(f"{one.rule}={one.was}" for one in changes),
        now="; ".join(f"{one.rule}={one.now}" for one in changes),
    )
    remembered = ChangeOfRules(
        id=ordered_id(ports.room.entropy, at),
        at=at,
        actor=actor.id,
        command=actor.command,
        reason=actor.reason,
        rules=changes,
    )
    written = (SetPolicy(policy=after, was=before), remembered, actor.entry(event, None, at=at))
    return Planned(conditions, written, after)


def checked_rules(ports: Ports, before: Policy, told: Mapping[str, str], *, at: datetime) -> Policy:
    """Return what the rules would be. Raises what ``set_rules`` does of bad ones."""
    after = changed(before, told, ports.room.catalogue)
    _check_can_be_met(ports, after, at=at)
    if after.ends_at is not None and after.ends_at > at:
        _check_can_be_met(ports, after, at=after.ends_at)
    return after


async def impact_of_rules(ports: Ports, before: Policy, after: Policy, *, at: datetime) -> Impact:
    """Count whom the rules ``after`` would ask for something, before they are set.

    Where another day is set on which ways end, people are counted as of that day.
    """
    room, when = ports.room, counted_on(before, after) or at
    census = await ports.population.census(list(room.catalogue.slots), at=max(when, at))
    return impact_of(census, room.catalogue, before, after, served=room.served, at=max(when, at))


def counted_on(before: Policy, after: Policy) -> datetime | None:
    """Return the day as of which people are counted, where ways begin to end on another one."""
    is_another = (before.ends_at, before.ending_ways) != (after.ends_at, after.ending_ways)
    return after.ends_at if is_another else None


def _check_can_be_met(ports: Ports, policy: Policy, *, at: datetime) -> None:
    """Refuse rules that would keep out whoever has to register first."""
    catalogue = ports.room.catalogue
    most = most_of_anybody(catalogue, policy.allowed(ports.room.served, at=at))
    if most == 0:
        raise NothingToRegisterError(ways_of_anybody(catalogue))
    if most < policy.least_methods:
        raise TooManyMethodsError(policy.least_methods, most)
