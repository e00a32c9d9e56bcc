"""`/admin/approvals`: acts that wait for a second approver, and those that were asked for.

A request keeps the address of its act and the form. So the approver sees the page of the act as the
requester sent it, and the requester carries out what was approved, nothing else.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from proofup.admin.acting import DRY, LONGEST_REASON, Case, Deed, case_of, mark_of
from proofup.admin.door import APPROVALS, USERS, Door
from proofup.administration.approvals import Decision, decide, finished, may_decide
from proofup.administration.planned import carry_out
from proofup.administration.reason import InvalidReasonError
from proofup.administration.target import target_of
from proofup.pages.forms import Form, read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.policy.actor import Actor
from proofup.policy.approval import ApprovalRequest
from proofup.policy.permissions import Permission
from proofup.policy.rule_choices import ACTS
from proofup.values.errors import InvalidInputError, RevokedError, StaleError, UnknownUserError

ADDRESS = f"{APPROVALS}/{{request:uuid}}"
MOST = 50
TAKES = tuple(Permission(one) for one in ACTS)
CARRY_OUT, APPROVE, DECLINE = "carry-out", "approve", "decline"


class Asked(Struct, frozen=True):
    """A request with its act, and the case as its reader may see it."""

    approval: ApprovalRequest
    deed: Deed[Any]
    case: Case
    may_decide: bool

    @property
    def is_own(self) -> bool:
        """Whether the reader has asked for it."""
        return self.case.actor.id == self.approval.requester


class ApprovalPages(Struct, frozen=True):
    """The pages of requests; ``acts`` are the routes that do an act, by which one is found."""

    acts: Sequence[tuple[Route, Deed[Any]]]

    async def show_all(self, door: Door, request: Request, actor: Actor) -> Response:
        """List what the reader may approve, and what they have asked for."""
        at, waiting = context_of(request.scope).at, list[Mapping[str, Any]]()
        for one in await door.ports.approvals.pending(most=MOST, at=at):
            target = await target_of(door.ports, one.user_id, at=at)
            if may_decide(actor, one, target):
                waiting.append(await _listed(door, request, one))
        own = await door.ports.approvals.of_requester(actor.id, most=MOST)
        return door.page(
            request,
            actor,
            "admin/approvals.html",
            waiting=waiting,
            own=[await _listed(door, request, one) for one in own],
        )

    async def show(self, door: Door, request: Request, actor: Actor) -> Response:
        """Show one request as its act would be done."""
        return await _page(door, await self._asked(door, request, actor))

    async def submit(self, door: Door, request: Request, actor: Actor) -> Response:
        """Approve or decline it; or carry out what was approved."""
        form = await read_form(request)
        asked = await self._asked(door, request, actor)
        then = form.text("then", longest=16)
        if then == CARRY_OUT:
            return await _carried_out(door, asked)
        if then not in {APPROVE, DECLINE} or not asked.may_decide:
            raise HTTPException(403)
        reason = form.text("reason", longest=LONGEST_REASON)
        decision = Decision(
            is_approved=then == APPROVE, reason=reason, seen=form.text("seen", longest=64)
        )
        try:
            await _decided(door, asked, decision)
        except InvalidReasonError:
            return await _page(door, asked, problem="reason", why=reason)
        return see_other(request.url.path)

    async def _asked(self, door: Door, request: Request, actor: Actor) -> Asked:
        """Return the request that the address names, if the reader may see it."""
        approval = await door.ports.approvals.by_id(str(request.path_params["request"]))
        if approval is None:
            raise HTTPException(404)
        deed, params = self._act(approval)
        there = Request({**request.scope, "path_params": params}, request.receive)
        case = await case_of(door, there, actor)
        typed = Form(msgspec.json.decode(approval.document, type=dict[str, str]))
        asked = Asked(
            approval, deed, replace(case, form=typed), may_decide(actor, approval, case.target)
        )
        if not asked.is_own and not asked.may_decide:
            raise HTTPException(404)
        return asked

    def _act(self, approval: ApprovalRequest) -> tuple[Deed[Any], Mapping[str, Any]]:
        """Return the act that the request is about, with what its address names."""
        path = f"{USERS}/{approval.user_id}/{approval.act}"
        for route, deed in self.acts:
            match, scope = route.matches({"type": "http", "path": path, "method": "POST"})
            if match is Match.FULL:
                return deed, scope["path_params"]
        raise HTTPException(404)  # the act of another version


async def _listed(door: Door, request: Request, approval: ApprovalRequest) -> Mapping[str, Any]:
    people, words = door.ports.room.people, door.pages.words(request)
    requester = await people.by_id(approval.requester)
    person = await people.by_id(approval.user_id)
    return {
        "approval": approval,
        "act": words(ACTS[approval.permission]),
        "requester": requester.user.display_name if requester else "",
        "user": person.user.display_name if person else "",
        "is_over": context_of(request.scope).at >= approval.expires_at,
    }


async def _page(door: Door, asked: Asked, *, problem: str | None = None, why: str = "") -> Response:
    approval, at = asked.approval, asked.case.at
    people = door.ports.room.people
    requester = await people.by_id(approval.requester)
    decider = await people.by_id(approval.decided_by) if approval.decided_by else None
    return asked.deed.for_approval(
        asked.case,
        status=400 if problem else 200,
        problem=problem,
        why=why,
        approval=approval,
        requester=requester.user.display_name if requester else "",
        decider=decider.user.display_name if decider else "",
        can_decide=asked.may_decide and approval.is_open(at=at),
        can_carry_out=asked.is_own and approval.is_approved(at=at),
        is_over=at >= approval.expires_at,
    )


async def _decided(door: Door, asked: Asked, decision: Decision) -> None:
    """Write the decision; an approver must be able to do every part of the act."""
    approval, case = asked.approval, asked.case
    if decision.is_approved:
        if decision.seen != mark_of(case):
            raise StaleError
        acting = replace(case.actor, reason=approval.reason, approval=DRY)
        try:
            await asked.deed.plan(replace(case, actor=acting))
        except (InvalidInputError, UnknownUserError) as error:
            raise StaleError from error
    act = await decide(door.ports, case.actor, approval, case.target, decision, at=case.at)
    try:
        await carry_out(door.ports, act)
    except RevokedError as error:  # the requester was signed out everywhere, or disabled
        raise StaleError from error


async def _carried_out(door: Door, asked: Asked) -> Response:
    """Do what was approved, as long as everything is as the approver saw it."""
    approval, case = asked.approval, asked.case
    if not asked.is_own or not approval.is_approved(at=case.at) or approval.seen != mark_of(case):
        raise StaleError
    actor = replace(case.actor, reason=approval.reason, approval=approval.approval)
    case = replace(case, actor=actor)
    try:
        act = finished(await asked.deed.plan(case), approval)
    except InvalidInputError as error:
        raise StaleError from error
    return asked.deed.done_page(case, await carry_out(door.ports, act))
