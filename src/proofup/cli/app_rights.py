"""``proofup app grant`` and ``ungrant``: what an application may do."""

import argparse
from collections.abc import Callable

from proofup.administration.applications.finding import find_application
from proofup.administration.applications.rights import RightKind, grant_rights, remove_rights
from proofup.administration.finding_roles import find_role
from proofup.administration.planned import Planned
from proofup.cli.app import application_argument, named
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output
from proofup.tokens.application import Application


def grant_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which application gets or loses which rights."""
    application_argument(parser)
    parser.add_argument("rights", nargs="+", metavar="RIGHT", help="such as User.Read.All")
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument(
        "--delegated",
        dest="kind",
        action="store_const",
        const=RightKind.DELEGATED,
        help="for whoever signs in to it, without asking them",
    )
    kinds.add_argument(
        "--role",
        dest="kind",
        action="store_const",
        const=RightKind.ROLE,
        help="directory roles, which let it act on administrators",
    )
    parser.set_defaults(kind=RightKind.APPLICATION)


ungrant_arguments = grant_arguments


async def grant(arguments: argparse.Namespace, output: Output) -> int:
    """Give an application rights."""
    return await _change(arguments, output, "app grant", grant_rights)


async def ungrant(arguments: argparse.Namespace, output: Output) -> int:
    """Take rights away from an application, and end its tokens."""
    return await _change(arguments, output, "app ungrant", remove_rights)


async def _change(
    arguments: argparse.Namespace,
    output: Output,
    command: str,
    act: Callable[..., Planned[Application]],
) -> int:
    async with opened(arguments.folder) as service:
        found = await find_application(service.acts, arguments.name)
        rights = [await _name(service, arguments.kind, one) for one in arguments.rights]
        actor = service.actor(command)
        changed = await service.carry_out(act(actor, found, arguments.kind, rights, at=service.at))
    held = {
        "permissions": sorted(changed.permissions),
        "consented": sorted(changed.consented),
        "roles": sorted(changed.roles),
    }
    words = ", ".join(name for names in held.values() for name in names) or "no rights"
    output.say(f"{changed.name} has now: {words}.", {**named(changed), **held})
    return 0


async def _name(service: Opened, kind: RightKind, called: str) -> str:
    return (await find_role(service.acts, called)).id if kind is RightKind.ROLE else called
