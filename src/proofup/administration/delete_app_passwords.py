"""Deleting all app passwords of somebody: their programs sign in no more."""

from collections.abc import Sequence
from datetime import datetime

from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.audit.events.app_passwords import AppPasswordsDeleted
from proofup.directory.app_passwords import DeleteAppPasswords
from proofup.method_changes.notification import notification_of
from proofup.notices.notifying import notice
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target


async def delete_app_passwords(
    ports: Ports, actor: Actor, target: Target, *, at: datetime
) -> Planned[Sequence[str]]:
    """Delete them for good, tell the person, and return their names.

    Whoever has none is told nothing.
    """
    user = target.person.user
    conditions = permitted(actor, Permission.DELETE_APP_PASSWORDS, target, at=at)
    names = tuple(one.name for one in await ports.app_passwords.of_user(user.id))
    if not names:
        return Planned(conditions, (), ())
    event = AppPasswordsDeleted(
        command=actor.command, reason=actor.reason, app_passwords=len(names)
    )
    facts = {"app_passwords": str(len(names))}
    return Planned(
        conditions,
        (
            DeleteAppPasswords(user_id=user.id),
            *notice(
                ports.room.notifier,
                notification_of(actor, user),
                "app-passwords-deleted",
                facts,
                at=at,
            ),
            actor.entry(event, user.id, at=at),
        ),
        names,
    )
