"""``proofup user invite``: a link with which a user may register a first method."""

import argparse
import os

from proofup.audit.events.methods import Invited
from proofup.cli.opening import opened
from proofup.cli.output import Output, RefusedError
from proofup.cli.users import name_argument, person_named
from proofup.notices.notifying import Notification
from proofup.registration.invitation import OpenInvitation
from proofup.registration.inviting import invitation, invited_by_mail
from proofup.values.ids import random_token


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare who is invited, and how they learn of it."""
    name_argument(parser)
    parser.add_argument("--no-mail", action="store_true", help="only show the link")


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Make the link, void those before it, and mail it where that can be."""
    async with opened(arguments.folder) as service:
        person = await person_named(service, arguments.name)
        user = person.user
        if not person.account.enabled:
            problem = f"{user.user_principal_name} may not sign in."
            raise RefusedError("NAME", problem, "Enable the account first: proofup user enable.")
        if await service.store.methods.of_user(user.id):
            problem = f"{user.user_principal_name} has a sign-in method already."
            raise RefusedError("NAME", problem, "Whoever has one needs no invitation.")
        token = random_token(os.urandom)
        url = f"{service.settings.public_url.origin}/invitation/{token}"
        new = invitation(user, token, at=service.at)
        mails = service.settings.smtp is not None and not arguments.no_mail
        notification = Notification(
            user=user, correlation_id=service.correlation_id, client=None, language=""
        )
        letters = invited_by_mail(service.notifier(), notification, new, url, at=service.at)
        await service.store.commit(
            OpenInvitation(invitation=new),
            *(letters if mails else ()),
            service.entry(Invited(command="user invite"), user.id),
        )
    is_mailed = bool(mails and letters)
    how = f"A mail is on its way to {user.mail}." if is_mailed else "No mail is sent: hand it over."
    output.say(
        f"{user.user_principal_name} may set up a first sign-in method until "
        f"{new.expires_at:%Y-%m-%d %H:%M} UTC.\n{how}\nThe link, shown this once: {url}",
        {
            "id": user.id,
            "userPrincipalName": user.user_principal_name,
            "invitationUrl": url,
            "expiresDateTime": new.expires_at.isoformat(),
            "isMailed": is_mailed,
        },
    )
    return 0
