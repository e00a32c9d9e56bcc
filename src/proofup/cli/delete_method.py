"""``proofup user delete-method``: deletes one method that its owner can or may no longer use."""

import argparse

from proofup.administration.delete_method import delete_method
from proofup.cli.opening import Opened, opened
from proofup.cli.output import Output, RefusedError
from proofup.cli.users import method_line, name_argument, say_of
from proofup.methods.registered_methods import RegisteredMethod
from proofup.policy.target import Target


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare whose method it is, and which."""
    name_argument(parser)
    parser.add_argument("method", metavar="METHOD", help="as `user show` names it, or its kind")


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Delete one method of the user, and end all sessions and sign-ins in progress."""
    async with opened(arguments.folder) as service:
        target, actor = await service.target(arguments.name), service.actor("user delete-method")
        method = method_called(service, target, arguments.method)
        act = delete_method(service.acts, actor, target, method.id, at=service.at)
        await service.carry_out(act)
    words = f"has no {arguments.method} any more, and is signed out everywhere."
    say_of(target, output, words, {"deleted": arguments.method})
    return 0


def method_called(service: Opened, target: Target, name: str) -> RegisteredMethod:
    """Return the method that ``name`` describes. Raises RefusedError."""
    catalogue = service.room.catalogue
    lines = {one.id: method_line(catalogue, one) for one in target.held}
    found = [
        one
        for one in target.held
        if name in {one.kind, catalogue.describe(one).line, lines[one.id]}
    ]
    if len(found) == 1:
        return found[0]
    problem = "is several of them." if found else "is none of them."
    raise RefusedError("METHOD", f"{name!r} {problem}", f"They have: {', '.join(lines.values())}.")
