"""``proofup role assign`` and ``remove``: who holds a role."""

import argparse
from datetime import UTC, datetime, timedelta

from proofup.administration.assign_role import assign_role
from proofup.administration.finding_roles import find_role, find_unit
from proofup.administration.remove_role import remove_role
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output, RefusedError
from proofup.cli.role import role_argument
from proofup.cli.users import name_argument, say_of
from proofup.directory.units import Unit

DATE = len("2026-12-31")


def remove_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare who holds the role, which, and for whom."""
    name_argument(parser)
    role_argument(parser)
    parser.add_argument("--unit", metavar="UNIT", help="only for its members; else for everybody")


def assign_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare who gets the role, which, for whom and until when."""
    remove_arguments(parser)
    parser.add_argument("--until", metavar="DATE", help="its last day, or an instant (ISO 8601)")


async def assign(arguments: argparse.Namespace, output: Output) -> int:
    """Give a user a role."""
    until = None if arguments.until is None else _instant(arguments.until)
    async with opened(arguments.folder) as service:
        target, actor = await service.target(arguments.name), service.actor("role assign")
        role = await find_role(service.acts, arguments.role)
        unit = await _unit(service, arguments.unit)
        act = assign_role(actor, target, role, unit=unit, until=until, at=service.at)
        await service.carry_out(act)
    whom = f" for {unit.name}" if unit else ""
    ends = f" until {until:%Y-%m-%d %H:%M} UTC" if until else ""
    facts = {"role": role.id, "unit": unit.id if unit else None}
    facts["endDateTime"] = until.isoformat() if until else None
    say_of(target, output, f"is {role.name}{whom}{ends}.", facts)
    return 0


async def remove(arguments: argparse.Namespace, output: Output) -> int:
    """Take a role away from a user."""
    async with opened(arguments.folder) as service:
        target, actor = await service.target(arguments.name), service.actor("role remove")
        role = await find_role(service.acts, arguments.role)
        unit = await _unit(service, arguments.unit)
        await service.carry_out(remove_role(actor, target, role, unit=unit, at=service.at))
    whom = f" for {unit.name}" if unit else ""
    facts = {"role": role.id, "unit": unit.id if unit else None}
    say_of(target, output, f"is not {role.name}{whom} any more.", facts)
    return 0


async def _unit(service: Opened, called: str | None) -> Unit | None:
    return None if called is None else await find_unit(service.acts, called)


def _instant(text: str) -> datetime:
    """Return the instant in ``text``, of a date the end of that day; UTC where it does not say."""
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is None:
            found = found.replace(tzinfo=UTC)
        return found.astimezone(UTC) + timedelta(days=len(text) == DATE)
    except (ValueError, OverflowError) as error:
        raise RefusedError("--until", f"{text!r} is no date.", "Write 2027-03-31.") from error
