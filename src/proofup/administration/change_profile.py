"""Changing what is public of somebody: names, numbers to call them at, where they work."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.administration.profile_fields import DETAILS, FIELDS, LONGEST, plain, with_fields
from proofup.audit.events.accounts import ProfileChanged
from proofup.directory.users import ChangeUser, User
from proofup.method_changes.notification import notification_of
from proofup.notices.notifying import notice
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.mail_addresses import masked_address

# Of whom the password may be reset, these may be changed (Graph: sensitive actions).
CONTACTS = frozenset({"mobilePhone", "businessPhones", "otherMails"})


def change_profile(
    ports: Ports, actor: Actor, target: Target, told: Mapping[str, str], *, at: datetime
) -> Planned[Sequence[str]]:
    """Set the fields that are ``told``, and return the names of those that changed.

    The methods of the person stay as they are: numbers and addresses of a profile prove nothing.
    Notices go to ``mail``, so the address before is told of another. Raises InvalidFieldError; when
    written, NameTakenError.
    """
    is_contacts = told.keys() <= CONTACTS
    permission = Permission.CHANGE_CONTACTS if is_contacts else Permission.CHANGE_PROFILES
    conditions = permitted(actor, permission, target, at=at)
    was = target.person.user
    text = {name: plain(name, value, LONGEST[name]) for name, value in told.items()}
    now = with_fields(was, text)
    changed = [name for name in LONGEST if _value(was, name) != _value(now, name)]
    if not changed:
        return Planned(conditions, (), ())
    event = ProfileChanged(
        properties=", ".join(changed), command=actor.command, reason=actor.reason
    )
    facts = {"now": masked_address(now.mail) if now.mail else ""}
    notices = (
        notice(
            ports.room.notifier,
            notification_of(actor, was),
            "mail-address-changed",
            facts,
            at=at,
        )
        if now.mail != was.mail
        else ()
    )
    changes = (ChangeUser(was=was, now=now), *notices, actor.entry(event, was.id, at=at))
    return Planned(conditions, changes, changed)


def _value(user: User, name: str) -> object:
    if name in FIELDS:
        return getattr(user, FIELDS[name].attribute)
    return getattr(user.details, DETAILS[name].attribute)
