"""Ending what is open to a user, and the caller's own password."""

from msgspec import Struct

from proofup.administration.planned import carry_out
from proofup.administration.revoke_sessions import revoke_sessions
from proofup.graph.answers import NO_CONTENT, Answer
from proofup.graph.call import Call
from proofup.graph.errors import CallRefusedError, DeniedError, bad_request
from proofup.graph.own import own_actor
from proofup.graph.targets import check_may, is_own, target_in
from proofup.policy.permissions import Permission
from proofup.registration.password import ChangeRefusal, change_password
from proofup.values.secret import Secret

WHY = {
    ChangeRefusal.WRONG: "The specified password does not match the present one.",
    ChangeRefusal.SAME: "The new password is the present one.",
}


class PasswordChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of ``changePassword``."""

    current_password: str
    new_password: str


async def revoke(call: Call) -> Answer:
    """End every session, and everything that a token was given for."""
    target, ports = await target_in(call), call.door.ports
    check_may(call, Permission.REVOKE_SESSIONS, target)
    await carry_out(ports, revoke_sessions(ports, call.actor, target, at=call.at))
    return Answer(body={"@odata.context": f"{call.root}/$metadata#Edm.Boolean", "value": True})


async def change_own_password(call: Call) -> Answer:
    """Change the caller's own password, by the present one."""
    target, body = await target_in(call), call.body(PasswordChange)
    if not is_own(call, target):
        raise DeniedError
    present, new = Secret(body.current_password), Secret(body.new_password)
    actor = own_actor(call, target)
    refused = await change_password(call.door.own, actor, present, new, at=call.at)
    if refused is None:
        return NO_CONTENT
    if refused.until is not None:
        message = "Too many wrong passwords. Please retry later."
        raise CallRefusedError(429, message, code="TooManyRequests")
    raise bad_request(WHY[refused.because])
