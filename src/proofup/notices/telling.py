"""What a notice consists of: a mail to the address of the profile, a text to a number that is gone.

The mail has a link by which its reader can say that it was not them.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from proofup.directory.organisation import Organisation
from proofup.directory.users import User
from proofup.notices.link import LIFETIME, NoticeLink, OpenNoticeLink, link_digest
from proofup.values.changes import Change
from proofup.values.client import Client
from proofup.values.ids import CorrelationId, Entropy, MessageId, ordered_id, random_token
from proofup.values.messages import Mail, SendMessage, Text
from proofup.values.phone_numbers import PhoneNumber
from proofup.values.secret import Secret

MAIL_LIFETIME = timedelta(days=3)  # a mail server may be away over a weekend
TEXT_LIFETIME = timedelta(hours=1)


class Desk(Struct, frozen=True, kw_only=True):
    """Who tells: the organisation, and ``not_me_url``, which makes the address of a token."""

    organisation: Organisation
    not_me_url: Callable[[str], str]
    entropy: Entropy


class Occasion(Struct, frozen=True, kw_only=True):
    """Whom it happened to, and in what; ``client`` is where it was done, if that is known."""

    user: User
    correlation_id: CorrelationId
    client: Client | None

    @property
    def where(self) -> str:
        """The browser and the address in words."""
        return f"{self.client.browser}, {self.client.address}" if self.client else "by phone"


def notice(
    desk: Desk, occasion: Occasion, template: str, facts: Mapping[str, str], *, at: datetime
) -> tuple[Change, ...]:
    """Return the mail that tells the person, with its link; nothing for who has no address."""
    user = occasion.user
    if user.mail is None:
        return ()
    token = random_token(desk.entropy)
    link = NoticeLink(
        token_digest=link_digest(token),
        user_id=user.id,
        correlation_id=occasion.correlation_id,
        expires_at=at + LIFETIME,
    )
    told = {
        "user_name": user.user_principal_name,
        "given_name": user.given_name or user.display_name,
        "when": at.isoformat(timespec="seconds"),
        "where": occasion.where,
        "until": link.expires_at.isoformat(timespec="seconds"),
        "not_me_url": desk.not_me_url(token),
        "correlation_id": occasion.correlation_id,
        **facts,
    }
    return (OpenNoticeLink(link=link), _mail(desk, occasion, user.mail, template, told, at=at))


def report(desk: Desk, occasion: Occasion, *, at: datetime) -> tuple[Change, ...]:
    """Return the mail that tells the help desk of somebody who says "this wasn't me"."""
    help_desk = desk.organisation.help_desk_mail
    if help_desk is None:
        return ()
    facts = {
        "user_name": occasion.user.user_principal_name,
        "display_name": occasion.user.display_name,
        "when": at.isoformat(timespec="seconds"),
        "where": occasion.where,
        "correlation_id": occasion.correlation_id,
    }
    return (_mail(desk, occasion, help_desk, "not-me-reported", facts, at=at),)


def farewell(
    desk: Desk, occasion: Occasion, to: PhoneNumber | None, *, at: datetime
) -> tuple[Change, ...]:
    """Return the text to a number that does not open the account any more, if it was one."""
    if to is None:
        return ()
    organisation = desk.organisation
    help_desk = f" Call {organisation.help_desk_phone}" if organisation.help_desk_phone else ""
    body = (
        f"This number no longer signs in to your {organisation.name} account. "
        f"Not you?{help_desk or ' Tell your help desk'} at once."
    )
    return (_message(desk, occasion, Text(to=to, body=Secret(body)), TEXT_LIFETIME, at=at),)


def _mail(
    desk: Desk,
    occasion: Occasion,
    to: str,
    template: str,
    facts: Mapping[str, str],
    *,
    at: datetime,
) -> SendMessage:
    content = Mail(to=to, template=template, facts=facts)
    return _message(desk, occasion, content, MAIL_LIFETIME, at=at)


def _message(
    desk: Desk, occasion: Occasion, content: Mail | Text, lifetime: timedelta, *, at: datetime
) -> SendMessage:
    return SendMessage(
        id=MessageId(ordered_id(desk.entropy, at)),
        content=content,
        language=occasion.user.preferred_language or "en",
        created_at=at,
        expires_at=at + lifetime,
        correlation_id=occasion.correlation_id,
    )
