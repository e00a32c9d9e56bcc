"""The farewell text to a number that was removed.

It costs money like any other text, so it is only sent within the budgets. The change itself is made
in any case.
"""

from datetime import datetime, timedelta

from msgspec import Struct

from proofup.audit.entry import Entry
from proofup.audit.events.challenges import FarewellWithheld
from proofup.notices.notifying import Notification, Notifier, message, nearest_language
from proofup.policy.budgets import Budget, CountryNotServedError
from proofup.policy.limits import CounterKey, CountTries
from proofup.policy.met import met
from proofup.policy.sending import SendWithin
from proofup.values.changes import Change
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
    to: PhoneNumber | None,
    postage: Postage,
    *,
    at: datetime,
) -> tuple[Change, ...]:
    """Return the farewell to ``to``; none if the number takes no texts or is not served."""
    if to is None or to.extension or is_landline(to):
        return ()
    withheld = _withheld(notification, to, at=at)
    try:
        charges = postage.budget.charges(postage.counter_key, to, registered=False)
    except CountryNotServedError:
        return (withheld,)
    organisation, language = notifier.organisation, nearest_language(notifier, notification)
    words = WORDS_WITH_NUMBER if organisation.help_desk_phone else WORDS
    body = notifier.languages.words(language)(words) % {
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
