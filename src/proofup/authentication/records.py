"""The audit entry of what happened in a sign-in or a password reset."""

from datetime import datetime

from proofup.audit.entry import Entry
from proofup.audit.events.event import Event
from proofup.authentication.password_reset import PasswordReset
from proofup.authentication.signin import SignIn


def record(begun: SignIn | PasswordReset, event: Event, *, succeeded: bool, at: datetime) -> Entry:
    """Return the entry of ``event``; a name that nobody has makes one without a target."""
    return Entry(
        at=at,
        event=event,
        actor=begun.user_id or "anonymous",
        target=begun.user_id,
        succeeded=succeeded,
        correlation_id=begun.correlation_id,
        network=begun.client.address,
    )
