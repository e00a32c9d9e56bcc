"""Storing a method, as a new one or in place of another."""

from datetime import datetime

from msgspec import Struct

from proofup.audit.events.methods import MethodAdded, MethodReplaced
from proofup.directory.search import Holding
from proofup.directory.users import ForgetNudges, RaiseEpoch
from proofup.method_changes.completion import completion
from proofup.method_changes.default import default_when_added
from proofup.method_changes.history import remembered
from proofup.method_changes.notification import notification_of
from proofup.method_changes.parts import Parts, postage
from proofup.methods.registered_methods import AddMethod, RegisteredMethod, ReplaceMethod
from proofup.notices.farewell import farewell
from proofup.notices.notifying import notice
from proofup.policy.actor import Actor
from proofup.policy.subscriber import Subscriber
from proofup.values.changes import Change
from proofup.values.ways import Way


class Addition(Struct, frozen=True, kw_only=True):
    """Stores ``new``, in place of ``old`` if that is given.

    ``way`` is the one in which ``new`` was proven, or its first one. ``default`` is the new
    preferred option, if one was chosen with it.
    """

    new: RegisteredMethod
    old: RegisteredMethod | None = None
    way: Way
    default: Way | None = None


def added(
    parts: Parts,
    actor: Actor,
    subscriber: Subscriber,
    addition: Addition,
    *,
    ends: RaiseEpoch | None = None,
    at: datetime,
) -> tuple[Change, ...]:
    """Return all changes of ``addition`` for ``subscriber``; ``ends`` are sessions to end."""
    user, new, old = subscriber.person.user, addition.new, addition.old
    after = (*(one for one in subscriber.held if one != old), new)
    shown, gone = parts.catalogue.describe(new), parts.catalogue.describe(old) if old else None
    was = gone.masked if gone else ""
    facts = {"kind": shown.kind, "was": was, "now": shown.masked}
    event = (MethodReplaced if old else MethodAdded)(
        command=actor.command, reason=actor.reason, kind=shown.kind, was=was, now=shown.masked
    )
    notification, template = notification_of(actor, user), f"method-{'changed' if old else 'added'}"
    return (
        *((ends,) if ends else ()),
        *remembered(parts, actor, user.id, added=new, gone=(old,) if old else (), at=at),
        ReplaceMethod(old_id=old.id, new=new) if old else AddMethod(method=new),
        *notice(parts.notifier, notification, template, facts, at=at),
        *farewell(parts.notifier, notification, gone, postage(parts), at=at),
        actor.entry(event, user.id, at=at),
        *default_when_added(
            parts, actor, subscriber, after, chosen=addition.default, way=addition.way, at=at
        ),
        *completion(parts, actor, subscriber, after, at=at),
        *_nudges_forgotten(parts, subscriber, new),
    )


def _nudges_forgotten(
    parts: Parts, subscriber: Subscriber, new: RegisteredMethod
) -> tuple[Change, ...]:
    """Count proposals anew, so that a later campaign for another method may be postponed again."""
    account, holding = subscriber.person.account, parts.catalogue.declaration(new).holding
    if not account.nudges or holding is not Holding.MORE:
        return ()
    return (ForgetNudges(user_id=account.user_id),)
