"""``hardwareOathAuthenticationMethod``, in beta: a token that was given to somebody."""

from collections.abc import Iterator
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from proofup.administration.oath_tokens import (
    UnknownTokenError,
    activate_token,
    deactivate_token,
    give_token,
    token_called,
)
from proofup.administration.planned import carry_out
from proofup.directory.oath_tokens import Stocked
from proofup.graph.answers import NO_CONTENT, Answer, Resource, entity, instant, narrowed
from proofup.graph.call import Call
from proofup.graph.errors import DeniedError, bad_request
from proofup.graph.held import address_of, sight_of
from proofup.graph.methods import hardware_oath_devices as devices
from proofup.graph.operations import Operation, of_user
from proofup.graph.resources import BETA, Configuration, MethodResource, Sight
from proofup.graph.scopes import CHANGE_RULES, READ_RULES, changing_methods, reading_methods
from proofup.graph.targets import check_may, target_in
from proofup.methods.hardware_oath import WAY, facts_of
from proofup.methods.registered_methods import MethodKind, RegisteredMethod
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.ids import MethodId


class Reference(Struct, frozen=True, kw_only=True):
    """A device that is named by its id."""

    id: str


class Assignment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of POST."""

    device: Reference


class Activation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """What activates a device; it is named by the address, by its id, or by its serial number."""

    verification_code: str
    display_name: str | UnsetType | None = UNSET
    device: Reference | UnsetType = UNSET
    serial_number: str | UnsetType = UNSET

    @property
    def name(self) -> str | None:
        """How its owner calls it, if that was said."""
        return self.display_name if isinstance(self.display_name, str) else None


def _shown(held: RegisteredMethod, sight: Sight) -> Resource:
    facts = facts_of(held)
    device = {
        "id": held.id,
        "displayName": facts.display_name or None,
        "serialNumber": facts.serial_number,
        "model": facts.model or None,
        "status": "activated" if facts.is_activated else "assigned",
        "timeIntervalInSeconds": facts.time_interval_seconds,
        "secretKey": None,
    }
    return {
        "createdDateTime": instant(held.created_at),
        "device": device if sight.details else None,
    }


RESOURCE = MethodResource(
    segment="hardwareOathMethods",
    type="hardwareOathAuthenticationMethod",
    scope="HardwareOATH",
    show=_shown,
    versions=BETA,
    counted=lambda _: "hardwareOneTimePasscode",
    used={WAY: "hardwareOneTimePasscode"},
    configurations=(
        Configuration(
            id="HardwareOath",
            type="hardwareOathAuthenticationMethodConfiguration",
            ways=(WAY,),
            versions=BETA,
        ),
    ),
)


def operations(_: MethodKind) -> Iterator[Operation]:
    """Yield what is done with tokens: the stock, assigning, activating and deactivating."""
    changing, below = changing_methods(RESOURCE.scope), f"/authentication/{RESOURCE.segment}"
    one = f"{below}/{{method}}"
    for path, handle in (
        (below, _assign),
        (f"{below}/assignAndActivate", _assign_and_activate),
        (f"{below}/assignAndActivateBySerialNumber", _assign_and_activate),
        (f"{one}/activate", _activate),
        (f"{one}/deactivate", _deactivate),
    ):
        yield from of_user("POST", path, handle, changing, versions=BETA)
    reading = reading_methods(RESOURCE.scope)
    yield from of_user("GET", f"{one}/device", _device, reading, versions=BETA)
    for verb, path, handle in (
        ("GET", devices.ROOT, devices.get_root),
        ("GET", devices.ADDRESS, devices.list_devices),
        ("POST", devices.ADDRESS, devices.create),
        ("GET", devices.ONE, devices.get_device),
        ("PATCH", devices.ADDRESS, devices.create_many),
        ("PATCH", devices.ONE, devices.update),
        ("DELETE", devices.ONE, devices.delete),
        ("GET", f"{devices.ONE}/assignTo", devices.get_holder),
    ):
        scopes = READ_RULES if verb == "GET" else CHANGE_RULES
        yield Operation(verb=verb, path=f"/{path}", handle=handle, scopes=scopes, versions=BETA)


async def _device(call: Call) -> Answer:
    """Return the device of a method, as its list shows it."""
    target = await target_in(call)
    check_may(call, Permission.READ_METHODS, target)
    token_id = _held(call, target)
    (held,) = (one for one in target.held if one.id == token_id)
    shown = RESOURCE.shown(held, sight_of(call, target))["device"]
    if shown is None:
        raise DeniedError
    address = f"{address_of(target)}/{RESOURCE.segment}('{held.id}')/device"
    return entity(call.metadata(address, one=True), narrowed(shown, call.options.select))


async def _managed(call: Call) -> Target:
    target = await target_in(call)
    check_may(call, Permission.ADD_METHODS, target)
    return target


async def _assign(call: Call) -> Answer:
    target = await _managed(call)
    stocked = await devices.by_id(call, call.body(Assignment).device.id)
    await _give(call, target, stocked, {})
    there = await target_in(call)
    (held,) = (one for one in there.held if one.id == stocked.token.id)
    address = f"{address_of(there)}/{RESOURCE.segment}"
    shown = RESOURCE.shown(held, sight_of(call, there))
    location = f"{call.root}/{address}/{held.id}"
    return entity(call.metadata(address, one=True), shown, status=201, location=location)


async def _assign_and_activate(call: Call) -> Answer:
    target, body = await _managed(call), call.body(Activation)
    if isinstance(body.device, Reference):
        stocked = await devices.by_id(call, body.device.id)
    elif isinstance(body.serial_number, str):
        stocked = await token_called(call.door.ports, body.serial_number)
    else:
        message = "Say which device: by its id, or by its serial number."
        raise bad_request(message)
    named = {} if body.name is None else {"displayName": body.name}
    await _give(call, target, stocked, named, code=body.verification_code)
    return NO_CONTENT


async def _give(
    call: Call, target: Target, stocked: Stocked, named: dict[str, str], **more: Any
) -> None:
    if stocked.holder is not None:
        raise bad_request(devices.ASSIGNED)
    ports = call.door.ports
    act = give_token(ports, call.actor, target, stocked.token, named, at=call.at, **more)
    await carry_out(ports, act)


async def _activate(call: Call) -> Answer:
    target, body, ports = await _managed(call), call.body(Activation), call.door.ports
    token_id = _held(call, target)
    act = activate_token(
        ports,
        call.actor,
        target,
        token_id,
        code=body.verification_code,
        name=body.name,
        at=call.at,
    )
    await carry_out(ports, act)
    return NO_CONTENT


async def _deactivate(call: Call) -> Answer:
    target, ports = await target_in(call), call.door.ports
    check_may(call, Permission.RESET_METHODS, target)
    act = deactivate_token(ports, call.actor, target, _held(call, target), at=call.at)
    await carry_out(ports, act)
    return NO_CONTENT


def _held(call: Call, target: Target) -> MethodId:
    """Return the id of the token that the address names. Raises UnknownTokenError."""
    named, kind = call.params["method"].lower(), call.door.ports.room.catalogue.kinds[WAY]
    if all(one.id != named or one.kind != kind for one in target.held):
        raise UnknownTokenError(named)
    return MethodId(named)
