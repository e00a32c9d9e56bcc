"""``proofup user delete``, and what can be done to deleted users."""

import argparse

from proofup.administration.delete_user import (
    delete_user,
    deleted_target,
    erase_user,
    every_deleted,
    restore_user,
)
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output, RefusedError
from proofup.cli.users import name_argument, say_of
from proofup.directory.deleted_users import KEPT, DeletedUser
from proofup.values.names import folded_name

arguments = name_argument


def restore_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which deleted user is meant."""
    parser.add_argument("name", metavar="NAME", help="id, or former user principal name")


erase_arguments = restore_arguments


def show_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare nothing: all are listed."""


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Delete a user."""
    async with opened(arguments.folder) as service:
        target = await service.target(arguments.name)
        await service.carry_out(delete_user(service.actor("user delete"), target, at=service.at))
    until = (service.at + KEPT).date().isoformat()
    say_of(target, output, f"is deleted, and can be restored until {until}.", {"until": until})
    return 0


async def restore(arguments: argparse.Namespace, output: Output) -> int:
    """Restore a deleted user."""
    async with opened(arguments.folder) as service:
        found = await _one(service, arguments.name)
        target = await deleted_target(service.acts, found.person.user.id, at=service.at)
        await service.carry_out(restore_user(service.actor("user restore"), target, at=service.at))
    return _said(found, output, "may sign in again, with the methods of before.")


async def erase(arguments: argparse.Namespace, output: Output) -> int:
    """Erase a deleted user for good."""
    async with opened(arguments.folder) as service:
        found = await _one(service, arguments.name)
        target = await deleted_target(service.acts, found.person.user.id, at=service.at)
        await service.carry_out(erase_user(service.actor("user erase"), target, at=service.at))
    return _said(found, output, "is erased.")


async def show(arguments: argparse.Namespace, output: Output) -> int:
    """List deleted users, the oldest first."""
    async with opened(arguments.folder) as service:
        found = [one async for one in every_deleted(service.acts)]
    lines = [
        f"{one.name} {one.person.user.id} {one.deleted_at:%Y-%m-%d %H:%M} UTC" for one in found
    ]
    facts = [
        {
            "id": one.person.user.id,
            "userPrincipalName": one.name,
            "deletedDateTime": one.deleted_at.isoformat(),
        }
        for one in found
    ]
    output.say("\n".join(lines) or "Nobody is deleted.", {"deleted": facts})
    return 0


async def _one(service: Opened, called: str) -> DeletedUser:
    """Return the one deleted user who is ``called`` so."""
    name, every = folded_name(called), every_deleted(service.acts)
    found = [one async for one in every if name in {one.person.user.id, folded_name(one.name)}]
    if not found:
        raise RefusedError("NAME", f"no deleted user has the id or the name {called!r}.")
    if len(found) > 1:
        ids = ", ".join(one.person.user.id for one in found)
        raise RefusedError("NAME", f"several deleted users had that name: {ids}.", "Give an id.")
    return found[0]


def _said(found: DeletedUser, output: Output, words: str) -> int:
    facts = {"id": found.person.user.id, "userPrincipalName": found.name}
    output.say(f"{found.name} {words}", facts)
    return 0
