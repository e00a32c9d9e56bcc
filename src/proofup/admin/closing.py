"""Acts that close what is open to somebody, or open it again."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from proofup.admin.acting import Case, Deed
from proofup.administration.block_proofs import InvalidBlockError, block_proofs
from proofup.administration.drawn_password import drawn_password
from proofup.administration.force_password_change import force_password_change
from proofup.administration.forget_browsers import forget_browsers
from proofup.administration.planned import Planned
from proofup.administration.release_changes import release_changes
from proofup.administration.reset_password import reset_password
from proofup.administration.revoke_sessions import revoke_sessions
from proofup.administration.set_account_enabled import set_account_enabled
from proofup.administration.unblock_proofs import unblock_proofs
from proofup.directory.devices import Device
from proofup.directory.passwords import ForcedChange
from proofup.policy.permissions import Permission
from proofup.values.errors import InvalidInputError
from proofup.values.secret import Secret


async def _revoke(case: Case) -> Planned[None]:
    sessions = len(case.sessions)
    return revoke_sessions(case.door.ports, case.actor, case.target, sessions=sessions, at=case.at)


async def _forget(case: Case) -> Planned[Sequence[Device]]:
    return await forget_browsers(case.door.ports, case.actor, case.target, at=case.at)


class Drawn(NamedTuple):
    """A temporary password, and until when it can be used."""

    password: Secret[str]
    until: datetime | None


async def _draw(case: Case) -> Planned[Drawn]:
    ports = case.door.ports
    new = drawn_password(ports.room.entropy)
    act = await reset_password(ports, case.actor, case.target, new, at=case.at)
    return Planned(act.conditions, act.changes, Drawn(new, act.done))


async def _force(case: Case) -> Planned[None]:
    chosen = case.form.optional("after", longest=8)
    forced = ForcedChange.NEXT_SIGN_IN_WITH_MFA if chosen else ForcedChange.NEXT_SIGN_IN
    return force_password_change(case.door.ports, case.actor, case.target, forced, at=case.at)


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
    before=lambda case: {"hours": case.target.policy.temporary_hours},
    after=lambda _, drawn: {"password": drawn.password.reveal(), "until": drawn.until},
)
FORCE_PASSWORD_CHANGE = Deed(
    permission=Permission.SET_PASSWORDS,
    template="admin/force_password_change.html",
    plan=_force,
    before=lambda case: {"after": bool(case.form.optional("after", longest=8))},
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
