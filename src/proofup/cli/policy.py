"""``proofup policy``: the rules the organisation sets for itself."""

import argparse
import difflib
from typing import Any

import msgspec

from proofup.audit.events.accounts import PolicyChanged
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output, RefusedError
from proofup.policy.rules import Policy, SetPolicy
from proofup.policy.slots import most_of_anybody


def show_arguments(_: argparse.ArgumentParser) -> None:
    """Declare nothing."""


async def show(arguments: argparse.Namespace, output: Output) -> int:
    """Show every rule as it is now."""
    async with opened(arguments.folder) as service:
        _tell(output, await service.store.policies.current())
    return 0


def set_rules_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the rules."""
    parser.add_argument("rules", nargs="+", metavar="NAME=VALUE", help="such as graceDays=30")


async def set_rules(arguments: argparse.Namespace, output: Output) -> int:
    """Set the rules that are named; all of them or none."""
    told = [_pair(text) for text in arguments.rules]
    async with opened(arguments.folder) as service:
        before = await service.store.policies.current()
        after = _changed(before, dict(told))
        _check_can_be_met(service, after)
        changed = ", ".join(name for name, _ in told)
        await service.store.commit(
            SetPolicy(policy=after),
            service.entry(PolicyChanged(command="policy set", rules=changed), None),
        )
    _tell(output, after)
    return 0


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise RefusedError(text, "is no rule with a value.", "Write it like graceDays=30.")
    return name, value


def _changed(before: Policy, told: dict[str, str]) -> Policy:
    """Return ``before`` with what was told. Raises RefusedError for the first bad one."""
    rules: dict[str, Any] = msgspec.to_builtins(before)
    for name, value in told.items():
        if name not in rules:
            near = difflib.get_close_matches(name, rules, n=1, cutoff=0.4)
            fix = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(rules)}."
            raise RefusedError(name, "is no rule.", fix)
        parts = [part.strip() for part in value.split(",") if part.strip()]
        rules[name] = parts if name == "ways" else value
        try:
            msgspec.convert(rules, Policy, strict=False)
        except msgspec.ValidationError as error:
            problem = f"{value!r} does not fit: {str(error).split(' - at')[0]}."
            raise RefusedError(name, problem) from error
    policy = msgspec.convert(rules, Policy, strict=False)
    if not policy.ways:
        raise RefusedError("ways", "names none.", "Nobody could give a second proof.")
    return policy


def _check_can_be_met(service: Opened, policy: Policy) -> None:
    """Refuse rules that would keep out whoever has to register first."""
    most = most_of_anybody(service.catalogue(), policy.ways & service.settings.served)
    if most == 0:
        problem = "leaves nothing that a person could register at sign-in with the carriers set."
        raise RefusedError("ways", problem, "Add oath, sms or voiceMobile.")
    if most < policy.least_methods:
        problem = f"asks for {policy.least_methods}, but not everybody can register more than "
        problem += f"{most} in these ways."
        raise RefusedError("leastMethods", problem, "Ask for fewer, or allow oath too.")


def _tell(output: Output, policy: Policy) -> None:
    rules: dict[str, Any] = msgspec.to_builtins(policy, order="sorted")
    words = (
        f"{name} = {', '.join(value) if isinstance(value, list) else str(value)}"
        for name, value in rules.items()
    )
    output.say("\n".join(words), rules)
