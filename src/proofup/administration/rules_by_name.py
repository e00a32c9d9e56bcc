"""The rules by name: showing all of them, and changing some.

Rules of a single method are named after its kind: ``temporaryAccessPass.isUsableOnce``. The
figure of a limit is named after the limit: ``limits.passwordNetwork``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from proofup.methods.catalogue import Catalogue
from proofup.policy import figures
from proofup.policy.rules import Policy
from proofup.values.errors import ProofupError

ALL = "all"
WAYS = "ways"
METHODS = "methods"
LIMITS = "limits"


class UnknownRuleError(ProofupError):
    """There is no rule ``name``; those ``known`` are there."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(name)
        self.name = name
        self.known = known


class BadRuleError(ProofupError):
    """The rule ``name`` cannot have this value; ``problem`` says why."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(name, problem)
        self.name = name
        self.problem = problem


def named(policy: Policy, catalogue: Catalogue) -> dict[str, Any]:
    """Return every rule by its name, as plain values."""
    rules: dict[str, Any] = msgspec.to_builtins(policy)
    known = catalogue.ways
    rules[WAYS] = sorted(known if policy.ways is None else policy.ways)
    rules |= {
        f"{LIMITS}.{name}": policy.limit(limit).figure for name, limit in figures.in_force().items()
    }
    del rules[LIMITS]
    set_already = rules.pop(METHODS)
    for kind, configuration in catalogue.configurations.items():
        own = msgspec.convert(set_already.get(kind, {}), configuration)
        rules |= {f"{kind}.{name}": value for name, value in msgspec.to_builtins(own).items()}
    return rules


def changed(policy: Policy, told: Mapping[str, str], catalogue: Catalogue) -> Policy:
    """Return ``policy`` with the rules of ``told``, written as text.

    Raises UnknownRuleError or BadRuleError for the first bad one.
    """
    known = named(policy, catalogue)
    for name, text in told.items():
        if name not in known:
            raise UnknownRuleError(name, list(known))
        try:
            policy = _with(policy, name, text, catalogue)
        except msgspec.ValidationError as error:
            reason = str(error).split(" - at")[0]
            raise BadRuleError(name, f"{text!r} does not fit: {reason}.") from error
    return policy


def _with(policy: Policy, name: str, text: str, catalogue: Catalogue) -> Policy:
    rules: dict[str, Any] = msgspec.to_builtins(policy)
    kind, dot, own_name = name.partition(".")
    if kind == LIMITS:
        rules[LIMITS] = {**rules[LIMITS], own_name: _figure(name, own_name, text)}
    elif dot:
        own = {**rules[METHODS].get(kind, {}), own_name: text}
        kept = msgspec.convert(own, catalogue.configurations[kind], strict=False)
        # Only what was set is stored: what was not follows the defaults of a later release.
        plain = msgspec.to_builtins(kept)
        rules[METHODS] = {**rules[METHODS], kind: {one: plain[one] for one in own}}
    else:
        rules[name] = _ways(text, catalogue) if name == WAYS else text
    return msgspec.convert(rules, Policy, strict=False)


def _figure(rule: str, name: str, text: str) -> int:
    """Return the figure in ``text``, within the bounds of its limit."""
    figure = msgspec.convert(text, int, strict=False)
    limit = figures.in_force()[name]
    if limit.set_to(figure).figure != figure:
        least, greatest = limit.bounds or (limit.figure, limit.figure)
        unit = " seconds" if limit.pace else ""
        problem = f"{text!r} does not fit: it may be from {least} to {greatest}{unit}."
        raise BadRuleError(rule, problem)
    return figure


def _ways(text: str, catalogue: Catalogue) -> list[str] | None:
    words = [word.strip() for word in text.split(",") if word.strip()]
    if words == [ALL]:
        return None
    known = catalogue.ways
    if unknown := [word for word in words if word not in known]:
        raise BadRuleError(
            WAYS, f"{text!r} does not fit: {unknown[0]!r} is none of {', '.join(sorted(known))}."
        )
    if not words:
        raise BadRuleError(WAYS, "names none. Nobody could give a second proof.")
    return words
