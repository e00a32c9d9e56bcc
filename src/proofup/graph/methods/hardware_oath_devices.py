"""``hardwareOathTokenAuthenticationMethodDevice``, in beta: the stock of hardware tokens.

The secret of a token is written and never read.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace

from proofup.administration.oath_tokens import (
    UnknownTokenError,
    add_token,
    change_token,
    delete_token,
    give_token,
)
from proofup.administration.planned import Planned, carry_out
from proofup.administration.target import target_called, target_of
from proofup.directory import token_fields
from proofup.directory.oath_tokens import HashAlgorithm, OathToken, Stocked
from proofup.graph.answers import (
    NO_CONTENT,
    Answer,
    Resource,
    collection,
    entity,
    instant,
    narrowed,
)
from proofup.graph.call import Call
from proofup.graph.errors import bad_request, not_found
from proofup.graph.odata.errors import UnsupportedQueryError
from proofup.graph.odata.expressions import Compare, Every
from proofup.graph.odata.filters import read_filter
from proofup.graph.targets import check_may
from proofup.graph.users.profile import UNASKED, shown
from proofup.methods.protocol import Description
from proofup.methods.registered_methods import RegisteredMethod
from proofup.policy.permissions import Permission
from proofup.values.changes import Change
from proofup.values.errors import UnknownUserError
from proofup.values.ids import MethodId, random_id
from proofup.values.secret import Secret

PAGE = 100
ROOT = "directory/authenticationMethodDevices"
ADDRESS = f"{ROOT}/hardwareOathDevices"
ONE = f"{ADDRESS}/{{device}}"
MOST_AT_ONCE = 100
FILTERED = "$filter is served by serialNumber and status eq 'available', with eq and 'and'."
SERIAL_STAYS = "The serial number stays: delete the device, and add it with its other number."
TWO_FOR_ONE = "Two of the devices are for the same user, who can have one."
ASSIGNED = "The hardware OATH device is assigned to a user: unassign it first."


class Somebody(Struct, frozen=True, kw_only=True):
    """A user who is named by id or user name."""

    id: str


class NewDevice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of POST."""

    serial_number: str
    secret_key: str
    manufacturer: str | UnsetType | None = UNSET
    model: str | UnsetType | None = UNSET
    time_interval_in_seconds: int | str = 30
    hash_function: HashAlgorithm = HashAlgorithm.SHA1
    assign_to: Somebody | UnsetType = UNSET


class DeviceChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of PATCH. The number and the secret of a device stay as they are."""

    serial_number: str | UnsetType = UNSET
    manufacturer: str | UnsetType | None = UNSET
    model: str | UnsetType | None = UNSET
    time_interval_in_seconds: int | str | UnsetType = UNSET
    hash_function: HashAlgorithm | UnsetType = UNSET


class Batch(Struct, frozen=True, kw_only=True):
    """The body of PATCH on the collection, and of POST for many: devices to add."""

    value: Annotated[list[dict[str, Any]], Meta(min_length=1, max_length=MOST_AT_ONCE)]


async def by_id(call: Call, named: str) -> Stocked:
    """Return the token with this id. Raises UnknownTokenError."""
    found = await call.door.ports.tokens.by_id(MethodId(named.lower()[:64]))
    if found is None:
        raise UnknownTokenError(named[:64])
    return found


async def get_root(call: Call) -> Answer:
    """Return the resource that the stock is below."""
    check_may(call, Permission.READ_RULES)
    call.options.refuse("expand")
    shown = narrowed({"id": "authenticationMethodDevices"}, call.options.select)
    return entity(call.metadata(ROOT, one=True), shown)


async def list_devices(call: Call) -> Answer:
    """List the tokens by serial number, a page at a time; a filter finds one, or the free ones."""
    check_may(call, Permission.READ_RULES)
    call.options.refuse("search", "skip", "expand", "orderby")
    most = min(call.options.top or PAGE, PAGE)
    tokens, (serial, free) = call.door.ports.tokens, _filtered(call)
    if serial is not None:
        one = await tokens.by_serial(serial)
        found: Sequence[Stocked] = [one] if one and free in {None, one.holder is None} else []
    else:
        found = await tokens.page(free=free, after=call.options.token or None, most=most + 1)
    items = [narrowed(await _shown(call, one), call.options.select) for one in found[:most]]
    last = found[most - 1].token.serial_number if len(found) > most else None
    following = call.following(last) if last is not None else None
    return collection(call.metadata(ADDRESS), items, following=following)


async def get_device(call: Call) -> Answer:
    """Return one token."""
    check_may(call, Permission.READ_RULES)
    stocked = await by_id(call, call.params["device"])
    resource = narrowed(await _shown(call, stocked), call.options.select)
    return entity(call.metadata(ADDRESS, one=True), resource)


async def create(call: Call) -> Answer:
    """Add a token, and give it to somebody if that is said: both or nothing. Or many at once."""
    if "value" in call.json():
        return await create_many(call)
    (stocked,) = await _added(call, [call.body(NewDevice)])
    location = f"{call.root}/{ADDRESS}/{stocked.token.id}"
    context = call.metadata(ADDRESS, one=True)
    return entity(context, await _shown(call, stocked), status=201, location=location)


async def create_many(call: Call) -> Answer:
    """Add tokens, all of them or none, and give each to whom it is for."""
    added = await _added(call, [_device(one) for one in call.body(Batch).value])
    items = [await _shown(call, one) for one in added]
    body = {"@odata.context": call.metadata(ADDRESS), "value": items}
    return Answer(status=201, body=body)


async def _added(call: Call, bodies: Sequence[NewDevice]) -> Sequence[Stocked]:
    check_may(call, Permission.SET_RULES)
    ports, ids = call.door.ports, list[MethodId]()
    conditions, changes = list[Change](), list[Change]()
    holders = [one.assign_to.id for one in bodies if isinstance(one.assign_to, Somebody)]
    if len({one.casefold() for one in holders}) < len(holders):
        raise bad_request(TWO_FOR_ONE)
    for body in bodies:
        token = _token(body, MethodId(random_id(ports.room.entropy)), call)
        acts: list[Planned[Any]] = [add_token(call.actor, token, at=call.at)]
        if isinstance(body.assign_to, Somebody):
            acts.append(await _given(call, token, body.assign_to.id))
        conditions += [one for act in acts for one in act.conditions]
        changes += [one for act in acts for one in act.changes]
        ids.append(token.id)
    await carry_out(ports, Planned(tuple(dict.fromkeys(conditions)), changes, None))
    return [await by_id(call, one) for one in ids]


def _device(told: Mapping[str, Any]) -> NewDevice:
    """Return one of many devices that are added."""
    plain = {name: value for name, value in told.items() if "@" not in name}
    try:
        return msgspec.convert(plain, NewDevice)
    except msgspec.ValidationError as error:
        message = f"The body cannot be taken: {error}"
        raise bad_request(message) from error


async def update(call: Call) -> Answer:
    """Change what is told of a token that nobody has. Its secret is never changed (HWT-11)."""
    check_may(call, Permission.SET_RULES)
    stocked, body = await by_id(call, call.params["device"]), call.body(DeviceChange)
    if stocked.holder is not None:
        raise bad_request(ASSIGNED)
    if body.serial_number not in {UNSET, stocked.token.serial_number}:
        raise bad_request(SERIAL_STAYS)
    token = replace(stocked.token, **_changed(body))
    await carry_out(call.door.ports, change_token(call.actor, token, at=call.at))
    return NO_CONTENT


def _changed(body: DeviceChange) -> Mapping[str, Any]:
    """Return the fields of a token that ``body`` names. Raises InvalidFieldError."""
    found: dict[str, Any] = {}
    if body.manufacturer is not UNSET:
        found["manufacturer"] = token_fields.text(
            body.manufacturer or "", token_fields.MANUFACTURER
        )
    if body.model is not UNSET:
        found["model"] = token_fields.text(body.model or "", token_fields.MODEL)
    if body.time_interval_in_seconds is not UNSET:
        found["time_interval_seconds"] = token_fields.interval(str(body.time_interval_in_seconds))
    if body.hash_function is not UNSET:
        found["algorithm"] = body.hash_function
    return found


async def delete(call: Call) -> Answer:
    """Delete a token that nobody has."""
    check_may(call, Permission.SET_RULES)
    stocked = await by_id(call, call.params["device"])
    if stocked.holder is not None:
        raise bad_request(ASSIGNED)
    await carry_out(call.door.ports, delete_token(call.actor, stocked.token, at=call.at))
    return NO_CONTENT


async def get_holder(call: Call) -> Answer:
    """Return who has a token."""
    check_may(call, Permission.READ_RULES)
    stocked = await by_id(call, call.params["device"])
    people = call.door.ports.room.people
    person = await people.by_id(stocked.holder) if stocked.holder else None
    if person is None:
        raise not_found("assignTo")
    return entity(call.metadata("users", one=True), shown(person, UNASKED))


def _filtered(call: Call) -> tuple[str | None, bool | None]:
    """Return which serial number is asked for, and whether free tokens are."""
    if call.options.filter is None:
        return None, None
    said, serial, free = read_filter(call.options.filter), None, None
    for part in said.parts if isinstance(said, Every) else (said,):
        match part:
            case Compare("serialNumber", "eq", str(value)):
                serial = value
            case Compare("status", "eq", "available"):
                free = True
            case _:
                raise UnsupportedQueryError(FILTERED)
    return serial, free


async def _given(call: Call, token: OathToken, named: str) -> Planned[Description]:
    try:
        target = await target_called(call.door.ports, named, at=call.at)
    except UnknownUserError as error:
        raise not_found(named[:100]) from error
    check_may(call, Permission.ADD_METHODS, target)
    return give_token(call.door.ports, call.actor, target, token, {}, at=call.at)


def _token(body: NewDevice, token_id: MethodId, call: Call) -> OathToken:
    """Return the token that is described. Raises InvalidFieldError."""
    secret = token_fields.base32_secret(body.secret_key)
    return OathToken(
        id=token_id,
        serial_number=token_fields.serial_number(body.serial_number),
        secret=Secret(token_fields.checked_secret(secret)),
        time_interval_seconds=token_fields.interval(str(body.time_interval_in_seconds)),
        algorithm=body.hash_function,
        manufacturer=token_fields.text(body.manufacturer or "", token_fields.MANUFACTURER),
        model=token_fields.text(body.model or "", token_fields.MODEL),
        added_at=call.at,
    )


async def _shown(call: Call, stocked: Stocked) -> Resource:
    token, held = stocked.token, None
    if stocked.holder is not None:
        target = await target_of(call.door.ports, stocked.holder, at=call.at)
        held = next((one for one in target.held if one.id == token.id), None)
    whose = {"id": stocked.holder, "displayName": stocked.holder_name}
    return {
        "id": token.id,
        "displayName": None,
        "serialNumber": token.serial_number,
        "manufacturer": token.manufacturer or None,
        "model": token.model or None,
        "secretKey": None,
        "timeIntervalInSeconds": token.time_interval_seconds,
        "hashFunction": str(token.algorithm),
        "status": _status(call, held),
        "lastUsedDateTime": instant(held.last_used_at) if held else None,
        "assignedTo": whose if held else None,
    }


def _status(call: Call, held: RegisteredMethod | None) -> str:
    if held is None:
        return "available"
    method = call.door.ports.room.catalogue.of(held)
    return "activated" if method.available(held, at=call.at) else "assigned"
