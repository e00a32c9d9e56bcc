"""Requests for a second approver."""

from proofup.audit.events.event import Event


class ApprovalRequested(Event, frozen=True, kw_only=True, tag="approvalRequested"):
    """An administrator asked that ``act`` be approved, which takes ``permission``."""

    request: str
    act: str
    permission: str
    reason: str


class ApprovalGiven(Event, frozen=True, kw_only=True, tag="approvalGiven"):
    """Another administrator approved the request."""

    request: str
    act: str
    requester: str
    reason: str


class ApprovalDeclined(Event, frozen=True, kw_only=True, tag="approvalDeclined"):
    """Another administrator declined the request."""

    request: str
    act: str
    requester: str
    reason: str
