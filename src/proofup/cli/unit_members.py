"""``proofup unit add`` and ``remove``: who belongs to an administrative unit."""

import argparse
from collections.abc import Callable, Sequence

from proofup.administration.add_member import add_member
from proofup.administration.finding_roles import find_unit
from proofup.administration.planned import Planned, together
from proofup.administration.remove_member import remove_member
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output
from proofup.cli.unit import unit_argument
from proofup.directory.units import Unit
from proofup.policy.target import Target


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the unit, and who is meant."""
    unit_argument(parser)
    parser.add_argument("names", nargs="+", metavar="NAME", help="user principal name or id")


remove_arguments = add_arguments


async def add(arguments: argparse.Namespace, output: Output) -> int:
    """Add users; all of them or none."""
    async with opened(arguments.folder) as service:
        unit, actor = await find_unit(service.acts, arguments.unit), service.actor("unit add")

        def act(target: Target) -> Planned[bool]:
            return add_member(actor, target, unit, at=service.at)

        done = await _all(service, arguments.names, act)
    _say(output, unit, f"{sum(done)} added to {unit.name}", done)
    return 0


async def remove(arguments: argparse.Namespace, output: Output) -> int:
    """Take users out; all of them or none."""
    async with opened(arguments.folder) as service:
        unit, actor = await find_unit(service.acts, arguments.unit), service.actor("unit remove")

        def act(target: Target) -> Planned[bool]:
            return remove_member(actor, target, unit, at=service.at)

        done = await _all(service, arguments.names, act)
    _say(output, unit, f"{sum(done)} taken out of {unit.name}", done)
    return 0


async def _all(
    service: Opened, names: Sequence[str], act: Callable[[Target], Planned[bool]]
) -> Sequence[bool]:
    targets = {one.person.user.id: one for one in [await service.target(name) for name in names]}
    return await service.carry_out(together([act(one) for one in targets.values()]))


def _say(output: Output, unit: Unit, words: str, done: Sequence[bool]) -> None:
    unchanged = len(done) - sum(done)
    more = f"; {unchanged} unchanged." if unchanged else "."
    facts = {"id": unit.id, "displayName": unit.name}
    output.say(words + more, {**facts, "changed": sum(done), "unchanged": unchanged})
