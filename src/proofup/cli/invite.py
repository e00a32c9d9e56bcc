"""``proofup user invite``: a link with which a user may register a first method."""

import argparse

from proofup.administration.invite import invite
from proofup.cli.opening import opened
from proofup.cli.output import Output
from proofup.cli.users import name_argument


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare who is invited, and whether a mail is sent."""
    name_argument(parser)
    parser.add_argument("--no-mail", action="store_true", help="only show the link")


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Make the link, void earlier ones, and mail it if possible."""
    async with opened(arguments.folder) as service:
        target, actor = await service.target(arguments.name), service.actor("user invite")
        by_mail = not arguments.no_mail
        made = await service.carry_out(
            invite(service.acts, actor, target, by_mail=by_mail, at=service.at)
        )
    user, url, mail = target.person.user, made.url.reveal(), made.mailed_to
    how = f"A mail is on its way to {mail}." if mail else "No mail is sent: hand it over."
    output.say(
        f"{user.user_principal_name} may set up a first sign-in method until "
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
