"""``proofup user delete-app-passwords``: the programs of a user sign in no more."""

import argparse

from proofup.administration.delete_app_passwords import delete_app_passwords
from proofup.cli.opening import opened
from proofup.cli.output import Output
from proofup.cli.users import name_argument, say_of

arguments = name_argument


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Delete all app passwords of a user."""
    async with opened(arguments.folder) as service:
        target = await service.target(arguments.name)
        actor = service.actor("user delete-app-passwords")
        act = await delete_app_passwords(service.acts, actor, target, at=service.at)
        names = await service.carry_out(act)
    words = f"has no app password any more. Deleted: {', '.join(names) or 'none'}."
    say_of(target, output, words, {"appPasswords": list(names)})
    return 0
