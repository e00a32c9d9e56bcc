"""Acts that close what is open to somebody, or open it again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from proofup.admin.acting import Case, Deed
from proofup.administration.block_proofs import InvalidBlockError, block_proofs
from proofup.administration.drawn_password import drawn_password
from proofup.administration.forget_browsers import forget_browsers
from proofup.administration.planned import Planned
from proofup.administration.release_changes import release_changes
from proofup.administration.reset_password import reset_password
from proofup.administration.revoke_sessions import revoke_sessions
from proofup.administration.set_account_enabled import set_account_enabled
from proofup.administration.unblock_proofs import unblock_proofs
from proofup.directory.devices import Device
from proofup.policy.permissions import Permission
from proofup.values.errors import InvalidInputError
from proofup.values.secret import Secret


async def _revoke(case: Case) -> Planned[None]:
    sessions = len(case.sessions)
    return revoke_sessions(case.door.ports, case.actor, case.target, sessions=sessions, at=case.at)


async def _forget(case: Case) -> Planned[Sequence[Device]]:
    return await forget_browsers(case.door.ports, case.actor, case.target, at=case.at)


async def _draw(case: Case) -> Planned[Secret[str]]:
    ports = case.door.ports
    new = drawn_password(ports.room.entropy)
    act = await reset_password(ports, case.actor, case.target, new, at=case.at)
    return Planned(act.conditions, act.changes, new)


def _drawn(_: Case, new: Secret[str]) -> Mapping[str, Any]:
    return {"password": new.reveal()}


async def _block(case: Case) -> Planned[datetime]:
    typed = (case.form.optional("days", longest=16) or "").strip()
    if typed and not (typed.isascii() and typed.isdecimal()):
        raise InvalidInputError("days")
    days = int(typed) if typed else None
    try:
        return block_proofs(case.actor, case.target, case.reason, days=days, at=case.at)
    except InvalidBlockError as error:
        raise InvalidInputError("days") from error


async def _unblock(case: Case) -> Planned[None]:
    return unblock_proofs(case.actor, case.target, case.reason, at=case.at)


async def _release(case: Case) -> Planned[bool]:
    return release_changes(case.actor, case.target, at=case.at)


async def _enable(case: Case) -> Planned[None]:
    return set_account_enabled(case.actor, case.target, enabled=True, at=case.at)


async def _disable(case: Case) -> Planned[None]:
    return set_account_enabled(case.actor, case.target, enabled=False, at=case.at)


REVOKE_SESSIONS = Deed(
    permission=Permission.REVOKE_SESSIONS, template="admin/revoke_sessions.html", plan=_revoke
)
FORGET_BROWSERS = Deed(
    permission=Permission.FORGET_DEVICES, template="admin/forget_browsers.html", plan=_forget
)
RESET_PASSWORD = Deed(
    permission=Permission.SET_PASSWORDS,
    template="admin/reset_password.html",
    plan=_draw,
    after=_drawn,
)
BLOCK = Deed(
    permission=Permission.BLOCK_PROOFS,
    template="admin/block_proofs.html",
    plan=_block,
    before=lambda case: {"days": case.form.optional("days", longest=16) or ""},
    after=lambda _, until: {"until": until},
)
UNBLOCK = Deed(
    permission=Permission.BLOCK_PROOFS, template="admin/unblock_proofs.html", plan=_unblock
)
RELEASE = Deed(
    permission=Permission.RELEASE_CHANGES, template="admin/release_changes.html", plan=_release
)
ENABLE = Deed(
    permission=Permission.ENABLE_ACCOUNTS, template="admin/allow_sign_in.html", plan=_enable
)
DISABLE = Deed(
    permission=Permission.ENABLE_ACCOUNTS, template="admin/stop_sign_in.html", plan=_disable
)
