"""``proofup unit``: administrative units."""

import argparse
from collections.abc import AsyncIterator

from proofup.administration.change_unit import change_unit
from proofup.administration.create_unit import create_unit
from proofup.administration.delete_unit import delete_unit
from proofup.administration.finding_roles import find_unit
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output
from proofup.directory.units import Unit
from proofup.directory.users import Person

PAGE = 500


def unit_argument(parser: argparse.ArgumentParser) -> None:
    """Declare which unit a command is about."""
    parser.add_argument("unit", metavar="UNIT", help="name or id of a unit")


def list_all_arguments(_: argparse.ArgumentParser) -> None:
    """Declare nothing."""


create_arguments = show_arguments = delete_arguments = unit_argument


def rename_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the unit, and its new name."""
    unit_argument(parser)
    parser.add_argument("new_name", metavar="NEW-NAME", help="its new name")


async def list_all(arguments: argparse.Namespace, output: Output) -> int:
    """List every unit with its id."""
    async with opened(arguments.folder) as service:
        units = [one async for one in _units(service)]
    words = "\n".join(f"{one.id}  {one.name}" for one in units) or "There is no unit."
    output.say(words, {"units": [_facts(one) for one in units]})
    return 0


async def show(arguments: argparse.Namespace, output: Output) -> int:
    """Show everybody who belongs to a unit."""
    async with opened(arguments.folder) as service:
        unit = await find_unit(service.acts, arguments.unit)
        users = [one.user async for one in _members(service, unit)]
    names = [f"  {one.user_principal_name}" for one in users]
    lines = [f"{unit.name}  {unit.id}", *(["members:", *names] if names else ["no members"])]
    members = [{"id": one.id, "userPrincipalName": one.user_principal_name} for one in users]
    output.say("\n".join(lines), {**_facts(unit), "members": members})
    return 0


async def create(arguments: argparse.Namespace, output: Output) -> int:
    """Make a unit without members."""
    async with opened(arguments.folder) as service:
        actor = service.actor("unit create")
        act = create_unit(service.acts, actor, arguments.unit, at=service.at)
        unit = await service.carry_out(act)
    output.say(f"{unit.name} is made.", _facts(unit))
    return 0


async def rename(arguments: argparse.Namespace, output: Output) -> int:
    """Give a unit another name."""
    async with opened(arguments.folder) as service:
        unit = await find_unit(service.acts, arguments.unit)
        act = change_unit(
            service.actor("unit rename"),
            unit,
            name=arguments.new_name,
            description=unit.description,
            at=service.at,
        )
        new = await service.carry_out(act)
    output.say(f"{unit.name} is called {new.name} now.", _facts(new))
    return 0


async def delete(arguments: argparse.Namespace, output: Output) -> int:
    """Delete a unit; its members stay as they are."""
    async with opened(arguments.folder) as service:
        unit = await find_unit(service.acts, arguments.unit)
        await service.carry_out(delete_unit(service.actor("unit delete"), unit, at=service.at))
    output.say(f"{unit.name} is deleted.", _facts(unit))
    return 0


async def _units(service: Opened) -> AsyncIterator[Unit]:
    after = None
    while found := await service.store.units.page(after=after, most=PAGE):
        for one in found:
            yield one
        after = found[-1].id


async def _members(service: Opened, unit: Unit) -> AsyncIterator[Person]:
    after = None
    while found := await service.store.units.members(unit.id, after=after, most=PAGE):
        for one in found:
            yield one
        after = found[-1].user.id


def _facts(unit: Unit) -> dict[str, object]:
    return {"id": unit.id, "displayName": unit.name}
