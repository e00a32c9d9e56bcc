"""All events by their words, and parsing of stored events."""

from collections.abc import Mapping

import msgspec

from proofup.audit.events import (
    accounts,
    app_passwords,
    applications,
    approvals,
    callers,
    challenges,
    groups,
    jobs,
    methods,
    roles,
    service,
    sign_ins,
)
from proofup.audit.events.event import Event, UnknownEvent

TOPICS = (
    sign_ins,
    app_passwords,
    challenges,
    callers,
    methods,
    accounts,
    approvals,
    roles,
    groups,
    applications,
    jobs,
    service,
)
EVENTS: Mapping[str, type[Event]] = {
    str(one.__struct_config__.tag): one
    for topic in TOPICS
    for one in vars(topic).values()
    if isinstance(one, type) and issubclass(one, Event) and one is not Event
}
# The log of sign-ins: what their steps are, and what is abuse of them.
OF_SIGN_INS = frozenset(
    word
    for word, event in EVENTS.items()
    if event.__module__ in {sign_ins.__name__, challenges.__name__}
)


def event_of(word: str, facts: Mapping[str, str]) -> Event:
    """Return the event stored as ``word`` with ``facts``.

    Another version may have written it. An event without a class here, or with missing or unknown
    facts, is returned as an UnknownEvent with everything that was stored.
    """
    known = EVENTS.get(word)
    if known is not None:
        try:
            return msgspec.convert(facts, known, strict=False)
        except msgspec.ValidationError:
            pass
    return UnknownEvent(word, facts)
