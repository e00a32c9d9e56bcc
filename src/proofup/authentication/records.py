"""The audit entry of what happened in a sign-in."""

from datetime import datetime

from proofup.audit.entry import Entry
from proofup.audit.events.event import Event
from proofup.authentication.signin import SignIn


def record(sign_in: SignIn, event: Event, *, succeeded: bool, at: datetime) -> Entry:
    """Return the entry of ``event``; a name that nobody has makes one without a target."""
    return Entry(
        at=at,
        event=event,
        actor=sign_in.user_id or "anonymous",
        target=sign_in.user_id,
        succeeded=succeeded,
        correlation_id=sign_in.correlation_id,
        network=sign_in.client.address,
    )
