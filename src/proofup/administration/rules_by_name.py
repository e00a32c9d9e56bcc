"""The rules by name: describing all of them, showing their values, and changing some.

Rules of a single method are named after its kind: ``temporaryAccessPass.isUsableOnce``. The
figure of a limit is named after the limit: ``limits.passwordNetwork``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from proofup.methods.catalogue import Catalogue
from proofup.policy import figures
from proofup.policy.nudging import proposable
from proofup.policy.roles import BUILT_IN, CUSTOM
from proofup.policy.rule import DEFAULT, BadRuleError, Rule, rule_of_limit, rules_of_type
from proofup.policy.rules import Policy
from proofup.values.errors import ProofupError
from proofup.values.words import marked

WAYS, ENDING_WAYS, NUDGE_WAYS = "ways", "endingWays", "nudgeWays"
OF_ROLES = ("callerCheckRoles", "approvalRoles")
METHODS = "methods"
LIMITS = "limits"
ROLE_NAMES = {**{one.name: one.name for one in BUILT_IN}, CUSTOM: marked("roles made here")}


class UnknownRuleError(ProofupError):
    """There is no rule ``name``; those ``known`` are there."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(name)
        self.name = name
        self.known = known


def rules_of(catalogue: Catalogue) -> Mapping[str, Rule]:
    """Return every rule there is, by its name."""
    rules = [
        *rules_of_type(Policy, ""),
        *(
            rule
            for kind, configuration in catalogue.configurations.items()
            for rule in rules_of_type(configuration, kind)
        ),
        *(rule_of_limit(limit, LIMITS) for limit in figures.in_force().values()),
    ]
    found = {rule.name: rule for rule in rules}
    able = proposable(catalogue)
    choices = {
        WAYS: {str(way): "" for way in catalogue.traits},
        ENDING_WAYS: {str(way): "" for way in catalogue.traits},
        NUDGE_WAYS: {str(way): "" for way in catalogue.traits if way in able},
        **dict.fromkeys(OF_ROLES, ROLE_NAMES),
    }
    return found | {name: replace(found[name], choices=told) for name, told in choices.items()}


def named(policy: Policy, catalogue: Catalogue) -> dict[str, Any]:
    """Return every rule by its name, as plain values."""
    found: dict[str, Any] = {}
    for name, rule in rules_of(catalogue).items():
        value = _set(policy, rule, rule.default)
        found[name] = sorted(rule.choices) if value is None else value
    return found


def setting(policy: Policy, rule: Rule) -> str:
    """Return what is set for ``rule``, as text that ``changed`` takes."""
    value = _set(policy, rule, DEFAULT)
    return DEFAULT if value == DEFAULT else rule.text(value)


def changed(policy: Policy, told: Mapping[str, str], catalogue: Catalogue) -> Policy:
    """Return ``policy`` with the rules of ``told``, written as text; ``default`` takes one back.

    Only what was set of a limit or a method is stored: the rest follows the defaults of a later
    release. Raises UnknownRuleError or BadRuleError for the first bad one.
    """
    rules = rules_of(catalogue)
    document: dict[str, Any] = msgspec.to_builtins(policy)
    for name, text in told.items():
        if name not in rules:
            raise UnknownRuleError(name, list(rules))
        _put(document, rules[name], text)
    for name, text in told.items():
        _check_together(document, rules[name], text, catalogue)
    return msgspec.convert(document, Policy)


def differing(
    policy: Policy, told: Mapping[str, str], catalogue: Catalogue
) -> tuple[Mapping[str, str], Mapping[str, BadRuleError]]:
    """Return those of ``told`` whose value is another now, and apart from them those that are bad.

    A name that is no rule is left out.
    """
    rules, present = rules_of(catalogue), named(policy, catalogue)
    good: dict[str, str] = {}
    bad: dict[str, BadRuleError] = {}
    for name, rule in rules.items():
        if name not in told:
            continue
        try:
            value = rule.read(told[name])
        except BadRuleError as error:
            bad[name] = error
            continue
        everything = sorted(rule.choices) if value is None else value
        is_taken_back = told[name] == DEFAULT != setting(policy, rule)
        if everything != present[name] or is_taken_back:
            good[name] = told[name]
    return good, bad


def _set(policy: Policy, rule: Rule, otherwise: Any) -> Any:
    """Return the plain value that is set for ``rule``, or ``otherwise``."""
    if rule.topic == LIMITS:
        limit = figures.in_force()[rule.own_name]
        return policy.limit(limit).figure if limit.name in policy.limits else otherwise
    if rule.topic:
        return policy.methods.get(rule.topic, {}).get(rule.own_name, otherwise)
    value = msgspec.to_builtins(policy)[rule.name]
    return sorted(value) if isinstance(value, list) else value


def _put(document: dict[str, Any], rule: Rule, text: str) -> None:
    value = rule.read(text)
    if not rule.topic:
        document[rule.name] = value
        return
    apart = document if rule.topic == LIMITS else document[METHODS]
    own = {**apart.get(rule.topic, {}), rule.own_name: value}
    if text == DEFAULT:
        del own[rule.own_name]
    apart[rule.topic] = own


def _check_together(
    document: Mapping[str, Any], rule: Rule, text: str, catalogue: Catalogue
) -> None:
    """Refuse values that fit each by itself, and not together."""
    configuration = catalogue.configurations.get(rule.topic) if rule.topic else Policy
    if configuration is not None:
        try:
            apart = document[METHODS][rule.topic] if rule.topic else document
            msgspec.convert(apart, configuration)
        except msgspec.ValidationError as error:
            raise BadRuleError(rule, text, str(error).split(" - at")[0]) from error
