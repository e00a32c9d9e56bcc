"""Notices: mails to the address of the profile.

Each has a link with which its reader can report "this wasn't me".
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from proofup.directory.organisation import Organisation
from proofup.directory.users import User
from proofup.notices.link import MAIL_LIFETIME, VALID, NoticeLink, OpenNoticeLink
from proofup.values.changes import Change
from proofup.values.client import Client
from proofup.values.ids import (
    CorrelationId,
    Entropy,
    MessageId,
    ordered_id,
    random_token,
    token_digest,
)
from proofup.values.mail_addresses import deliverable
from proofup.values.messages import Mail, SendMessage, Text
from proofup.values.words import Languages


class Notifier(Struct, frozen=True, kw_only=True):
    """Makes notices of the organisation; ``not_me_url`` makes the address for a token.

    ``mails`` says whether a mail server is set.
    """

    organisation: Organisation
    languages: Languages
    not_me_url: Callable[[str], str]
    entropy: Entropy
    mails: bool = True


def told_at(notifier: Notifier, user: User) -> str | None:
    """Return the address for notices to ``user``, or None if none can be sent."""
    return user.mail if notifier.mails and deliverable(user.mail) else None


class Notification(Struct, frozen=True, kw_only=True):
    """The person and the context of a change; ``client`` is where it was made, if known.

    ``language`` is that of the page or the call. With ``by_administrator`` somebody else made the
    change, and the notice does not show the browser.
    """

    user: User
    correlation_id: CorrelationId
    client: Client | None
    language: str
    by_administrator: bool = False

    @property
    def where(self) -> Mapping[str, str]:
        """The browser, its system, the address, and the administrator, each empty if not known."""
        client = self.client
        return {
            "browser": client.browser if client else "",
            "system": client.system if client else "",
            "address": client.address if client else "",
            "by": "administrator" if self.by_administrator else "",
        }


def notice(
    notifier: Notifier,
    notification: Notification,
    template: str,
    facts: Mapping[str, str],
    *,
    at: datetime,
) -> tuple[Change, ...]:
    """Return the mail to the person, with its link; nothing if no mail can reach them."""
    user = notification.user
    if deliverable(user.mail) is None:
        return ()
    token = random_token(notifier.entropy)
    link = NoticeLink(
        token_digest=token_digest(token),
        user_id=user.id,
        correlation_id=notification.correlation_id,
        made_at=at,
        expires_at=at + VALID,
    )
    told = {
        "when": at.isoformat(timespec="seconds"),
        **notification.where,
        "until": link.expires_at.isoformat(timespec="seconds"),
        "not_me_url": notifier.not_me_url(token),
        **facts,
    }
    mail = letter(notifier, notification, template, told, lifetime=MAIL_LIFETIME, at=at)
    return (OpenNoticeLink(link=link), *_gathered(user, mail, template))


def letter(
    notifier: Notifier,
    notification: Notification,
    template: str,
    facts: Mapping[str, str],
    *,
    lifetime: timedelta,
    at: datetime,
) -> tuple[SendMessage, ...]:
    """Return a mail to the person with ``facts``; nothing where no mail can reach them."""
    user = notification.user
    address = deliverable(user.mail)
    if address is None:
        return ()
    told = {
        "user_name": user.user_principal_name,
        "given_name": user.given_name or user.display_name,
        "correlation_id": notification.correlation_id,
        **facts,
    }
    content = Mail(to=address, template=template, facts=told)
    language = nearest_language(notifier, notification)
    return (message(notifier, notification, content, language, lifetime, at=at),)


def _gathered(user: User, changes: tuple[SendMessage, ...], template: str) -> tuple[Change, ...]:
    """Let what is sent wait for others like it, once there were some."""
    return tuple(replace(change, alike=f"{user.id} {template}") for change in changes)


def report(
    notifier: Notifier,
    notification: Notification,
    *,
    gone: str = "",
    back: str = "",
    at: datetime,
) -> tuple[Change, ...]:
    """Return the mail that tells the help desk of a report "this wasn't me".

    ``gone`` are the methods that were taken away for it and ``back`` those that came back.
    """
    help_desk = notifier.organisation.help_desk_mail
    if help_desk is None:
        return ()
    facts = {
        "user_name": notification.user.user_principal_name,
        "display_name": notification.user.display_name,
        "when": at.isoformat(timespec="seconds"),
        **notification.where,
        "gone": gone,
        "back": back,
        "correlation_id": notification.correlation_id,
    }
    content = Mail(to=help_desk, template="not-me-reported", facts=facts)
    # Mails to the help desk are in the organisation's language.
    return (
        message(
            notifier, notification, content, notifier.languages.nearest(), MAIL_LIFETIME, at=at
        ),
    )


def warning(
    notifier: Notifier,
    notification: Notification,
    template: str,
    facts: Mapping[str, str],
    *,
    at: datetime,
) -> tuple[Change, ...]:
    """Return the mail that warns the person of an attack; it has no link, as nothing changed."""
    told = {"when": at.isoformat(timespec="seconds"), **notification.where, **facts}
    mail = letter(notifier, notification, template, told, lifetime=MAIL_LIFETIME, at=at)
    return _gathered(notification.user, mail, template)


def nearest_language(notifier: Notifier, notification: Notification) -> str:
    """Return the language for mails: the person's preferred one, else that of their page."""
    return notifier.languages.nearest(notification.user.preferred_language, notification.language)


def message(
    notifier: Notifier,
    notification: Notification,
    content: Mail | Text,
    language: str,
    lifetime: timedelta,
    *,
    at: datetime,
) -> SendMessage:
    """Return the change that queues ``content``, to be sent within its ``lifetime``."""
    return SendMessage(
        id=MessageId(ordered_id(notifier.entropy, at)),
        content=content,
        language=language,
        created_at=at,
        expires_at=at + lifetime,
        correlation_id=notification.correlation_id,
    )
