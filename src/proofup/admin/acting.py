"""An act on somebody, as two pages at one address: what it would do, and what it has done.

The first page carries a mark of the person as they are shown on it. A form whose mark is another
was made stale by somebody else, or by the same form before, and nothing is done: so a page that
shows a secret is shown once.
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from proofup.admin.door import Door
from proofup.admin.person import methods_for, target_in
from proofup.administration.forget_browsers import remembered
from proofup.administration.planned import Planned, carry_out
from proofup.administration.reason import InvalidReasonError, checked_reason
from proofup.authentication.own_sessions import own_sessions
from proofup.authentication.session import Session
from proofup.directory.devices import Device
from proofup.pages.forms import Form, read_form
from proofup.pages.page_context import context_of
from proofup.policy.actor import Actor
from proofup.policy.decision import is_demanded
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.errors import InvalidInputError, StaleError
from proofup.values.ids import UserId

T = TypeVar("T")
LONGEST_REASON = 400
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
        case = await _case(door, request, actor)
        # Asked here too, so that nobody types a reason in vain.
        permitted(actor, self.permission, case.target, at=context_of(request.scope).at)
        return self._first_page(case, status=200, problem=None)

    async def submit(self, door: Door, request: Request, actor: Actor) -> Response:
        """Do it, and show what was done, line by line."""
        form = await read_form(request)
        case = replace(await _case(door, request, actor), form=form)
        permitted(actor, self.permission, case.target, at=context_of(request.scope).at)
        if not hmac.compare_digest(form.text("seen", longest=64), _mark(case)):
            raise StaleError
        try:
            reason = checked_reason(form.text("reason", longest=LONGEST_REASON))
            case = replace(case, actor=replace(actor, reason=reason))
            done = await carry_out(door.ports, await self.plan(case))
        except InvalidReasonError:
            return self._first_page(case, status=400, problem="reason")
        except InvalidInputError as error:
            return self._first_page(case, status=400, problem=error.reason)
        return _page(case, self.template, done=True, **self.after(case, done))

    def _first_page(self, case: Case, *, status: int, problem: str | None) -> Response:
        return _page(
            case,
            self.template,
            status=status,
            done=False,
            seen=_mark(case),
            problem=problem,
            why=case.form.optional("reason", longest=LONGEST_REASON) or "",
            **self.before(case),
        )


async def _case(door: Door, request: Request, actor: Actor) -> Case:
    target, at = await target_in(door, request), context_of(request.scope).at
    return Case(
        door=door,
        request=request,
        actor=actor,
        target=target,
        sessions=await own_sessions(door.sign_in, target.person, at=at),
        devices=list(await remembered(door.ports, target, at=at)),
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
        is_demanded=is_demanded(target.person.account, target.policy, at=case.at),
        **facts,
    )


def _mark(case: Case) -> str:
    """Return a mark of the person as they are: account, methods, roles and browsers."""
    target = case.target
    known = (
        UserId(target.person.user.id),
        target.person.account,
        sorted(one.id for one in target.held),
        sorted(one.role for one in target.roles),
        sorted(one.id for one in case.devices),
    )
    return hashlib.sha256(msgspec.json.encode(known)).hexdigest()[:32]
