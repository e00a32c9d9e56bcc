"""Opening the link of an invitation to register a first method."""

from datetime import datetime

from proofup.audit.entry import Entry
from proofup.audit.events.methods import InvitationOpened
from proofup.directory.users import Person
from proofup.registration.ports import Ports
from proofup.values.client import Client
from proofup.values.errors import AlreadySpentError
from proofup.values.ids import CorrelationId, token_digest


async def invited(ports: Ports, token: str, *, at: datetime) -> Person:
    """Return whom the link with ``token`` invites. Raises AlreadySpentError where it is over."""
    found = await ports.invitations.by_token(token_digest(token))
    person = await ports.people.by_id(found.user_id) if found and found.is_open(at) else None
    if found is None or person is None or not found.is_for(person.user):
        raise AlreadySpentError
    return person


async def open_link(
    ports: Ports, token: str, *, client: Client, correlation_id: CorrelationId, at: datetime
) -> Person:
    """Note that the link was opened by a person, and return whom it invites.

    It is used up by the method that is registered with it, not by this. Raises AlreadySpentError.
    """
    person = await invited(ports, token, at=at)
    await ports.room.commit(
        Entry(
            at=at,
            event=InvitationOpened(),
            actor="anonymous",  # nobody has proven anything yet
            target=person.user.id,
            succeeded=True,
            correlation_id=correlation_id,
            network=client.address,
        )
    )
    return person
