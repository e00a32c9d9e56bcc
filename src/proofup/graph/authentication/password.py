"""``passwordMethods``, ``resetPassword`` and the operation that it leads to."""

from msgspec import UNSET, Struct, UnsetType

from proofup.administration.drawn_password import drawn_password
from proofup.administration.planned import carry_out
from proofup.administration.reset_password import reset_password
from proofup.audit.events.accounts import PasswordSet
from proofup.directory.passwords import ForcedChange
from proofup.graph.answers import Answer, Resource, collection, counted, entity, instant, narrowed
from proofup.graph.authentication.reading import PASSWORD_ID, password_shown
from proofup.graph.call import Call
from proofup.graph.errors import OF_DIRECTORY, CallRefusedError
from proofup.graph.held import address_of, not_registered, readable
from proofup.graph.targets import is_own, target_in
from proofup.policy.may_act import may_act
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.secret import Secret

MOST_ENTRIES = 20  # of one call


class NewPassword(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of ``resetPassword``."""

    new_password: str | UnsetType | None = UNSET
    require_change_on_next_sign_in: bool = True


async def _passwords(call: Call) -> tuple[Target, list[Resource]]:
    target = await readable(call)
    credential = await call.door.passwords.of_user(target.person.user.id)
    return target, [password_shown(credential)] if credential else []


async def list_passwords(call: Call) -> Answer:
    """List the password, of which nothing is told but when it was set."""
    target, found = await _passwords(call)
    items = [narrowed(one, call.options.select) for one in found]
    return collection(call.metadata(f"{address_of(target)}/passwordMethods"), items)


async def count_passwords(call: Call) -> Answer:
    """Count the password."""
    _, found = await _passwords(call)
    return counted(len(found))


async def get_password(call: Call) -> Answer:
    """Return the password method."""
    target, found = await _passwords(call)
    if call.params["method"].lower() != PASSWORD_ID or not found:
        raise not_registered(call.params["method"])
    context = call.metadata(f"{address_of(target)}/passwordMethods", one=True)
    return entity(context, narrowed(found[0], call.options.select))


async def reset(call: Call) -> Answer:
    """Set a password, or draw one and tell it this once."""
    target = await target_in(call)
    if call.params["method"].lower() != PASSWORD_ID:
        raise CallRefusedError(400, "The method is not supported for this URL.")
    is_self = is_own(call, target) or call.principal.is_application
    if is_self or not may_act(call.actor, Permission.SET_PASSWORDS, target):
        raise CallRefusedError(403, OF_DIRECTORY.denial, code=OF_DIRECTORY.denied)
    body, ports = call.body(NewPassword), call.door.ports
    told = body.new_password
    new = Secret(told) if told else drawn_password(ports.room.entropy)
    forced = ForcedChange.NEXT_SIGN_IN if body.require_change_on_next_sign_in else None
    act = await reset_password(ports, call.actor, target, new, forced_change=forced, at=call.at)
    await carry_out(ports, act)
    address = f"{address_of(target)}/operations/{call.actor.correlation_id}"
    drawn = {
        "@odata.context": f"{call.root}/$metadata#microsoft.graph.passwordResetResponse",
        "newPassword": new.reveal(),
    }
    headers = {"location": f"{call.root}/{address}"}
    return Answer(status=202, body={} if told else drawn, headers=headers)


async def get_operation(call: Call) -> Answer:
    """Tell how a reset of the password ended: it was done before it was answered."""
    target, named = await readable(call), call.params["operation"].lower()
    entries = await call.door.activity.of_sign_in(named, most=MOST_ENTRIES)
    for entry in entries:
        is_it = entry.correlation_id == named and isinstance(entry.event, PasswordSet)
        if is_it and entry.target == target.person.user.id:
            context = call.metadata(f"{address_of(target)}/operations", one=True)
            operation = {
                "id": named,
                "createdDateTime": instant(entry.at),
                "lastActionDateTime": instant(entry.at),
                "resourceLocation": f"{call.root}/{address_of(target)}/methods/{PASSWORD_ID}",
                "status": "succeeded",
                "statusDetail": "",
            }
            return entity(context, operation)
    raise CallRefusedError(404, "There is no such operation.")


async def list_operations(call: Call) -> Answer:
    """List nothing: an operation is done before it is answered, and found by its id alone."""
    target = await readable(call)
    return collection(call.metadata(f"{address_of(target)}/operations"), [])
