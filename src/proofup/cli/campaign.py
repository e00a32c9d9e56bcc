"""``proofup campaign``: how far the campaign for stronger methods is, and who is left."""

import argparse
from pathlib import Path

from proofup.cli.opening import opened
from proofup.cli.output import Output
from proofup.cli.people_file import write_people
from proofup.policy.dependence import progress_of, slots_as_strong
from proofup.policy.rule_choices import Nudge

COMMAND = "campaign"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare whether names are wanted, and whose."""
    parser.add_argument("--list", type=Path, metavar="FILE.csv", help="write who is left")
    parser.add_argument(
        "--everybody", action="store_true", help="also who has another weaker method than a phone"
    )


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Count who has what, and write who is left."""
    async with opened(arguments.folder) as service:
        room, policy = service.room, await service.store.policies.current()
        census = await service.acts.population.census(
            list(room.catalogue.slots), excluded=policy.excluded, at=service.at
        )
        progress = progress_of(census, room.catalogue, policy, served=room.served, at=service.at)
        counts = {
            "reached": (progress.reached, "have it, or a method as strong"),
            "onlyPhones": (progress.only_phones, "have nothing but phones"),
            "weaker": (progress.weaker, "have another method, which is weaker"),
            "without": (progress.without, "have no method, and are not asked"),
            "excluded": (progress.excluded, "are left out by the rule nudgeExcluded"),
        }
        lines = [f"{count} {words}" for count, words in counts.values()]
        if not progress.is_whole:
            lines.append("Not everybody was counted in the time there is.")
        facts: dict[str, object] = {name: count for name, (count, _) in counts.items()}
        facts |= {"isWhole": progress.is_whole, "nudge": policy.nudge.value}
        if arguments.list is not None:
            everybody = arguments.everybody or policy.nudge is Nudge.EVERYBODY
            people = await write_people(
                service,
                arguments.list,
                slots_as_strong(room.catalogue, policy, served=room.served, at=service.at),
                command=COMMAND,
                list_of=COMMAND,
                excluded=policy.excluded,
                only_restricted=not everybody,
            )
            lines.append(f"{arguments.list} holds {people} people.")
            facts["listed"] = people
    output.say("\n".join(lines), facts)
    return 0
