"""The audit entry of a sign-in that failed at its first factor."""

from datetime import datetime

from proofup.audit.entry import Entry
from proofup.audit.events.sign_ins import SignInFailed
from proofup.authentication.ports import Ports
from proofup.authentication.records import record
from proofup.authentication.signin import SignIn
from proofup.values.ways import Way


async def failed(
    ports: Ports, sign_in: SignIn, because: str, *, way: Way | None = None, at: datetime
) -> Entry:
    """Return the entry, with the application that sent the person; ``way`` as in the event."""
    destination = await ports.destinations.behind(sign_in.return_to)
    event = SignInFailed(
        because=because,
        way=way,
        application=destination.id if destination else None,
        name=destination.name if destination else None,
    )
    return record(sign_in, event, succeeded=False, at=at)
