"""`/admin/guests`: who is invited, and inviting somebody from outside the organisation."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from proofup.admin.acting import Case, Deed
from proofup.admin.dialogs import Asked, Dialog
from proofup.admin.door import Door
from proofup.administration.invite import (
    InvitationMade,
    NeedlessInvitationError,
    invite,
    invite_to_password,
)
from proofup.administration.invite_guest import Guest, GuestInvited, invite_guest
from proofup.administration.planned import Planned
from proofup.administration.revoke_invitation import revoke_invitation
from proofup.directory.invitations import Invitation
from proofup.pages.page_context import context_of
from proofup.pages.pages import MY_APPS, SECURITY_INFO
from proofup.policy.actor import Actor
from proofup.policy.may_act import may_act
from proofup.policy.permissions import Permission
from proofup.values.errors import StaleError
from proofup.values.ids import UserId

ADDRESS = "/admin/guests"
MOST = 50
LANDINGS = (MY_APPS, SECURITY_INFO)


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show the invitations that are open, the first to expire first."""
    at = context_of(request.scope).at
    found = await door.ports.invitations.open(
        after=_after(request.query_params.get("after", "")), most=MOST + 1, at=at
    )
    last = found[MOST - 1].invitation if len(found) > MOST else None
    return door.page(
        request,
        actor,
        "admin/guests.html",
        invited=found[:MOST],
        can_invite=may_act(actor, Permission.INVITE_GUESTS),
        is_first="after" not in request.query_params,
        following=f"?after={_token(last)}" if last else None,
    )


def _token(last: Invitation) -> str:
    return f"{last.expires_at.timestamp():.6f}.{last.token_digest.hex()}"


def _after(typed: str) -> Invitation | None:
    """Return where a page begins; whatever is no token of ours begins at the start."""
    seconds, _, digest = typed.rpartition(".")
    try:
        ends, key = datetime.fromtimestamp(float(seconds), UTC), bytes.fromhex(digest)
    except (ValueError, OverflowError, OSError):
        return None
    return Invitation(
        token_digest=key, user_id=UserId(""), mail=None, made_at=ends, expires_at=ends
    )


async def _about(asked: Asked) -> Mapping[str, Any]:
    return {"back": ADDRESS, "landings": LANDINGS, "chosen": asked.typed("landing") or MY_APPS}


async def _invite(asked: Asked) -> Planned[GuestInvited]:
    landing = asked.typed("landing")
    person = await asked.door.ports.room.people.by_id(UserId(asked.actor.id))
    guest = Guest(
        name=asked.typed("name"),
        mail=asked.typed("mail"),
        message=asked.typed("message"),
        lands_at=landing if landing in LANDINGS else None,
        inviter=person.user.display_name if person else "",
    )
    return invite_guest(asked.door.ports, asked.actor, guest, at=asked.at)


async def _again(case: Case) -> Planned[InvitationMade]:
    ports = case.door.ports
    lacking = await ports.without_password.among([case.target.person.user.id])
    act = invite_to_password if lacking else invite
    try:
        return act(ports, case.actor, case.target, by_mail=True, at=case.at)
    except NeedlessInvitationError as error:
        raise StaleError from error


async def _revoke(case: Case) -> Planned[None]:
    return revoke_invitation(case.actor, case.target, at=case.at)


INVITE_GUEST = Dialog(
    permission=Permission.INVITE_GUESTS,
    template="admin/guest_invite.html",
    about=_about,
    plan=_invite,
    then=lambda _, done: f"/admin/users/{done.user.id}",
)
INVITE_AGAIN = Deed(
    permission=Permission.INVITE,
    template="admin/invite_again.html",
    plan=_again,
    after=lambda _, made: {"url": made.url.reveal(), "until": made.expires_at},
)
REVOKE_INVITATION = Deed(
    permission=Permission.INVITE, template="admin/revoke_invitation.html", plan=_revoke
)
