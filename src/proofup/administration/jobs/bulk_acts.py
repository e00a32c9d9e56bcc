"""The acts that a job can do; each says how it is planned for one person."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

from proofup.administration.delete_app_passwords import delete_app_passwords
from proofup.administration.forget_browsers import forget_browsers
from proofup.administration.job import Job
from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.administration.reset_methods import reset_methods
from proofup.administration.revoke_sessions import revoke_sessions
from proofup.administration.set_mfa_state import set_mfa_state
from proofup.directory.users import MfaState
from proofup.policy.actor import Actor
from proofup.policy.permissions import Permission
from proofup.policy.target import Target

STATE = "state"

Plan: TypeAlias = Callable[[Ports, Actor, Target, Job, datetime], Awaitable[Planned[Sequence[str]]]]
"""Plans the act of a job for one person; ``done`` is what it clears or changes, a line each."""


class BulkAct(Struct, frozen=True, kw_only=True):
    """One act for many.

    ``permission`` is what it takes. ``wishes`` are what has to be said for it, each with the
    words to choose from. ``can_be_undone`` says that what it deletes is kept for a while.
    """

    plan: Plan
    permission: Permission
    wishes: Mapping[str, Sequence[str]] = {}
    can_be_undone: bool = False


async def _reset(
    ports: Ports, actor: Actor, target: Target, job: Job, at: datetime
) -> Planned[Sequence[str]]:
    act = reset_methods(ports, actor, target, job.reason, at=at)
    return Planned(act.conditions, act.changes, act.done.lines)


async def _revoke(
    ports: Ports, actor: Actor, target: Target, _: Job, at: datetime
) -> Planned[Sequence[str]]:
    act = revoke_sessions(ports, actor, target, at=at)
    return Planned(act.conditions, act.changes, ())


async def _forget(
    ports: Ports, actor: Actor, target: Target, _: Job, at: datetime
) -> Planned[Sequence[str]]:
    act = await forget_browsers(ports, actor, target, at=at)
    lines = [f"{one.client.browser}, {one.client.system}" for one in act.done]
    return Planned(act.conditions, act.changes, lines)


async def _delete_app_passwords(
    ports: Ports, actor: Actor, target: Target, _: Job, at: datetime
) -> Planned[Sequence[str]]:
    return await delete_app_passwords(ports, actor, target, at=at)


async def _set_state(
    _: Ports, actor: Actor, target: Target, job: Job, at: datetime
) -> Planned[Sequence[str]]:
    state = MfaState(job.wishes[STATE])
    act = set_mfa_state(actor, target, state, at=at)
    lines = () if act.done is state else (f"{act.done} -> {state}",)
    return Planned(act.conditions, act.changes, lines)


BULK_ACTS: Mapping[str, BulkAct] = {
    "reset-methods": BulkAct(plan=_reset, permission=Permission.RESET_METHODS, can_be_undone=True),
    "forget-browsers": BulkAct(plan=_forget, permission=Permission.FORGET_DEVICES),
    "delete-app-passwords": BulkAct(
        plan=_delete_app_passwords, permission=Permission.DELETE_APP_PASSWORDS
    ),
    "revoke-sessions": BulkAct(plan=_revoke, permission=Permission.REVOKE_SESSIONS),
    "set-mfa-state": BulkAct(
        plan=_set_state,
        permission=Permission.SET_MFA_STATE,
        wishes={STATE: [one.value for one in MfaState]},
    ),
}
