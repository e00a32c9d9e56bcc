"""The audit entry of what a person did to their own methods."""

from datetime import datetime

from proofup.audit.entry import Entry
from proofup.audit.events.event import Event
from proofup.registration.ports import Actor


def record(actor: Actor, event: Event, *, at: datetime) -> Entry:
    """Return the entry of ``event``, done by the actor to themselves."""
    return Entry(
        at=at,
        event=event,
        actor=actor.person.user.id,
        target=actor.person.user.id,
        succeeded=True,
        correlation_id=actor.correlation_id,
        network=actor.client.address,
    )
