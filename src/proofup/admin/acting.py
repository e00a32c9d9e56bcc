"""An act on somebody, as two pages at one address: what it would do, and what it has done.

The first page carries a mark of the person as they are shown on it. A form whose mark is another
was made stale by somebody else, or by the same form before, and nothing is done: so a page that
shows a secret is shown once.
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from proofup.admin.door import APPROVALS, USERS, Door
from proofup.admin.person import methods_for, target_in
from proofup.administration.approvals import request_approval
from proofup.administration.check_caller import latest_check
from proofup.administration.forget_browsers import remembered
from proofup.administration.planned import Planned, carry_out
from proofup.administration.reason import InvalidReasonError, checked_reason
from proofup.authentication.own_sessions import own_sessions
from proofup.authentication.session import Session
from proofup.directory.app_passwords import AppPassword
from proofup.directory.devices import Device
from proofup.pages.forms import Form, read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.policy.actor import Actor
from proofup.policy.approval import Approval, ApprovalNeededError, RequestId
from proofup.policy.decision import is_demanded
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.errors import InvalidInputError, StaleError
from proofup.values.ids import UserId

T = TypeVar("T")
LONGEST_REASON = 400
# Stands for the approval while a form is only checked: what is planned with it is never written.
DRY = Approval(request_id=RequestId(""), approver="")
NOTHING: Mapping[str, Any] = {}


class Case(Struct, frozen=True, kw_only=True):
    """What an act is asked with: who asks, whom it is done to, what is open to them, the form.

    ``form`` is empty on the first page.
    """

    door: Door
    request: Request
    actor: Actor
    target: Target
    sessions: list[Session]
    devices: list[Device]
    app_passwords: Sequence[AppPassword]
    form: Form = Form({})

    @property
    def at(self) -> datetime:
        """The instant of the request."""
        return context_of(self.request.scope).at

    @property
    def reason(self) -> str:
        """Why it is done."""
        return self.actor.reason or ""


class Deed(Struct, Generic[T], frozen=True, kw_only=True):
    """One act in this door.

    ``template`` has both pages. ``before`` gives what the first one shows besides, ``plan`` the act
    for a form that was sent, and ``after`` what the second one shows of what was done.
    """

    permission: Permission
    template: str
    plan: Callable[[Case], Awaitable[Planned[T]]]
    before: Callable[[Case], Mapping[str, Any]] = lambda _: NOTHING
    after: Callable[[Case, T], Mapping[str, Any]] = lambda _, __: NOTHING

    async def show(self, door: Door, request: Request, actor: Actor) -> Response:
        """Say what goes and what stays, and ask why."""
        case = await case_of(door, request, actor)
        # Asked here too, so that nobody types a reason in vain.
        return self._first_page(case, status=200, problem=None, asks=self._asks_approval(case))

    async def submit(self, door: Door, request: Request, actor: Actor) -> Response:
        """Do it, and show what was done, line by line; or ask for the approval of it."""
        form = await read_form(request)
        case = replace(await case_of(door, request, actor), form=form)
        asks = self._asks_approval(case)
        if not hmac.compare_digest(form.text("seen", longest=64), mark_of(case)):
            raise StaleError
        try:
            reason = checked_reason(form.text("reason", longest=LONGEST_REASON))
            case = replace(case, actor=replace(case.actor, reason=reason))
            if asks:
                return await self._requested(case)
            done = await carry_out(door.ports, await self.plan(case))
        except InvalidReasonError:
            return self._first_page(case, status=400, problem="reason", asks=asks)
        except InvalidInputError as error:
            return self._first_page(case, status=400, problem=error.reason, asks=asks)
        return self.done_page(case, done)

    def done_page(self, case: Case, done: T) -> Response:
        """Show what was done."""
        return _page(case, self.template, done=True, **self.after(case, done))

    def for_approval(self, case: Case, *, status: int, **facts: Any) -> Response:
        """Show the first page as it was sent, with what an approver decides by."""
        return _page(
            case,
            self.template,
            status=status,
            done=False,
            seen=mark_of(case),
            asks_approval=False,
            **{**self.before(case), **facts},
        )

    def _asks_approval(self, case: Case) -> bool:
        """Tell whether a second approver is needed; raise what refuses the act otherwise."""
        try:
            permitted(case.actor, self.permission, case.target, at=case.at)
        except ApprovalNeededError:
            return True
        return False

    async def _requested(self, case: Case) -> Response:
        """Store the form, once it is known that the act could be done so."""
        await self.plan(replace(case, actor=replace(case.actor, approval=DRY)))
        door, path = case.door, case.request.url.path
        act = request_approval(
            door.ports,
            case.actor,
            case.target,
            self.permission,
            act=path.removeprefix(f"{USERS}/{case.target.person.user.id}/"),
            document=msgspec.json.encode(case.form.fields),
            at=case.at,
        )
        request = await carry_out(door.ports, act)
        return see_other(f"{APPROVALS}/{request.id}")

    def _first_page(self, case: Case, *, status: int, problem: str | None, asks: bool) -> Response:
        return _page(
            case,
            self.template,
            status=status,
            done=False,
            seen=mark_of(case),
            problem=problem,
            asks_approval=asks,
            approval=None,
            why=case.form.optional("reason", longest=LONGEST_REASON) or "",
            **self.before(case),
        )


async def case_of(door: Door, request: Request, actor: Actor) -> Case:
    """Return the case of the person whom the address names. Raises UnknownUserError."""
    target, at = await target_in(door, request), context_of(request.scope).at
    check = await latest_check(door.ports, actor, target, at=at)
    return Case(
        door=door,
        request=request,
        actor=replace(actor, caller=check),
        target=target,
        sessions=await own_sessions(door.sign_in, target.person, at=at),
        devices=list(await remembered(door.ports, target, at=at)),
        app_passwords=await door.ports.app_passwords.of_user(target.person.user.id),
    )


def _page(case: Case, template: str, *, status: int = 200, **facts: Any) -> Response:
    target, door = case.target, case.door
    return door.page(
        case.request,
        case.actor,
        template,
        status=status,
        user=target.person.user,
        account=target.person.account,
        methods=methods_for(door, case.actor, target),
        sessions=case.sessions,
        devices=case.devices,
        check=case.actor.checked(target.person.user.id, at=case.at),
        kinds=door.ports.room.catalogue.kinds,
        app_passwords=case.app_passwords,
        is_demanded=is_demanded(target.person.account, target.policy, at=case.at),
        **facts,
    )


def mark_of(case: Case) -> str:
    """Return a mark of the person as they are: account, methods, roles and browsers."""
    target = case.target
    known = (
        UserId(target.person.user.id),
        target.person.account,
        sorted(one.id for one in target.held),
        sorted(one.role for one in target.roles),
        sorted(one.id for one in case.devices),
        sorted(one.id for one in case.app_passwords),
    )
    return hashlib.sha256(msgspec.json.encode(known)).hexdigest()[:32]
