"""Asking for a second approver, and being one."""

from datetime import datetime
from typing import TypeVar

from msgspec import Struct

from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.administration.reason import checked_reason
from proofup.audit.events.approvals import ApprovalDeclined, ApprovalGiven, ApprovalRequested
from proofup.directory.users import Person
from proofup.notices.notifying import Notification, letter
from proofup.policy.actor import Actor
from proofup.policy.approval import (
    VALID,
    ApprovalRequest,
    DecideRequest,
    FinishRequest,
    OpenRequest,
    RequestId,
    RequestState,
)
from proofup.policy.may_act import basis, may_act, still_in_force
from proofup.policy.permissions import Permission
from proofup.policy.proofs import Proofs
from proofup.policy.target import Target
from proofup.values.changes import Change
from proofup.values.errors import NotPermittedError, StaleError
from proofup.values.ids import UserId, random_id

T = TypeVar("T")


class RequesterMayNotError(StaleError):
    """Whoever asked for the act may not do it any more."""


class Decision(Struct, frozen=True, kw_only=True):
    """What an approver decides, why, and the mark of the person as they saw them."""

    is_approved: bool
    reason: str
    seen: str


def request_approval(
    ports: Ports,
    actor: Actor,
    target: Target,
    permission: Permission,
    *,
    act: str,
    document: bytes,
    at: datetime,
) -> Planned[ApprovalRequest]:
    """Ask for the approval of ``act``, whose form is ``document``. Raises InvalidReasonError."""
    why, user_id = checked_reason(actor.reason or ""), target.person.user.id
    check = actor.checked(user_id, at=at)
    request = ApprovalRequest(
        id=RequestId(random_id(ports.room.entropy)),
        requester=UserId(actor.id),
        user_id=user_id,
        permission=permission,
        act=act,
        document=document,
        reason=why,
        caller=check.proof if check else None,
        epoch=actor.epoch,
        correlation_id=actor.correlation_id,
        created_at=at,
        expires_at=at + VALID,
    )
    event = ApprovalRequested(request=request.id, act=act, permission=permission, reason=why)
    changes = (OpenRequest(request=request), actor.entry(event, user_id, at=at))
    return Planned(basis(actor, permission, target, at=at), changes, request)


async def requester_of(ports: Ports, request: ApprovalRequest, *, at: datetime) -> Actor:
    """Return who asked, with the roles of this moment."""
    return Actor(
        id=request.requester,
        roles=await ports.roles.of_user(request.requester, at=at),
        epoch=request.epoch,
        proofs=Proofs(),
        correlation_id=request.correlation_id,
    )


def may_decide(actor: Actor, request: ApprovalRequest, target: Target) -> bool:
    """Tell whether ``actor`` may approve or decline: never what they ask for themselves."""
    return actor.id != request.requester and may_act(actor, request.permission, target)


async def decide(
    ports: Ports,
    actor: Actor,
    request: ApprovalRequest,
    target: Target,
    decision: Decision,
    *,
    at: datetime,
) -> Planned[None]:
    """Approve or decline, and tell the requester by mail.

    The approver must be able to do the act, and so must the requester still, when it is written.
    Raises NotPermittedError, RequesterMayNotError, NotFreshError and InvalidReasonError; when it is
    written, AlreadySpentError where somebody else has decided before, or the request is over.
    """
    reason = checked_reason(decision.reason)
    if not may_decide(actor, request, target):
        raise NotPermittedError
    conditions = basis(actor, request.permission, target, at=at)
    facts = {"request": request.id, "act": request.act, "requester": request.requester}
    if decision.is_approved:
        requester = await requester_of(ports, request, at=at)
        if not may_act(requester, request.permission, target):
            raise RequesterMayNotError
        conditions += tuple(still_in_force(requester, at))
    state = RequestState.APPROVED if decision.is_approved else RequestState.DECLINED
    event = (ApprovalGiven if decision.is_approved else ApprovalDeclined)(**facts, reason=reason)
    decided = DecideRequest(
        request_id=request.id,
        state=state,
        by=UserId(actor.id),
        reason=reason,
        seen=decision.seen if decision.is_approved else None,
        at=at,
    )
    entry = actor.entry(event, request.user_id, at=at)
    told = await _told(ports, request, target, state, reason, at=at)
    return Planned(conditions, (decided, entry, *told), None)


def finished(act: Planned[T], request: ApprovalRequest) -> Planned[T]:
    """Return the act that was approved together with the end of its request."""
    return Planned(act.conditions, (FinishRequest(request_id=request.id), *act.changes), act.done)


async def _told(
    ports: Ports,
    request: ApprovalRequest,
    target: Target,
    state: RequestState,
    reason: str,
    *,
    at: datetime,
) -> tuple[Change, ...]:
    """Return the mail that tells the requester what was decided."""
    requester: Person | None = await ports.room.people.by_id(request.requester)
    if requester is None:
        return ()
    notification = Notification(
        user=requester.user,
        correlation_id=request.correlation_id,
        client=None,
        language="",
        by_administrator=True,
    )
    facts = {
        "when": at.isoformat(timespec="seconds"),
        "until": request.expires_at.isoformat(timespec="seconds"),
        "display_name": target.person.user.display_name,
        "act": request.act,
        "reason": reason,
        "approval_url": ports.approval_url(request.id),
    }
    template = f"approval-{state}"
    lifetime = request.expires_at - at
    return letter(ports.room.notifier, notification, template, facts, lifetime=lifetime, at=at)
