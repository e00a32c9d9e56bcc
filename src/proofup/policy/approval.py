"""A second approver: acts on some people are asked for first, and approved by somebody else.

The requester still carries the act out: what is shown once is shown to whoever asked for it, and
their own rights are read again in that transaction.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, Protocol

from msgspec import Struct

from proofup.policy.permissions import Permission
from proofup.values.changes import Change
from proofup.values.errors import NotYetPermittedError
from proofup.values.ids import CorrelationId, UserId

RequestId = NewType("RequestId", str)

VALID = timedelta(hours=24)  # to be approved, and to be carried out


class RequestState(StrEnum):
    """How far a request is; the words are stored."""

    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    DONE = "done"


class Approval(Struct, frozen=True, kw_only=True):
    """What an actor brings to an act that was approved.

    ``approver`` is the id of who approved it, ``caller`` what the caller had proven when it was
    asked for.
    """

    request_id: RequestId
    approver: str
    caller: str | None = None


class ApprovalRequest(Struct, frozen=True, kw_only=True):
    """An act that somebody asks to be approved.

    ``act`` is the address of the act below that of the person, and ``document`` the form as it was
    sent. ``epoch`` is that of the requester's account. ``seen`` is a mark of the person as the
    approver saw them; once they are otherwise, the act is not what was approved.
    """

    id: RequestId
    requester: UserId
    user_id: UserId
    permission: Permission
    act: str
    document: bytes
    reason: str
    caller: str | None
    epoch: int
    correlation_id: CorrelationId
    created_at: datetime
    expires_at: datetime
    state: RequestState = RequestState.PENDING
    seen: str | None = None
    decided_by: UserId | None = None
    decided_at: datetime | None = None
    decision: str | None = None  # the reason that was given for it

    def is_open(self, *, at: datetime) -> bool:
        """Tell whether it waits for an approver."""
        return self.state is RequestState.PENDING and at < self.expires_at

    def is_approved(self, *, at: datetime) -> bool:
        """Tell whether the requester may carry it out."""
        return self.state is RequestState.APPROVED and at < self.expires_at

    @property
    def approval(self) -> Approval:
        """What the requester brings to the act."""
        return Approval(request_id=self.id, approver=str(self.decided_by or ""), caller=self.caller)

    def __repr__(self) -> str:
        return f"ApprovalRequest({self.id}, {self.permission}, {self.state}, …)"


class ApprovalNeededError(NotYetPermittedError):
    """The rules demand that somebody else approves the act first."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(permission)
        self.permission = permission


class OpenRequest(Change, frozen=True, kw_only=True):
    """Stores a new request."""

    request: ApprovalRequest


class DecideRequest(Change, frozen=True, kw_only=True):
    """Stores the decision on a request that is pending and not over.

    Raises AlreadySpentError where somebody else has decided before, or it is over.
    """

    request_id: RequestId
    state: RequestState
    by: UserId
    reason: str
    seen: str | None
    at: datetime


class RequireApproved(Change, frozen=True, kw_only=True):
    """Writes nothing; raises StaleError unless the request is approved and not over.

    It must be of this requester and about this user.
    """

    request_id: RequestId
    requester: str
    user_id: UserId
    at: datetime


class FinishRequest(Change, frozen=True, kw_only=True):
    """Marks an approved request as done. Raises AlreadySpentError where it is no more approved."""

    request_id: RequestId


class ApprovalRequests(Protocol):
    """Reads requests."""

    async def by_id(self, request_id: str) -> ApprovalRequest | None:
        """Return the request of this id."""
        ...

    async def pending(self, *, most: int, at: datetime) -> Sequence[ApprovalRequest]:
        """Return up to ``most`` requests that wait for an approver, the oldest first."""
        ...

    async def of_requester(self, requester: str, *, most: int) -> Sequence[ApprovalRequest]:
        """Return up to ``most`` requests of somebody, the newest first."""
        ...
