"""``proofup group``: security groups."""

import argparse
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from proofup.administration.groups import (
    add_to_group,
    change_group,
    create_group,
    delete_group,
    find_group,
    remove_from_group,
)
from proofup.administration.planned import Planned, together
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output
from proofup.directory.groups import Belonging, Group
from proofup.directory.users import Person

PAGE = 500


def group_argument(parser: argparse.ArgumentParser) -> None:
    """Declare which group a command is about."""
    parser.add_argument("group", metavar="GROUP", help="name or id of a group")


def list_all_arguments(_: argparse.ArgumentParser) -> None:
    """Declare nothing."""


show_arguments = delete_arguments = group_argument


def create_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what a new group is."""
    parser.add_argument("group", metavar="NAME", help="what people see of it")
    parser.add_argument("--description", metavar="TEXT", help="what it is for")


def rename_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the group, and its new name."""
    group_argument(parser)
    parser.add_argument("new_name", metavar="NEW-NAME", help="its new name")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the group, and who is meant."""
    group_argument(parser)
    parser.add_argument("names", nargs="+", metavar="NAME", help="user principal name or id")
    parser.add_argument(
        "--owner",
        dest="belonging",
        action="store_const",
        const=Belonging.OWNER,
        default=Belonging.MEMBER,
        help="as owners, who look after it, and not as members",
    )


remove_arguments = add_arguments


async def list_all(arguments: argparse.Namespace, output: Output) -> int:
    """List every group with its id."""
    async with opened(arguments.folder) as service:
        groups = [one async for one in _groups(service)]
    words = "\n".join(f"{one.id}  {one.name}" for one in groups) or "There is no group."
    output.say(words, {"groups": [_facts(one) for one in groups]})
    return 0


async def show(arguments: argparse.Namespace, output: Output) -> int:
    """Show everybody who belongs to a group."""
    async with opened(arguments.folder) as service:
        group = await find_group(service.acts, arguments.group)
        people = {
            one: [person.user async for person in _people(service, group, one)] for one in Belonging
        }
    lines = [f"{group.name}  {group.id}"]
    for belonging, users in people.items():
        names = [f"  {one.user_principal_name}" for one in users]
        lines += [f"{belonging}s:", *names] if names else [f"no {belonging}s"]
    facts = {
        f"{belonging}s": [
            {"id": one.id, "userPrincipalName": one.user_principal_name} for one in users
        ]
        for belonging, users in people.items()
    }
    output.say("\n".join(lines), {**_facts(group), **facts})
    return 0


async def create(arguments: argparse.Namespace, output: Output) -> int:
    """Make a group without people."""
    async with opened(arguments.folder) as service:
        actor, description = service.actor("group create"), arguments.description
        act = create_group(
            service.acts, actor, arguments.group, description=description, at=service.at
        )
        group = await service.carry_out(act)
    output.say(f"{group.name} is made.", _facts(group))
    return 0


async def rename(arguments: argparse.Namespace, output: Output) -> int:
    """Give a group another name."""
    async with opened(arguments.folder) as service:
        group = await find_group(service.acts, arguments.group)
        act = change_group(
            service.actor("group rename"),
            group,
            name=arguments.new_name,
            mail_nickname=group.mail_nickname,
            description=group.description,
            at=service.at,
        )
        new = await service.carry_out(act)
    output.say(f"{group.name} is called {new.name} now.", _facts(new))
    return 0


async def delete(arguments: argparse.Namespace, output: Output) -> int:
    """Delete a group; its people stay as they are."""
    async with opened(arguments.folder) as service:
        group = await find_group(service.acts, arguments.group)
        await service.carry_out(delete_group(service.actor("group delete"), group, at=service.at))
    output.say(f"{group.name} is deleted.", _facts(group))
    return 0


async def add(arguments: argparse.Namespace, output: Output) -> int:
    """Add users; all of them or none."""
    return await _change(arguments, output, "group add", "added to", add_to_group)


async def remove(arguments: argparse.Namespace, output: Output) -> int:
    """Take users out; all of them or none."""
    return await _change(arguments, output, "group remove", "taken out of", remove_from_group)


async def _change(
    arguments: argparse.Namespace,
    output: Output,
    command: str,
    words: str,
    act: Callable[..., Awaitable[Planned[bool]]],
) -> int:
    async with opened(arguments.folder) as service:
        group = await find_group(service.acts, arguments.group)
        targets = [await service.target(name) for name in arguments.names]
        unique = {one.person.user.id: one for one in targets}
        actor, how = service.actor(command), arguments.belonging
        acts = [
            await act(service.acts, actor, one, group, how, at=service.at)
            for one in unique.values()
        ]
        done = await service.carry_out(together(acts))
    unchanged = len(done) - sum(done)
    more = f"; {unchanged} unchanged." if unchanged else "."
    facts: dict[str, Any] = {"changed": sum(done), "unchanged": unchanged}
    output.say(f"{sum(done)} {words} {group.name}{more}", {**_facts(group), **facts})
    return 0


async def _groups(service: Opened) -> AsyncIterator[Group]:
    after = None
    while found := await service.store.groups.page(after=after, most=PAGE):
        for one in found:
            yield one
        after = found[-1].id


async def _people(service: Opened, group: Group, how: Belonging) -> AsyncIterator[Person]:
    after = None
    while found := await service.store.groups.people(group.id, how, after=after, most=PAGE):
        for one in found:
            yield one
        after = found[-1].user.id


def _facts(group: Group) -> dict[str, object]:
    return {"id": group.id, "displayName": group.name, "description": group.description}
