"""The audit entry of what happened to a challenge."""

from datetime import datetime

from proofup.audit.entry import Entry
from proofup.audit.events.event import Event
from proofup.challenges.context import Context


def record(context: Context, event: Event, *, succeeded: bool, at: datetime) -> Entry:
    """Return the entry of ``event`` in the sign-in or registration of ``context``."""
    return Entry(
        at=at,
        event=event,
        actor=context.asked_by or context.user_id,
        target=context.user_id,
        succeeded=succeeded,
        correlation_id=context.correlation_id,
        network=context.client.address,
    )
