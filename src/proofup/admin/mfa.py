"""`/admin/mfa`: per-user multi-factor authentication, as on the classic page, for several people.

People are ticked, a quick step is chosen, a page says what it does to whom and asks why, and the
last page says by name what was done. What fails for one does not stop the others.
"""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from proofup.admin.door import Door, holds
from proofup.admin.people import found_by
from proofup.administration.delete_app_passwords import delete_app_passwords
from proofup.administration.forget_browsers import forget_browsers
from proofup.administration.planned import Planned, carry_out, together
from proofup.administration.reason import InvalidReasonError, checked_reason
from proofup.administration.reset_methods import reset_methods
from proofup.administration.set_mfa_state import set_mfa_state
from proofup.administration.target import target_of
from proofup.directory.users import MfaState, User
from proofup.pages.forms import Form, read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.policy.actor import Actor
from proofup.policy.may_act import check_permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.errors import NotYetPermittedError, StaleError, UnknownUserError
from proofup.values.ids import UserId

ADDRESS = "/admin/mfa"
APPLY = f"{ADDRESS}/apply"
MOST = 30  # on a page: each may be ticked, and a form has so many fields
PICKED = "user."  # before the id of somebody who is ticked
LONGEST_REASON = 400
STATES = {
    "enable": MfaState.ENABLED,
    "enforce": MfaState.ENFORCED,
    "disable": MfaState.DISABLED,
}
SETTINGS = "settings"
# The boxes of "Manage user settings", each with the permission that it takes.
BOXES = {
    "again": Permission.RESET_METHODS,
    "app-passwords": Permission.DELETE_APP_PASSWORDS,
    "browsers": Permission.FORGET_DEVICES,
}
TAKES = (Permission.SET_MFA_STATE, *BOXES.values())  # one of them, according to the step


class Outcome(Struct, frozen=True, kw_only=True):
    """What was done to one person: each line a word with its facts; or why nothing was."""

    user: User
    done: Sequence[tuple[str, str]] = ()
    problem: str | None = None


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show people with their states, to be ticked."""
    return door.page(
        request,
        actor,
        "admin/mfa.html",
        can_set=holds(actor, Permission.SET_MFA_STATE),
        can_settle=any(holds(actor, one) for one in BOXES.values()),
        **await found_by(door, request, actor, most=MOST),
    )


async def confirm(door: Door, request: Request, actor: Actor) -> Response:
    """Say what the chosen step does to whom, and ask why."""
    form = await read_form(request)
    return await _confirmation(door, request, actor, form)


async def to_list(_: Door, __: Request, ___: Actor) -> Response:
    """Begin anew: what was ticked is not in the address."""
    return see_other(ADDRESS)


async def apply(door: Door, request: Request, actor: Actor) -> Response:
    """Do it to each, and show by name what was done."""
    form, at = await read_form(request), context_of(request.scope).at
    step = _step(form)
    try:
        reason = checked_reason(form.text("reason", longest=LONGEST_REASON))
    except InvalidReasonError:
        return await _confirmation(door, request, actor, form, problem="reason")
    if step == SETTINGS and not _boxes(form):
        return await _confirmation(door, request, actor, form, problem="boxes")
    acting = replace(actor, reason=reason)
    outcomes = [
        await _outcome(door, acting, target, form, request)
        for target in await _picked(door, form, request)
    ]
    return door.page(
        request,
        actor,
        "admin/mfa_done.html",
        step=step,
        outcomes=outcomes,
        boxes=_boxes(form),
        at=at,
    )


async def _confirmation(
    door: Door, request: Request, actor: Actor, form: Form, *, problem: str | None = None
) -> Response:
    step, at = _step(form), context_of(request.scope).at
    picked = await _picked(door, form, request)
    if not picked:
        return see_other(f"{ADDRESS}?nobody=1")
    takes = set(BOXES.values()) if step == SETTINGS else {Permission.SET_MFA_STATE}
    allowed = [one for one in picked if any(_may(actor, each, one, request) for each in takes)]
    return door.page(
        request,
        actor,
        "admin/mfa_confirm.html",
        status=400 if problem else 200,
        step=step,
        allowed=[one.person for one in allowed],
        refused=[one.person for one in picked if one not in allowed],
        boxes=_boxes(form),
        problem=problem,
        why=form.optional("reason", longest=LONGEST_REASON) or "",
        demand=picked[0].policy.demand,
        at=at,
    )


def _may(actor: Actor, permission: Permission, target: Target, request: Request) -> bool:
    """Tell whether the actor may do it to the target. Raises NotFreshError."""
    try:
        check_permitted(actor, permission, target, at=context_of(request.scope).at)
    except UnknownUserError:
        return False
    return True


def _step(form: Form) -> str:
    step = form.text("step", longest=16)
    if step not in {*STATES, SETTINGS}:
        raise HTTPException(400)
    return step


def _boxes(form: Form) -> list[str]:
    return [one for one in BOXES if form.optional(f"box.{one}", longest=8) is not None]


async def _picked(door: Door, form: Form, request: Request) -> list[Target]:
    """Return everybody who is ticked; an id that is nobody's is left out."""
    at, found = context_of(request.scope).at, list[Target]()
    for name in form.fields:
        if name.startswith(PICKED):
            try:
                found.append(await target_of(door.ports, UserId(name[len(PICKED) :]), at=at))
            except UnknownUserError:
                continue
    return found


async def _outcome(
    door: Door, actor: Actor, target: Target, form: Form, request: Request
) -> Outcome:
    user = target.person.user
    try:
        act = await _planned(door, actor, target, form, request)
        done = await carry_out(door.ports, act)
    except UnknownUserError:
        return Outcome(user=user, problem="refused")
    except NotYetPermittedError:
        return Outcome(user=user, problem="first")
    except StaleError:
        return Outcome(user=user, problem="changed")
    return Outcome(user=user, done=done)


async def _planned(
    door: Door, actor: Actor, target: Target, form: Form, request: Request
) -> Planned[Sequence[tuple[str, str]]]:
    """Return all that was asked for one person, as one act."""
    ports, at, step = door.ports, context_of(request.scope).at, _step(form)
    reason, boxes = actor.reason or "", _boxes(form)
    acts: list[Planned[tuple[str, str]]] = []
    if step in STATES:
        state = set_mfa_state(actor, target, STATES[step], at=at)
        told = ("unchanged" if state.done is STATES[step] else "was", str(state.done))
        acts.append(Planned(state.conditions, state.changes, told))
    if "again" in boxes:
        reset = reset_methods(ports, actor, target, reason, at=at)
        lines = ", ".join(reset.done.lines)
        acts.append(Planned(reset.conditions, reset.changes, ("cleared", lines)))
    if "app-passwords" in boxes:
        deleted = await delete_app_passwords(ports, actor, target, at=at)
        told = ("appPasswords", str(len(deleted.done)))
        acts.append(Planned(deleted.conditions, deleted.changes, told))
    if "browsers" in boxes:
        found = await forget_browsers(ports, actor, target, at=at)
        forgotten = ("browsers", str(len(found.done)))
        acts.append(Planned(found.conditions, found.changes, forgotten))
    return together(acts)
