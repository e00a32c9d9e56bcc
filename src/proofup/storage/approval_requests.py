"""Requests for a second approver: one row each, with the form sealed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from proofup.policy.approval import (
    ApprovalRequest,
    DecideRequest,
    FinishRequest,
    OpenRequest,
    RequestId,
    RequestState,
    RequireApproved,
)
from proofup.policy.permissions import Permission
from proofup.storage.aggregate import Aggregate, Expiry, Writes
from proofup.storage.columns import count_or_none, instant_or_none
from proofup.storage.sealed import SealedColumn
from proofup.storage.statements import Row, Steps, row, touched
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import AlreadySpentError, StaleError
from proofup.values.ids import CorrelationId, UserId

COLUMNS = (
    "id, requester, user_id, permission, act, document, reason, caller, epoch, correlation_id, "
    "created_at, expires_at, state, seen, decided_by, decided_at, decision"
)
BY_ID = f"SELECT {COLUMNS} FROM approval_requests WHERE id = ?"
PENDING = (
    f"SELECT {COLUMNS} FROM approval_requests WHERE state = 'pending' AND expires_at > ? "
    "ORDER BY expires_at LIMIT ?"
)
OF_REQUESTER = (
    f"SELECT {COLUMNS} FROM approval_requests WHERE requester = ? ORDER BY created_at DESC LIMIT ?"
)
OPEN_REQUEST = (
    f"INSERT INTO approval_requests ({COLUMNS}) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
DECIDE = (
    "UPDATE approval_requests SET state = ?, seen = ?, decided_by = ?, decided_at = ?, "
    "decision = ? WHERE id = ? AND state = 'pending' AND expires_at > ?"
)
APPROVED = (
    "SELECT 1 FROM approval_requests WHERE id = ? AND requester = ? AND user_id = ? "
    "AND state = 'approved' AND expires_at > ? FOR NO KEY UPDATE"
)
FINISH = "UPDATE approval_requests SET state = 'done' WHERE id = ? AND state = 'approved'"


class ApprovalRequestRows(Aggregate, frozen=True):
    """The port ``ApprovalRequests``, and the changes of requests."""

    expiry: ClassVar[Expiry | None] = Expiry(table="approval_requests", kept=timedelta(days=30))

    document: SealedColumn

    async def by_id(self, request_id: str) -> ApprovalRequest | None:
        """Return the request of this id."""
        found = await self.engine.rows(BY_ID, request_id)
        return self._request(found[0]) if found else None

    async def pending(self, *, most: int, at: datetime) -> Sequence[ApprovalRequest]:
        """Return up to ``most`` requests that wait for an approver, the oldest first."""
        found = await self.engine.rows(PENDING, to_microseconds(at), most)
        return [self._request(columns) for columns in found]

    async def of_requester(self, requester: str, *, most: int) -> Sequence[ApprovalRequest]:
        """Return up to ``most`` requests of somebody, the newest first."""
        found = await self.engine.rows(OF_REQUESTER, requester, most)
        return [self._request(columns) for columns in found]

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            OpenRequest: self.open,
            DecideRequest: self.decide,
            RequireApproved: self.require,
            FinishRequest: self.finish,
        }

    def open(self, change: OpenRequest) -> Steps[None]:
        """Store a new request."""
        new = change.request
        yield from touched(
            OPEN_REQUEST,
            new.id,
            new.requester,
            new.user_id,
            new.permission,
            new.act,
            self.document.seal(new.document, row=new.id),
            new.reason,
            new.caller,
            new.epoch,
            new.correlation_id,
            to_microseconds(new.created_at),
            to_microseconds(new.expires_at),
            new.state,
            new.seen,
            new.decided_by,
            count_or_none(new.decided_at),
            new.decision,
        )

    def decide(self, change: DecideRequest) -> Steps[None]:
        """Store a decision; this write decides which of several approvers counts."""
        at = to_microseconds(change.at)
        decision = (change.state, change.seen, change.by, at, change.reason)
        if not (yield from touched(DECIDE, *decision, change.request_id, at)):
            raise AlreadySpentError

    def require(self, change: RequireApproved) -> Steps[None]:
        """Hold a request still until the transaction ends."""
        at = to_microseconds(change.at)
        whose = (change.request_id, change.requester, change.user_id)
        if (yield from row(APPROVED, *whose, at)) is None:
            raise StaleError

    def finish(self, change: FinishRequest) -> Steps[None]:
        """Mark a request as done; this write decides which of several tries counts."""
        if not (yield from touched(FINISH, change.request_id)):
            raise AlreadySpentError

    def _request(self, columns: Row) -> ApprovalRequest:
        return ApprovalRequest(
            id=RequestId(columns[0]),
            requester=UserId(columns[1]),
            user_id=UserId(columns[2]),
            permission=Permission(columns[3]),
            act=columns[4],
            document=self.document.open(columns[5], row=columns[0]),
            reason=columns[6],
            caller=columns[7],
            epoch=columns[8],
            correlation_id=CorrelationId(columns[9]),
            created_at=from_microseconds(columns[10]),
            expires_at=from_microseconds(columns[11]),
            state=RequestState(columns[12]),
            seen=columns[13],
            decided_by=UserId(columns[14]) if columns[14] else None,
            decided_at=instant_or_none(columns[15]),
            decision=columns[16],
        )
