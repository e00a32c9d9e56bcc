"""Giving somebody another password, which they replace at the next sign-in."""

from datetime import datetime

from msgspec.structs import replace

from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.audit.events.accounts import PasswordSet
from proofup.directory.passwords import (
    ForcedChange,
    SetPassword,
    check_new_password,
    context_words,
)
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
    ports: Ports,
    actor: Actor,
    target: Target,
    new: Secret[str],
    *,
    forced_change: ForcedChange | None = ForcedChange.NEXT_SIGN_IN,
    at: datetime,
) -> Planned[datetime | None]:
    """Set a password, end what the one before let in, and tell the person.

    With ``forced_change`` the password is temporary: the result is until when it can be used.
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
    ends_at = at + target.policy.temporary_span if forced_change else None
    credential = replace(
        await ports.hashing.hash(user.id, new, at=at),
        forced_change=forced_change,
        ends_at=ends_at,
    )
    facts = {"temporary_until": ends_at.isoformat(timespec="seconds") if ends_at else ""}
    event = PasswordSet(command=actor.command, reason=actor.reason, forced_change=forced_change)
    return Planned(
        conditions,
        (
            SetPassword(credential=credential),
            RaiseEpoch(user_id=user.id),
            # Tries that were counted were at the password before.
            ResetCounters(keys=account_counters(key, user.id)),
            *notice(ports.room.notifier, notification, "password-changed", facts, at=at),
            actor.entry(event, user.id, at=at),
        ),
        ends_at,
    )
