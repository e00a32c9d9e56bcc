"""The actor of an act: every change of a person, their methods or the rules has one."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from proofup.audit.entry import Entry
from proofup.audit.events.event import Event
from proofup.directory.caller_checks import CallerCheck
from proofup.directory.roles import Assignment
from proofup.policy.approval import Approval
from proofup.policy.permissions import Permission
from proofup.policy.proofs import Proofs
from proofup.values.client import Client
from proofup.values.ids import ApplicationId, CorrelationId, UserId

HOST = "host"  # anybody who can run commands as the service's own user


class ActorKind(StrEnum):
    """The source of an actor's rights."""

    PERSON = "person"  # the roles of an account
    APPLICATION = "application"  # the permissions and roles that it was given itself
    HOST = "host"  # no rights are checked: the owner of files and keys can do anything


class ActingApplication(Struct, frozen=True, kw_only=True):
    """An application at the time of reading; its ``epoch`` changes when it loses a right."""

    id: ApplicationId
    epoch: int


class Actor(Struct, frozen=True, kw_only=True):
    """Who acts, with which rights, proofs and client.

    ``id`` is that of the user or the host in the audit log. For a person, ``roles`` are the valid
    ones at the time of reading, at ``epoch`` of the account. ``application`` is the one that acts,
    for itself or for the person. ``scopes`` then restrict the roles, and ``own_scopes`` say what
    the application may do to the person it acts for. ``command`` is that of the host. ``reason`` is
    why it is done, as the audit log keeps it, where the actor says so. ``caller`` is what the actor
    knows of who is calling, and ``approval`` that of a second approver. ``client`` is None where
    nobody came over the network. ``language`` is that of the page.
    """

    id: str
    kind: ActorKind = ActorKind.PERSON
    roles: frozenset[Assignment] = frozenset()
    scopes: frozenset[Permission] | None = None
    own_scopes: frozenset[Permission] = frozenset()
    epoch: int = 0
    application: ActingApplication | None = None
    proofs: Proofs = Proofs()
    command: str | None = None
    reason: str | None = None
    caller: CallerCheck | None = None
    approval: Approval | None = None
    correlation_id: CorrelationId
    client: Client | None = None
    language: str = "en"

    def entry(
        self, event: Event, target: UserId | None, *, succeeded: bool = True, at: datetime
    ) -> Entry:
        """Return the audit entry of ``event``, done by the actor to ``target``."""
        return Entry(
            at=at,
            event=self._with_proofs(event, target, at),
            actor=self.id,
            target=target,
            succeeded=succeeded,
            correlation_id=self.correlation_id,
            network=self.client.address if self.client else None,
        )

    def _with_proofs(self, event: Event, target: UserId | None, at: datetime) -> Event:
        """Return ``event`` with what the caller has proven, and with who approved it."""
        check, approval = self.checked(target, at=at), self.approval
        if approval is not None:
            return replace(event, caller=approval.caller, approved_by=approval.approver)
        return replace(event, caller=check.proof) if check else event

    def checked(self, user_id: UserId | None, *, at: datetime) -> CallerCheck | None:
        """Return the check in which the user has proven to the actor that it is they who call."""
        check = self.caller
        if check is None or check.agent_id != self.id or check.user_id != user_id:
            return None
        return check if check.is_proven(at=at) else None


def host(command: str, correlation_id: CorrelationId) -> Actor:
    """Return the host as the actor of ``command``."""
    return Actor(id=HOST, kind=ActorKind.HOST, command=command, correlation_id=correlation_id)
