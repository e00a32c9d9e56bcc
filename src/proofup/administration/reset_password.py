"""Giving somebody another password."""

from datetime import datetime

from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.audit.events.accounts import PasswordSet
from proofup.directory.passwords import SetPassword, check_new_password, context_words
from proofup.directory.users import RaiseEpoch
from proofup.method_changes.notification import notification_of
from proofup.notices.notifying import notice
from proofup.policy.actor import Actor
from proofup.policy.limits import ResetCounters
from proofup.policy.may_act import permitted
from proofup.policy.password_tries import account_counters
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.secret import Secret


async def reset_password(
    ports: Ports, actor: Actor, target: Target, new: Secret[str], *, at: datetime
) -> Planned[None]:
    """Set a password, end what the one before let in, and tell the person.

    Raises UnacceptablePasswordError, and TooBusyError where too many wait to be hashed.
    """
    user, key = target.person.user, ports.room.counter_key
    conditions = permitted(actor, Permission.SET_PASSWORDS, target, at=at)
    organisation = ports.room.notifier.organisation.name
    check_new_password(
        new.reveal(),
        alone=not ports.room.catalogue.lasting(target.held),
        context=context_words(user.user_principal_name, organisation),
        common=ports.common,
    )
    notification = notification_of(actor, user)
    event = PasswordSet(command=actor.command, reason=actor.reason)
    return Planned(
        conditions,
        (
            SetPassword(credential=await ports.hashing.hash(user.id, new, at=at)),
            RaiseEpoch(user_id=user.id),
            # Tries that were counted were at the password before.
            ResetCounters(keys=account_counters(key, user.id)),
            *notice(ports.room.notifier, notification, "password-changed", {}, at=at),
            actor.entry(event, user.id, at=at),
        ),
        None,
    )
