"""An alert to every contact of a person: the mail address of the profile, and what they hold."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from msgspec.structs import replace

from proofup.methods.protocol import Description
from proofup.notices.farewell import Postage, text_within
from proofup.notices.link import MAIL_LIFETIME
from proofup.notices.notifying import Notification, Notifier, letter, notice
from proofup.values.changes import Change
from proofup.values.mail_addresses import deliverable
from proofup.values.words import marked

WORDS = marked(
    "The password of your %(organisation)s account was reset. Not you? Tell your help desk at once."
)
WORDS_WITH_NUMBER = marked(
    "The password of your %(organisation)s account was reset. Not you? Call %(help_desk)s at once."
)


def alert(
    notifier: Notifier,
    notification: Notification,
    contacts: Sequence[Description],
    postage: Postage,
    template: str,
    *,
    at: datetime,
) -> tuple[Change, ...]:
    """Return a notice with its link, the same to the other addresses, and texts to the numbers."""
    known = (deliverable(notification.user.mail) or "").casefold()
    others = [one.mail for one in contacts if one.mail and one.mail.casefold() != known]
    numbers = dict.fromkeys(one.number for one in contacts if one.number)
    facts = {"when": at.isoformat(timespec="seconds"), **notification.where}
    return (
        *notice(notifier, notification, template, {}, at=at),
        *chain.from_iterable(
            letter(
                notifier,
                replace(notification, user=replace(notification.user, mail=address)),
                template,
                facts,
                lifetime=MAIL_LIFETIME,
                at=at,
            )
            for address in others
        ),
        *chain.from_iterable(
            text_within(notifier, notification, number, postage, (WORDS, WORDS_WITH_NUMBER), at=at)
            for number in numbers
        ),
    )
