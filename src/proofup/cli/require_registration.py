"""``proofup user require-registration``: for a user whose phone was lost or stolen."""

import argparse

from proofup.administration.reset_methods import reset_methods
from proofup.cli.opening import opened
from proofup.cli.output import Output
from proofup.cli.proofs import reason_arguments


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare whose methods are deleted, and why."""
    reason_arguments(parser)


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Delete every method of the user, and end all sessions and sign-ins in progress."""
    async with opened(arguments.folder) as service:
        target = await service.target(arguments.name)
        actor = service.actor("user require-registration")
        done = await service.carry_out(
            reset_methods(service.acts, actor, target, arguments.reason, at=service.at)
        )
    user = target.person.user
    following = (
        "At the next sign-in they set up a new one."
        if done.is_demanded
        else "Nobody demands one of them: the password alone lets them in."
    )
    output.say(
        f"{user.user_principal_name} has no sign-in method any more, and is signed out "
        f"everywhere.\nDeleted: {', '.join(done.lines) or 'nothing, there was none'}.\n{following}",
        {
            "id": user.id,
            "userPrincipalName": user.user_principal_name,
            "cleared": done.lines,
            "isDemanded": done.is_demanded,
        },
    )
    return 0
