"""``proofup policy``: the rules the organisation sets for itself."""

import argparse

from proofup.administration import set_rules as acts
from proofup.administration.reason import checked_reason
from proofup.administration.rules_by_name import named, rules_of
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output, RefusedError
from proofup.policy.impact import Impact
from proofup.policy.rules import Policy

SHOWN = 50  # changes
COUNTED = {
    "asked": "would need a second proof, and need none now",
    "released": "would need none any more",
    "must_register": "would have to register a method at their next sign-in",
    "may_register": "would be asked to register one, and could postpone it",
    "must_choose": "would have to choose another default method",
    "locked_out": "could not sign in without an invitation",
}


def show_arguments(_: argparse.ArgumentParser) -> None:
    """Declare nothing."""


history_arguments = show_arguments


async def show(arguments: argparse.Namespace, output: Output) -> int:
    """Show every rule as it is now."""
    async with opened(arguments.folder) as service:
        _tell(output, service, await service.store.policies.current())
    return 0


def set_rules_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the rules."""
    parser.add_argument(
        "rules",
        nargs="+",
        metavar="NAME=VALUE",
        help="such as graceDays=30; the value default takes back what was set",
    )
    parser.add_argument("--reason", metavar="TEXT", help="why, for the audit log")
    parser.add_argument(
        "--dry-run", action="store_true", help="only count whom it would ask for what; set nothing"
    )


async def set_rules(arguments: argparse.Namespace, output: Output) -> int:
    """Set the rules that are named; all of them or none."""
    told = dict(_pair(text) for text in arguments.rules)
    reason = None if arguments.reason is None else checked_reason(arguments.reason)
    async with opened(arguments.folder) as service:
        before, actor = await service.store.policies.current(), service.actor("policy set", reason)
        if arguments.dry_run:
            after = acts.checked_rules(service.acts, before, told, at=service.at)
            impact = await acts.impact_of_rules(service.acts, before, after, at=service.at)
            _say_impact(output, impact)
            return 0
        act = acts.set_rules(service.acts, actor, before, told, at=service.at)
        _tell(output, service, await service.carry_out(act))
    return 0


async def history(arguments: argparse.Namespace, output: Output) -> int:
    """Show the latest changes of the rules, newest first."""
    async with opened(arguments.folder) as service:
        found = await service.store.rule_history.page(most=SHOWN)
    lines = [
        f"{one.at:%Y-%m-%d %H:%M:%S} UTC  {one.actor}  "
        + ", ".join(f"{rule.rule}: {rule.was} -> {rule.now}" for rule in one.rules)
        + (f"  ({one.reason})" if one.reason else "")
        for one in found
    ]
    facts = [
        {
            "id": one.id,
            "dateTime": one.at.isoformat(),
            "actor": one.actor,
            "reason": one.reason,
            "rules": [{"name": rule.rule, "was": rule.was, "now": rule.now} for rule in one.rules],
        }
        for one in found
    ]
    output.say("\n".join(lines) or "No rule was ever set.", {"changes": facts})
    return 0


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise RefusedError(text, "is no rule with a value.", "Write it like graceDays=30.")
    return name, value


def _tell(output: Output, service: Opened, policy: Policy) -> None:
    rules, values = rules_of(service.room.catalogue), named(policy, service.room.catalogue)
    lines = (f"{name} = {rules[name].text(value)}" for name, value in values.items())
    output.say("\n".join(lines), values)


def _say_impact(output: Output, impact: Impact) -> None:
    counts = {name: getattr(impact, name) for name in COUNTED}
    least = "" if impact.is_whole else "at least "
    lines = [f"{least}{count} {COUNTED[name]}" for name, count in counts.items() if count]
    looked = f"{impact.people} people were counted" + ("." if impact.is_whole else ", not all.")
    words = "\n".join([*lines, looked]) if lines else f"Nobody is asked for more. {looked}"
    facts = {"people": impact.people, "isWhole": impact.is_whole, **counts}
    output.say(words, facts)
