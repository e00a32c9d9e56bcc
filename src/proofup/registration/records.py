"""The audit entry of what a person did to their own methods."""

from datetime import datetime

from proofup.audit.entry import Entry
from proofup.audit.events.event import Event
from proofup.registration.ports import Actor


def record(actor: Actor, event: Event, *, at: datetime) -> Entry:
    """Return the entry of ``event``, done by the actor to themselves."""
    return actor.entry(event, actor.person.user.id, at=at)


def refused(actor: Actor, event: Event, *, at: datetime) -> Entry:
    """Return the entry of ``event``, which the actor was refused."""
    return actor.entry(event, actor.person.user.id, succeeded=False, at=at)
