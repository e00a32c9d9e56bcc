"""``proofup policy``: the rules the organisation sets for itself."""

import argparse
import difflib

from proofup.audit.events.accounts import PolicyChanged
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output, RefusedError
from proofup.policy.editing import BadRuleError, UnknownRuleError, changed, named
from proofup.policy.rules import Policy, SetPolicy
from proofup.policy.slots import most_of_anybody, ways_of_anybody


def show_arguments(_: argparse.ArgumentParser) -> None:
    """Declare nothing."""


async def show(arguments: argparse.Namespace, output: Output) -> int:
    """Show every rule as it is now."""
    async with opened(arguments.folder) as service:
        _tell(output, service, await service.store.policies.current())
    return 0


def set_rules_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the rules."""
    parser.add_argument("rules", nargs="+", metavar="NAME=VALUE", help="such as graceDays=30")


async def set_rules(arguments: argparse.Namespace, output: Output) -> int:
    """Set the rules that are named; all of them or none."""
    told = [_pair(text) for text in arguments.rules]
    async with opened(arguments.folder) as service:
        before = await service.store.policies.current()
        after = _changed(service, before, dict(told))
        _check_can_be_met(service, after)
        names = ", ".join(name for name, _ in told)
        await service.store.commit(
            SetPolicy(policy=after),
            service.entry(PolicyChanged(command="policy set", rules=names), None),
        )
        _tell(output, service, after)
    return 0


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise RefusedError(text, "is no rule with a value.", "Write it like graceDays=30.")
    return name, value


def _changed(service: Opened, before: Policy, told: dict[str, str]) -> Policy:
    """Return ``before`` with what was told. Raises RefusedError for the first bad one."""
    try:
        return changed(before, told, service.room.catalogue)
    except UnknownRuleError as error:
        near = difflib.get_close_matches(error.name, error.known, n=1, cutoff=0.4)
        fix = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(error.known)}."
        raise RefusedError(error.name, "is no rule.", fix) from error
    except BadRuleError as error:
        raise RefusedError(error.name, error.problem) from error


def _check_can_be_met(service: Opened, policy: Policy) -> None:
    """Refuse rules that would keep out whoever has to register first."""
    methods = service.room.catalogue
    most = most_of_anybody(methods, policy.allowed(methods.served(service.settings.carriers)))
    if most == 0:
        problem = "leaves nothing that a person could register at sign-in with the carriers set."
        *ways, last = ways_of_anybody(methods)
        raise RefusedError("ways", problem, f"Add {', '.join(ways)} or {last}.")
    if most < policy.least_methods:
        problem = f"asks for {policy.least_methods}, but not everybody can register more than "
        problem += f"{most} in these ways."
        raise RefusedError("leastMethods", problem, "Ask for fewer, or allow more ways.")


def _tell(output: Output, service: Opened, policy: Policy) -> None:
    rules = named(policy, service.room.catalogue)
    words = (
        f"{name} = {', '.join(value) if isinstance(value, list) else str(value)}"
        for name, value in rules.items()
    )
    output.say("\n".join(words), rules)
