"""`/authenticator/v1/…`: a device is enrolled, looks for its request, answers, and subscribes."""

import base64
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from proofup.authenticator.door import (
    Called,
    Caller,
    Door,
    Id,
    RefusedDeviceError,
    called,
    from_base64,
    read_body,
)
from proofup.challenges.challenge import StoredChallenge
from proofup.challenges.device_answer import answer_request, open_request
from proofup.challenges.waking import subscribe
from proofup.methods.abilities import NewDevice
from proofup.methods.device_signatures import ANSWER, is_signature
from proofup.methods.protocol import CallStatus
from proofup.registration.enrol import enrol
from proofup.registration.ports import UnknownRegistrationError
from proofup.values.errors import InvalidInputError
from proofup.values.ids import ChallengeId, MethodId, RegistrationId, UserId
from proofup.values.messages import Subscription
from proofup.web.request_context import context_of

ENROLMENT = b"proofup.authenticator.enrolment.v1\n"
LONGEST_ENDPOINT = 2048
POINT_BYTES = 65
AUTH_BYTES = 16  # RFC 8291 §3.2

Base64 = Annotated[str, Meta(max_length=128)]


class _Enrolment(Struct, frozen=True, kw_only=True, rename="camel"):
    """The code of the page and the key of the device, which signs the code."""

    code: Annotated[str, Meta(max_length=64)]
    public_key: Base64
    name: Annotated[str, Meta(max_length=256)] = ""
    signature: Base64


class _Enrolled(Struct, frozen=True, kw_only=True, rename="camel"):
    user: UserId
    device: MethodId
    registration: RegistrationId
    secret: str  # of the codes, Base64
    user_name: str
    organisation: str
    now: datetime


class _Subscribed(Struct, frozen=True, kw_only=True, rename="camel"):
    endpoint: Annotated[str, Meta(max_length=LONGEST_ENDPOINT)]
    p256dh: Base64
    auth: Base64
    server_key: Base64


class _Subscribing(Called, frozen=True, kw_only=True):
    subscription: _Subscribed | None = None


class _Answering(Called, frozen=True, kw_only=True):
    request: Id


class _Request(Struct, frozen=True, kw_only=True, rename="camel"):
    """What the device is asked; ``shown`` is the text that it shows and signs."""

    id: ChallengeId
    purpose: str
    shown: str


class _Standing(Struct, frozen=True, kw_only=True, rename="camel"):
    """How the device stands: whose it is, and what it is asked now.

    ``server_key`` is the key that browsers subscribe with now, ``subscribed_key`` the one that this
    browser is known to have subscribed with: none where it cannot be woken.
    """

    now: datetime
    user_name: str
    organisation: str
    device_name: str
    is_confirmed: bool
    server_key: str
    subscribed_key: str | None
    request: _Request | None


class _Answered(Struct, frozen=True, kw_only=True):
    status: CallStatus


async def take_place(door: Door, request: Request) -> Response:
    """Enrol a device by the code of a registration's page."""
    context = context_of(request.scope)
    told = await read_body(request, _Enrolment)
    key, code = from_base64(told.public_key), _plain(told.code)
    device = NewDevice(public_key=key, name=told.name)
    try:
        is_own = is_signature(key, ENROLMENT + code.encode(), from_base64(told.signature))
        if not is_own:
            raise RefusedDeviceError(401, "notSigned", "the signature is not the device's")
        enrolled = await enrol(door.ports, code, device, client=context.client, at=context.at)
    except UnknownRegistrationError as error:
        message = "the code is used, too old, or mistyped"
        raise RefusedDeviceError(404, "unknownCode", message) from error
    except InvalidInputError as error:
        raise RefusedDeviceError(400, "invalidRequest", error.reason) from error
    registration = enrolled.registration
    return _json(
        _Enrolled(
            user=registration.user_id,
            device=registration.candidate.id,
            registration=registration.id,
            secret=base64.b64encode(enrolled.codes.reveal()).decode(),
            user_name=enrolled.subscriber.person.user.user_principal_name,
            organisation=door.ports.organisation.name,
            now=context.at,
        )
    )


async def look(door: Door, request: Request) -> Response:
    """Tell the device what it is asked now, if anything."""
    at = context_of(request.scope).at
    caller, _ = await called(door, request, Called, at=at)
    asked = await open_request(door.ports.room, caller.held, at=at)
    return _json(_standing(door, caller, asked, at=at))


async def answer(door: Door, request: Request) -> Response:
    """Take the answer of a device to its request."""
    at = context_of(request.scope).at
    caller, told = await called(door, request, _Answering, prefix=ANSWER, at=at)
    signed = (await request.body()).decode()
    status = await answer_request(
        door.ports.room, caller.held, ChallengeId(told.request), signed, at=at
    )
    if status is None:
        raise RefusedDeviceError(409, "over", "the request is answered, replaced or too old")
    return _json(_Answered(status=status))


async def subscription(door: Door, request: Request) -> Response:
    """Store where the device can be woken, or that it cannot be any more."""
    at = context_of(request.scope).at
    caller, told = await called(door, request, _Subscribing, at=at)
    if not caller.is_confirmed:
        raise RefusedDeviceError(409, "notConfirmed", "the device is not confirmed yet")
    place = _subscription(told.subscription)
    await subscribe(door.ports.room, caller.method, caller.held, place)
    return Response(status_code=204)


def _standing(
    door: Door, caller: Caller, asked: StoredChallenge | None, *, at: datetime
) -> _Standing:
    held, method = caller.held, caller.method
    place = method.subscription(held)
    return _Standing(
        now=at,
        user_name=caller.subscriber.person.user.user_principal_name,
        organisation=door.ports.organisation.name,
        device_name=method.describe(held).full,
        is_confirmed=caller.is_confirmed,
        server_key=base64.b64encode(door.server_key()).decode(),
        subscribed_key=base64.b64encode(place.server_key).decode() if place else None,
        request=None
        if asked is None
        else _Request(
            id=asked.challenge.id,
            purpose=asked.challenge.purpose,
            shown=method.asked(asked.challenge),
        ),
    )


def _subscription(told: _Subscribed | None) -> Subscription | None:
    """Return a subscription whose parts have the lengths of RFC 8291."""
    if told is None:
        return None
    found = Subscription(
        endpoint=told.endpoint,
        p256dh=from_base64(told.p256dh),
        auth=from_base64(told.auth),
        server_key=from_base64(told.server_key),
    )
    lengths = (len(found.p256dh), len(found.auth), len(found.server_key))
    if lengths != (POINT_BYTES, AUTH_BYTES, POINT_BYTES):
        raise RefusedDeviceError(400, "invalidRequest", "subscription: a key has a wrong length")
    return found


def _plain(code: str) -> str:
    """Return a code as it was made: people type it in groups and in small letters."""
    return "".join(code.split()).replace("-", "").upper()


def _json(told: Struct) -> Response:
    return Response(msgspec.json.encode(told), media_type="application/json")
