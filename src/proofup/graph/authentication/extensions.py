"""What Graph lacks and scripts ask for, in beta: one call each, answered by what it has done."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from proofup.administration.delete_app_passwords import delete_app_passwords
from proofup.administration.forget_browsers import forget_browsers
from proofup.administration.planned import carry_out
from proofup.administration.reset_methods import reset_methods
from proofup.administration.revoke_sessions import revoke_sessions
from proofup.authentication.own_sessions import own_sessions
from proofup.graph.answers import Answer, Resource, collection, instant, narrowed
from proofup.graph.call import Call
from proofup.graph.held import address_of, readable
from proofup.graph.logs.entries import OF_CHALLENGES
from proofup.graph.operations import OF_USER, Operation, of_user
from proofup.graph.resources import BETA
from proofup.graph.scopes import (
    FORGET_BROWSERS,
    READ_LOGS,
    REVOKE,
    changing_methods,
    reading_methods,
)
from proofup.graph.targets import check_may, target_in
from proofup.policy.permissions import Permission

ROOT = f"{OF_USER}/authentication"
WHY = "By Graph"
MOST_ENTRIES = 100


class Reason(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Why it is done; it may be left out."""

    reason: str = WHY


def operations() -> Iterator[Operation]:
    """Yield all of them."""
    for name, handle, scopes in (
        ("requireReregistration", require_registration, changing_methods()),
        ("revokeMfaSessions", revoke_all, REVOKE),
        ("forgetRememberedBrowsers", forget, FORGET_BROWSERS),
        ("deleteAppPasswords", delete_every_app_password, changing_methods()),
        ("traceMessages", trace, READ_LOGS),
    ):
        path = f"{ROOT}/{name}"
        yield Operation(verb="POST", path=path, handle=handle, scopes=scopes, versions=BETA)
    below = "/authentication/appPasswords"
    yield from of_user("GET", below, list_app_passwords, reading_methods(), versions=BETA)


async def require_registration(call: Call) -> Answer:
    """Delete every method that has to be registered again, and end every session."""
    target, ports = await target_in(call), call.door.ports
    check_may(call, Permission.RESET_METHODS, target)
    reason = call.body(Reason).reason
    done = await carry_out(ports, reset_methods(ports, call.actor, target, reason, at=call.at))
    return _cleared(call, done.lines, isRegistrationDemanded=done.is_demanded)


async def revoke_all(call: Call) -> Answer:
    """End every session and every proof that is good for longer."""
    target, ports = await target_in(call), call.door.ports
    check_may(call, Permission.REVOKE_SESSIONS, target)
    actor = replace(call.actor, reason=call.body(Reason).reason)
    sessions = await own_sessions(call.door.sign_in, target.person, at=call.at)
    act = revoke_sessions(ports, actor, target, sessions=len(sessions), at=call.at)
    await carry_out(ports, act)
    return _cleared(call, [f"session {one.client.address}" for one in sessions])


async def forget(call: Call) -> Answer:
    """Ask for a second proof again in every browser that was remembered."""
    target, ports = await target_in(call), call.door.ports
    check_may(call, Permission.FORGET_DEVICES, target)
    actor = replace(call.actor, reason=call.body(Reason).reason)
    gone = await carry_out(ports, await forget_browsers(ports, actor, target, at=call.at))
    return _cleared(call, [f"browser {one.client.address}" for one in gone])


async def delete_every_app_password(call: Call) -> Answer:
    """Delete all app passwords: the programs that use them sign in no more."""
    target, ports = await target_in(call), call.door.ports
    check_may(call, Permission.DELETE_APP_PASSWORDS, target)
    actor = replace(call.actor, reason=call.body(Reason).reason)
    names = await carry_out(ports, await delete_app_passwords(ports, actor, target, at=call.at))
    return _cleared(call, [f"app password {one}" for one in names])


async def list_app_passwords(call: Call) -> Answer:
    """List the app passwords of somebody, oldest first, without the passwords."""
    target = await readable(call)
    found = await call.door.ports.app_passwords.of_user(target.person.user.id)
    items: list[Resource] = [
        {
            "id": one.id,
            "displayName": one.name,
            "createdDateTime": instant(one.created_at),
            "lastUsedDateTime": instant(one.last_used_at),
            "lastUsedFor": one.last_used_for,
        }
        for one in found
    ]
    shown = [narrowed(one, call.options.select) for one in items]
    return collection(call.metadata(f"{address_of(target)}/appPasswords"), shown)


async def trace(call: Call) -> Answer:
    """Tell what became of the texts and calls to somebody, newest first; clears nothing."""
    target = await target_in(call)
    check_may(call, Permission.READ_SIGN_INS, target)
    user_id = target.person.user.id
    entries = await call.door.activity.of_user(user_id, most=MOST_ENTRIES)
    found: list[Resource] = [
        {
            "dateTime": instant(one.at),
            "event": one.event.word,
            "succeeded": one.succeeded,
            "correlationId": one.correlation_id,
            **one.event.facts,
        }
        for one in entries
        if one.event.word in OF_CHALLENGES
    ]
    return Answer(body={"value": found})


def _cleared(call: Call, lines: list[str], **more: object) -> Answer:
    context = f"{call.root}/$metadata#proofup.cleared"
    return Answer(body={"@odata.context": context, "cleared": lines, **more})
