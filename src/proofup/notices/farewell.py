"""The farewell to a number or a mail address that was removed.

A text costs money like any other, so it is only sent within the budgets. The change itself is made
in any case.
"""

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from proofup.audit.entry import Entry
from proofup.audit.events.challenges import FarewellWithheld
from proofup.methods.protocol import Description
from proofup.notices.link import MAIL_LIFETIME
from proofup.notices.notifying import (
    Notification,
    Notifier,
    letter,
    message,
    nearest_language,
)
from proofup.policy.budgets import Budget, CountryNotServedError
from proofup.policy.limits import CounterKey, CountTries
from proofup.policy.met import met
from proofup.policy.sending import SendWithin
from proofup.values.changes import Change
from proofup.values.mail_addresses import deliverable
from proofup.values.messages import Text
from proofup.values.phone_numbers import PhoneNumber, is_landline
from proofup.values.secret import Secret
from proofup.values.words import marked

LIFETIME = timedelta(hours=1)
WITHHELD = "farewells"  # the name under which ``doctor`` tells of those that were not sent
WORDS = marked(
    "This number no longer signs in to your %(organisation)s account. "
    "Not you? Tell your help desk at once."
)
WORDS_WITH_NUMBER = marked(
    "This number no longer signs in to your %(organisation)s account. "
    "Not you? Call %(help_desk)s at once."
)


class Postage(Struct, frozen=True):
    """The budget for texts, and how it is counted."""

    budget: Budget
    counter_key: CounterKey


def farewell(
    notifier: Notifier,
    notification: Notification,
    gone: Description | None,
    postage: Postage,
    *,
    at: datetime,
) -> tuple[Change, ...]:
    """Return the farewell to where ``gone`` was reached; none if a number takes no texts."""
    if gone is not None and gone.mail is not None:
        return _mailed(notifier, notification, gone.mail, at=at)
    to = gone.number if gone else None
    words = (WORDS, WORDS_WITH_NUMBER)
    return text_within(notifier, notification, to, postage, words, at=at) if to else ()


def text_within(
    notifier: Notifier,
    notification: Notification,
    to: PhoneNumber,
    postage: Postage,
    words: tuple[str, str],
    *,
    at: datetime,
) -> tuple[Change, ...]:
    """Return a text to ``to`` within the budgets; none if the number takes no texts.

    ``words`` are those without and with the number of the help desk.
    """
    if to.extension or is_landline(to):
        return ()
    withheld = _withheld(notification, to, at=at)
    try:
        charges = postage.budget.charges(postage.counter_key, to, registered=False)
    except CountryNotServedError:
        return (withheld,)
    organisation, language = notifier.organisation, nearest_language(notifier, notification)
    told = words[1] if organisation.help_desk_phone else words[0]
    body = notifier.languages.words(language)(told) % {
        "organisation": organisation.name,
        "help_desk": organisation.help_desk_phone,
    }
    content = Text(to=to, body=Secret(body))
    counted = CountTries(charges=(met(postage.counter_key, WITHHELD),), at=at)
    return (
        SendWithin(
            charges=charges,
            message=message(notifier, notification, content, language, LIFETIME, at=at),
            otherwise=(counted, withheld),
            at=at,
        ),
    )


def _mailed(
    notifier: Notifier, notification: Notification, address: str, *, at: datetime
) -> tuple[Change, ...]:
    """Return the farewell mail, unless the notice of the change goes to the same address."""
    if address.casefold() == (deliverable(notification.user.mail) or "").casefold():
        return ()
    to_it = replace(notification, user=replace(notification.user, mail=address))
    facts = {"when": at.isoformat(timespec="seconds"), **notification.where}
    return letter(notifier, to_it, "address-removed", facts, lifetime=MAIL_LIFETIME, at=at)


def _withheld(notification: Notification, to: PhoneNumber, *, at: datetime) -> Entry:
    user_id = notification.user.id
    return Entry(
        at=at,
        event=FarewellWithheld(to=to.masked),
        actor=user_id,
        target=user_id,
        succeeded=False,
        correlation_id=notification.correlation_id,
    )
