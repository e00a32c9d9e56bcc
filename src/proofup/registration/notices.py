"""Telling a person what was changed, where the change itself did not reach.

A mail to the address of the profile, and a text to the number that is no more; the mail has a
link by which they can say that it was not them.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from proofup.registration.pending import LINK_LIFETIME, NoticeLink, OpenNoticeLink
from proofup.registration.ports import Actor, Ports
from proofup.values.changes import Change
from proofup.values.ids import MessageId, ordered_id, random_token
from proofup.values.messages import Mail, SendMessage, Text
from proofup.values.phone_numbers import PhoneNumber
from proofup.values.secret import Secret

MAIL_LIFETIME = timedelta(days=3)  # a mail server may be away over a weekend
TEXT_LIFETIME = timedelta(hours=1)


def link_digest(token: str) -> bytes:
    """Return what is stored of a notice link's token."""
    return hashlib.sha256(token.encode()).digest()


def notice(
    ports: Ports, actor: Actor, template: str, facts: Mapping[str, str], *, at: datetime
) -> tuple[Change, ...]:
    """Return the mail that tells the actor of a change, with its link; nothing without a mail."""
    user = actor.person.user
    if user.mail is None:
        return ()
    token = random_token(ports.room.entropy)
    link = NoticeLink(
        token_digest=link_digest(token),
        user_id=user.id,
        correlation_id=actor.correlation_id,
        expires_at=at + LINK_LIFETIME,
    )
    told = {
        "user_name": user.user_principal_name,
        "given_name": user.given_name or user.display_name,
        "when": at.isoformat(timespec="seconds"),
        "where": f"{actor.client.browser}, {actor.client.address}",
        "until": link.expires_at.isoformat(timespec="seconds"),
        "not_me_url": ports.not_me_url(token),
        "correlation_id": actor.correlation_id,
        **facts,
    }
    return (
        OpenNoticeLink(link=link),
        mail(ports, actor, user.mail, template, told, at=at),
    )


def mail(
    ports: Ports, actor: Actor, to: str, template: str, facts: Mapping[str, str], *, at: datetime
) -> SendMessage:
    """Return a mail to ``to``."""
    return _message(ports, actor, Mail(to=to, template=template, facts=facts), MAIL_LIFETIME, at=at)


def farewell(ports: Ports, actor: Actor, to: PhoneNumber, *, at: datetime) -> SendMessage:
    """Return the text to a number that does not open the account any more."""
    organisation = ports.organisation
    help_desk = f" Call {organisation.help_desk_phone}" if organisation.help_desk_phone else ""
    body = (
        f"This number no longer signs in to your {organisation.name} account. "
        f"Not you?{help_desk or ' Tell your help desk'} at once."
    )
    return _message(ports, actor, Text(to=to, body=Secret(body)), TEXT_LIFETIME, at=at)


def _message(
    ports: Ports, actor: Actor, content: Mail | Text, lifetime: timedelta, *, at: datetime
) -> SendMessage:
    return SendMessage(
        id=MessageId(ordered_id(ports.room.entropy, at)),
        content=content,
        language=actor.person.user.preferred_language or "en",
        created_at=at,
        expires_at=at + lifetime,
        correlation_id=actor.correlation_id,
    )
