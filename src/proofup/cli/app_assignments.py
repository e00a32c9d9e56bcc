"""``proofup app assign`` and ``unassign``: who may use an application that needs an assignment."""

import argparse
from collections.abc import Sequence

from proofup.administration.applications.assigning import (
    Principal,
    assign_application,
    unassign_application,
)
from proofup.administration.applications.finding import find_application
from proofup.administration.groups import find_group
from proofup.administration.planned import Planned, together
from proofup.cli.app import application_argument, named
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output, RefusedError
from proofup.tokens.application import Application
from proofup.tokens.assignment import NO_ROLE, AppAssignment

MOST = 999


def assign_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the application, the app role, and who is meant."""
    application_argument(parser)
    parser.add_argument("names", nargs="*", metavar="NAME", help="user principal name or id")
    parser.add_argument(
        "--group", action="append", default=[], metavar="GROUP", help="name or id of a group"
    )
    parser.add_argument("--role", metavar="VALUE", help="the app role, by its value")


unassign_arguments = assign_arguments


async def assign(arguments: argparse.Namespace, output: Output) -> int:
    """Assign users and groups to an application; all of them or none."""
    async with opened(arguments.folder) as service:
        found = await find_application(service.acts, arguments.name)
        role, actor = _role(found, arguments.role), service.actor("app assign")
        acts: list[Planned[AppAssignment]] = []
        for principal in await _principals(service, arguments):
            if await _held(service, found, principal, role) is None:
                act = assign_application(
                    service.acts, actor, found, principal, app_role=role, at=service.at
                )
                acts.append(act)
        await service.carry_out(together(acts))
    output.say(f"{len(acts)} assigned to {found.name}.", {**named(found), "changed": len(acts)})
    return 0


async def unassign(arguments: argparse.Namespace, output: Output) -> int:
    """End assignments; all of them or none."""
    async with opened(arguments.folder) as service:
        found = await find_application(service.acts, arguments.name)
        role, actor = _role(found, arguments.role), service.actor("app unassign")
        acts: list[Planned[None]] = []
        for principal in await _principals(service, arguments):
            held = await _held(service, found, principal, role)
            if held is not None:
                acts.append(unassign_application(actor, found, held, at=service.at))
        await service.carry_out(together(acts))
    output.say(
        f"{len(acts)} no longer assigned to {found.name}.", {**named(found), "changed": len(acts)}
    )
    return 0


def _role(application: Application, value: str | None) -> str:
    if value is None:
        return NO_ROLE
    for one in application.app_roles:
        if one.value == value:
            return one.id
    raise RefusedError("--role", f"{application.name} has no app role {value!r}.")


async def _principals(service: Opened, arguments: argparse.Namespace) -> Sequence[Principal]:
    if not arguments.names and not arguments.group:
        raise RefusedError("NAME", "nobody was named.", "Name users, or groups with --group.")
    targets = [await service.target(name) for name in arguments.names]
    ids = dict.fromkeys(one.person.user.id for one in targets)
    groups = [await find_group(service.acts, name) for name in arguments.group]
    return [
        *(Principal(user_id=user_id) for user_id in ids),
        *(Principal(group_id=group_id) for group_id in dict.fromkeys(one.id for one in groups)),
    ]


async def _held(
    service: Opened, application: Application, principal: Principal, role: str
) -> AppAssignment | None:
    whose = principal.user_id or principal.group_id or ""
    for one in await service.acts.assignments.of_principal(whose, most=MOST):
        if (one.application_id, one.app_role) == (application.id, role):
            return one
    return None
