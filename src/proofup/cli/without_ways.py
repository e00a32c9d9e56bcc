"""``proofup policy without``: who would be locked out if some ways were switched off."""

import argparse
from datetime import UTC, date, datetime, time
from pathlib import Path

from proofup.cli.opening import opened
from proofup.cli.output import Output, RefusedError
from proofup.cli.people_file import write_people
from proofup.policy.dependence import dependence_on, slots_without
from proofup.values.ways import Way


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the ways, the day and the file."""
    parser.add_argument("ways", nargs="+", metavar="WAY", help="such as sms voiceMobile")
    parser.add_argument("--on", metavar="DAY", help="such as 2027-01-31; without it, now")
    parser.add_argument("--list", type=Path, metavar="FILE.csv", help="write who they are")


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Count who could use none of their methods, and write who they are."""
    async with opened(arguments.folder) as service:
        catalogue, policy = service.room.catalogue, await service.store.policies.current()
        off = frozenset(Way(one) for one in arguments.ways)
        if unknown := off - catalogue.ways:
            known = ", ".join(sorted(catalogue.ways))
            raise RefusedError("WAY", f"{min(unknown)} is no way.", f"There are: {known}.")
        at = _day(arguments.on, service.at)
        census = await service.acts.population.census(list(catalogue.slots), at=at)
        found = dependence_on(census, catalogue, policy, off, at=at)
        lines = [
            f"{found.dependent} have no other method; {found.administrators} of them hold a role.",
            f"{found.people} people were counted" + ("." if found.is_whole else ", not all."),
        ]
        facts: dict[str, object] = {
            "people": found.people,
            "isWhole": found.is_whole,
            "dependent": found.dependent,
            "administrators": found.administrators,
        }
        if arguments.list is not None:
            slots = slots_without(catalogue, policy, off, at=at)
            people = await write_people(
                service, arguments.list, slots, command="policy without", list_of="without"
            )
            lines.append(f"{arguments.list} holds {people} people.")
            facts["listed"] = people
    output.say("\n".join(lines), facts)
    return 0


def _day(told: str | None, at: datetime) -> datetime:
    if told is None:
        return at
    try:
        return datetime.combine(date.fromisoformat(told), time(), UTC)
    except ValueError as error:
        raise RefusedError("--on", f"{told} is no day.", "Write it like 2027-01-31.") from error
