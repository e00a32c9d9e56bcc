"""``proofup user require-registration``: for whoever lost the phone, or whose phone was stolen."""

import argparse

from proofup.administration.reset import methods_reset
from proofup.audit.events.methods import MethodsReset
from proofup.cli.opening import opened
from proofup.cli.output import Output
from proofup.cli.proofs import reason_arguments, reason_of
from proofup.cli.users import person_named
from proofup.notices.notifying import Notification
from proofup.policy.decision import is_demanded


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare whose methods are deleted, and why."""
    reason_arguments(parser)


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Delete every sign-in method of the user, and end what is open."""
    reason = reason_of(arguments.reason)
    async with opened(arguments.folder) as service:
        person = await person_named(service, arguments.name)
        user, methods = person.user, service.catalogue()
        held = await service.store.methods.of_user(user.id)
        gone = [methods.of(method).describe(method) for method in held]
        cleared = [f"{one.kind} {one.masked}".strip() for one in gone]
        demanded = is_demanded(person.account, await service.store.policies.current())
        notification = Notification(
            user=user, correlation_id=service.correlation_id, client=None, language=""
        )
        await service.store.commit(
            *methods_reset(service.notifier(), notification, gone, at=service.at),
            service.entry(
                MethodsReset(
                    command="user require-registration",
                    reason=reason,
                    cleared=", ".join(cleared),
                ),
                user.id,
            ),
        )
    following = (
        "At the next sign-in they set up a new one."
        if demanded
        else "Nobody demands one of them: the password alone lets them in."
    )
    output.say(
        f"{user.user_principal_name} has no sign-in method any more, and is signed out "
        f"everywhere.\nDeleted: {', '.join(cleared) or 'nothing, there was none'}.\n{following}",
        {
            "id": user.id,
            "userPrincipalName": user.user_principal_name,
            "cleared": cleared,
            "isDemanded": demanded,
        },
    )
    return 0
