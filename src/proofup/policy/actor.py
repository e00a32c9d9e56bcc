"""The actor of an act: every change of a person, their methods or the rules has one."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from proofup.audit.entry import Entry
from proofup.audit.events.event import Event
from proofup.directory.roles import Assignment
from proofup.policy.permissions import Permission
from proofup.policy.proofs import Proofs
from proofup.values.client import Client
from proofup.values.ids import CorrelationId, UserId

HOST = "host"  # anybody who can run commands as the service's own user


class ActorKind(StrEnum):
    """The source of an actor's rights."""

    PERSON = "person"  # the roles of an account
    HOST = "host"  # no rights are checked: the owner of files and keys can do anything


class Actor(Struct, frozen=True, kw_only=True):
    """Who acts, with which rights, proofs and client.

    ``id`` is that of the user or the host in the audit log. For a person, ``roles`` are the valid
    ones at the time of reading, at ``epoch`` of the account. ``scopes`` restrict them if an
    application acts for the person; None does not. ``command`` is that of the host. ``reason`` is
    why it is done, as the audit log keeps it, where the actor says so. ``client`` is None where
    nobody came over the network. ``language`` is that of the page.
    """

    id: str
    kind: ActorKind = ActorKind.PERSON
    roles: frozenset[Assignment] = frozenset()
    scopes: frozenset[Permission] | None = None
    epoch: int = 0
    proofs: Proofs = Proofs()
    command: str | None = None
    reason: str | None = None
    correlation_id: CorrelationId
    client: Client | None = None
    language: str = "en"

    def entry(
        self, event: Event, target: UserId | None, *, succeeded: bool = True, at: datetime
    ) -> Entry:
        """Return the audit entry of ``event``, done by the actor to ``target``."""
        return Entry(
            at=at,
            event=event,
            actor=self.id,
            target=target,
            succeeded=succeeded,
            correlation_id=self.correlation_id,
            network=self.client.address if self.client else None,
        )


def host(command: str, correlation_id: CorrelationId) -> Actor:
    """Return the host as the actor of ``command``."""
    return Actor(id=HOST, kind=ActorKind.HOST, command=command, correlation_id=correlation_id)
