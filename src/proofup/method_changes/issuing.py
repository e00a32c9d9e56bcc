"""Storing an issued method, such as recovery codes, in place of the previous one."""

from collections.abc import Sequence
from datetime import datetime

from proofup.audit.events.event import Event
from proofup.directory.users import User
from proofup.method_changes.history import remembered
from proofup.method_changes.notification import notification_of
from proofup.method_changes.parts import Parts
from proofup.methods.registered_methods import AddMethod, RegisteredMethod, ReplaceMethod
from proofup.notices.notifying import notice
from proofup.policy.actor import Actor
from proofup.values.changes import Change


def issued(
    parts: Parts,
    actor: Actor,
    user: User,
    held: Sequence[RegisteredMethod],
    new: RegisteredMethod,
    *,
    event: Event,
    template: str,
    at: datetime,
) -> tuple[Change, ...]:
    """Return the changes that store ``new`` in place of the method in its slot, if any.

    ``event`` is for the log, and ``template`` the notice to ``user``.
    """
    old = next((one for one in held if one.slot == new.slot), None)
    return (
        *remembered(parts, actor, user.id, added=new, gone=(old,) if old else (), at=at),
        ReplaceMethod(old_id=old.id, new=new) if old else AddMethod(method=new),
        *notice(parts.notifier, notification_of(actor, user), template, {}, at=at),
        actor.entry(event, user.id, at=at),
    )
