"""The default option: choosing it, and keeping it right when methods change."""

from collections.abc import Sequence
from datetime import datetime

from proofup.audit.entry import Entry
from proofup.audit.events.methods import DefaultMethodChanged
from proofup.directory.users import Person, SetDefaultWay, User
from proofup.method_changes.notification import notification_of
from proofup.method_changes.parts import Parts
from proofup.methods.catalogue import Option
from proofup.methods.registered_methods import RegisteredMethod
from proofup.notices.notifying import notice
from proofup.policy.actor import Actor
from proofup.policy.decision import usable
from proofup.policy.proofs import preferred
from proofup.policy.subscriber import Subscriber
from proofup.values.changes import Change
from proofup.values.ways import Way


def default_chosen(
    parts: Parts, actor: Actor, person: Person, chosen: Option, *, at: datetime
) -> tuple[Change, ...]:
    """Return the changes for making ``chosen`` the default, without other changes."""
    user, was = person.user, person.account.default_way
    kinds = parts.catalogue.kinds
    facts = {
        "was": was or "",
        "was_kind": kinds[was] if was else "",
        "now": chosen.way,
        "now_kind": kinds[chosen.way],
    }
    notification = notification_of(actor, user)
    return (
        SetDefaultWay(user_id=user.id, way=chosen.way),
        *notice(parts.notifier, notification, "default-changed", facts, at=at),
        _entry(parts, actor, user, was, chosen, at=at),
    )


def default_when_added(
    parts: Parts,
    actor: Actor,
    subscriber: Subscriber,
    after: Sequence[RegisteredMethod],
    *,
    chosen: Way | None,
    way: Way,
    at: datetime,
) -> tuple[Change, ...]:
    """Return the default that was ``chosen`` with a new method, which answers in ``way``.

    Otherwise store the implicit default, so that adding a method does not change it. A forbidden
    default is replaced; ``way`` becomes the default if no other option can.
    """
    catalogue, present = parts.catalogue, subscriber.person.account.default_way
    allowed = subscriber.policy.allowed(parts.served, at=at)
    held = catalogue.options(subscriber.held, at=at)
    if chosen is None:
        able = [one for one in held if one.way in allowed and one.traits.can_be_default]
        if present is not None and (able or present in allowed):
            return ()
        implied = preferred(able, None)
        chosen = implied.way if implied else way
    if not catalogue.traits[chosen].can_be_default:
        return ()
    return (
        SetDefaultWay(user_id=subscriber.person.user.id, way=chosen),
        *default_changed(parts, actor, subscriber, after, chosen, at=at),
    )


def default_changed(
    parts: Parts,
    actor: Actor,
    subscriber: Subscriber,
    after: Sequence[RegisteredMethod],
    way: Way | None,
    *,
    at: datetime,
) -> tuple[Entry, ...]:
    """Return the audit entry of ``way`` as the new default, if another one was it before.

    ``after`` are the methods after the change. A first default needs no entry, and neither does a
    person who is left without methods.
    """
    catalogue, allowed = parts.catalogue, subscriber.policy.allowed(parts.served, at=at)
    before = usable(catalogue.options(subscriber.held, at=at), allowed)
    was = preferred(before, subscriber.person.account.default_way)
    left = usable(catalogue.options(after, at=at), allowed)
    now = next((option for option in left if option.way == way), None)
    if was is None or now is None or was.way == now.way:
        return ()
    return (_entry(parts, actor, subscriber.person.user, was.way, now, at=at),)


def default_left(
    parts: Parts,
    subscriber: Subscriber,
    staying: Sequence[RegisteredMethod],
    wanted: Way | None,
    *,
    at: datetime,
) -> Way | None:
    """Return what is asked for first of what is left: as wanted, as it was, or what is there."""
    allowed = subscriber.policy.allowed(parts.served, at=at)
    left = usable(parts.catalogue.options(staying, at=at), allowed)
    default = wanted or subscriber.person.account.default_way
    if any(option.way == default for option in left):
        return default
    following = preferred(left, None)
    return following.way if following else None


def _entry(
    parts: Parts,
    actor: Actor,
    user: User,
    was: Way | None,
    now: Option,
    *,
    at: datetime,
) -> Entry:
    """Return the audit entry of a new default; a phone is named by its masked number."""
    number = parts.catalogue.describe(now.methods[0]).number
    changed = DefaultMethodChanged(
        command=actor.command,
        reason=actor.reason,
        was=was or "",
        now=now.way,
        to=number.masked if number else "",
    )
    return actor.entry(changed, user.id, at=at)
