"""``proofup role``: the roles there are, and those made here."""

import argparse
from collections.abc import AsyncIterator

from msgspec.structs import replace

from proofup.administration.change_role import change_role
from proofup.administration.create_role import create_role
from proofup.administration.delete_role import delete_role
from proofup.administration.finding_roles import find_custom_role, find_role
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output
from proofup.directory.roles import Holder
from proofup.policy.roles import BUILT_IN, ROLES, DirectoryRole, made_here

PAGE = 500


def role_argument(parser: argparse.ArgumentParser) -> None:
    """Declare which role a command is about."""
    parser.add_argument("role", metavar="ROLE", help="name or id of a role")


def list_all_arguments(_: argparse.ArgumentParser) -> None:
    """Declare nothing."""


def create_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the name of a new role, and what it permits."""
    role_argument(parser)
    parser.add_argument("permissions", nargs="+", metavar="PERMISSION", help="such as resetMethods")


def change_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which role, and what of it changes."""
    role_argument(parser)
    parser.add_argument("--name", metavar="NEW-NAME", help="its new name")
    parser.add_argument(
        "--permissions", nargs="+", metavar="PERMISSION", help="all that it permits from now on"
    )


show_arguments = delete_arguments = role_argument


async def list_all(arguments: argparse.Namespace, output: Output) -> int:
    """List every role with its id."""
    async with opened(arguments.folder) as service:
        roles = [*BUILT_IN, *[one async for one in _made_here(service)]]
    words = "\n".join(f"{one.id}  {one.name}" for one in roles)
    output.say(words, {"roles": [_facts(one) for one in roles]})
    return 0


async def show(arguments: argparse.Namespace, output: Output) -> int:
    """Show what a role permits, and everybody who holds it."""
    async with opened(arguments.folder) as service:
        role = await find_role(service.acts, arguments.role)
        holders = [one async for one in _holders(service, role)]
    permissions = ", ".join(sorted(role.permissions)) or "nothing yet"
    lines = [f"{role.name}  {role.id}", f"permits: {permissions}", f"acts on: {_acts_on(role)}"]
    lines += ["held by:", *map(_line, holders)] if holders else ["held by nobody"]
    output.say("\n".join(lines), {**_facts(role), "holders": [_held(one) for one in holders]})
    return 0


async def create(arguments: argparse.Namespace, output: Output) -> int:
    """Make a role of single permissions."""
    async with opened(arguments.folder) as service:
        actor, words = service.actor("role create"), arguments.permissions
        act = create_role(service.acts, actor, arguments.role, words, at=service.at)
        role = await service.carry_out(act)
    output.say(f"{role.name} is made.", _facts(role))
    return 0


async def change(arguments: argparse.Namespace, output: Output) -> int:
    """Change a custom role, for all who hold it."""
    async with opened(arguments.folder) as service:
        was = await find_custom_role(service.acts, arguments.role)
        now = replace(
            was,
            name=arguments.name or was.name,
            permissions=frozenset(arguments.permissions or was.permissions),
        )
        act = change_role(service.actor("role change"), was, now, at=service.at)
        role = await service.carry_out(act)
    output.say(f"{role.name} is changed.", _facts(role))
    return 0


async def delete(arguments: argparse.Namespace, output: Output) -> int:
    """Delete a role that nobody holds."""
    async with opened(arguments.folder) as service:
        role = await find_role(service.acts, arguments.role)
        await service.carry_out(delete_role(service.actor("role delete"), role, at=service.at))
    output.say(f"{role.name} is deleted.", {"id": role.id, "displayName": role.name})
    return 0


async def _made_here(service: Opened) -> AsyncIterator[DirectoryRole]:
    after = None
    while found := await service.store.roles.custom(after=after, most=PAGE):
        for one in found:
            yield made_here(one)
        after = found[-1].id


async def _holders(service: Opened, role: DirectoryRole) -> AsyncIterator[Holder]:
    after, roles = None, service.store.roles
    while found := await roles.holders(role.id, after=after, most=PAGE, at=service.at):
        for one in found:
            yield one
        after = found[-1]


def _acts_on(role: DirectoryRole) -> str:
    if role.acts_on is None:
        return "everybody"
    names = sorted(ROLES[one].name for one in role.acts_on)
    return ", ".join(["people without a role", *names])


def _line(holder: Holder) -> str:
    unit, ends = holder.assignment.unit, holder.assignment.expires_at
    limits = [f"unit {unit}"] if unit else []
    limits += [f"until {ends:%Y-%m-%d %H:%M} UTC"] if ends else []
    return "  ".join(["", holder.person.user.user_principal_name, *limits])


def _held(holder: Holder) -> dict[str, object]:
    user, held = holder.person.user, holder.assignment
    return {
        "id": user.id,
        "userPrincipalName": user.user_principal_name,
        "unit": held.unit,
        "endDateTime": held.expires_at.isoformat() if held.expires_at else None,
    }


def _facts(role: DirectoryRole) -> dict[str, object]:
    return {
        "id": role.id,
        "displayName": role.name,
        "isBuiltIn": role.id in ROLES,
        "permissions": sorted(role.permissions),
    }
