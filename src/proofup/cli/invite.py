"""``proofup user invite``: a link to register a first method, or to choose a first password."""

import argparse
from pathlib import Path

from proofup.administration.invite import invite, invite_to_password
from proofup.cli import invite_many
from proofup.cli.opening import opened
from proofup.cli.output import Output


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare who is invited, and whether a mail is sent."""
    many = parser.add_mutually_exclusive_group(required=True)
    many.add_argument("name", nargs="?", metavar="NAME", help="user principal name or id")
    many.add_argument(
        "--all-without-password",
        action="store_true",
        help="mail a link to choose one to everybody who has no password",
    )
    many.add_argument(
        "--file",
        type=Path,
        metavar="FILE.csv",
        help="the same for people without a password whom a file names",
    )
    parser.add_argument("--no-mail", action="store_true", help="only show the link of NAME")
    parser.add_argument(
        "--report",
        type=Path,
        metavar="FILE.csv",
        help="where people who were left out are written",
    )


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Make the link, void earlier ones, and mail it if possible."""
    if arguments.name is None:
        return await invite_many.run(arguments, output)
    async with opened(arguments.folder) as service:
        target, actor = await service.target(arguments.name), service.actor("user invite")
        by_mail = not arguments.no_mail
        lacking = await service.acts.without_password.among([target.person.user.id])
        act = invite_to_password if lacking else invite
        made = await service.carry_out(
            act(service.acts, actor, target, by_mail=by_mail, at=service.at)
        )
    user, url, mail = target.person.user, made.url.reveal(), made.mailed_to
    how = f"A mail is on its way to {mail}." if mail else "No mail is sent: hand it over."
    what = "choose a password" if lacking else "set up a first sign-in method"
    output.say(
        f"{user.user_principal_name} may {what} until "
        f"{made.expires_at:%Y-%m-%d %H:%M} UTC.\n{how}\nThe link, shown this once: {url}",
        {
            "id": user.id,
            "userPrincipalName": user.user_principal_name,
            "invitationUrl": url,
            "expiresDateTime": made.expires_at.isoformat(),
            "isMailed": mail is not None,
        },
    )
    return 0
