"""``proofup policy``: the rules the organisation sets for itself."""

import argparse

from proofup.administration import set_rules as acts
from proofup.administration.rules_by_name import named
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output, RefusedError
from proofup.policy.rules import Policy


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
        before, actor = await service.store.policies.current(), service.actor("policy set")
        act = acts.set_rules(service.acts, actor, before, dict(told), at=service.at)
        _tell(output, service, await service.carry_out(act))
    return 0


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise RefusedError(text, "is no rule with a value.", "Write it like graceDays=30.")
    return name, value


def _tell(output: Output, service: Opened, policy: Policy) -> None:
    rules = named(policy, service.room.catalogue)
    words = (
        f"{name} = {', '.join(value) if isinstance(value, list) else str(value)}"
        for name, value in rules.items()
    )
    output.say("\n".join(words), rules)
