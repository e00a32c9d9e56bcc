"""What the door of the authenticator app is made of, and what it reads from a device.

A device posts a signed text: ``{"text": …, "signature": …}``. The text names the device. No request
with a cookie is answered, so that nothing a browser sends by itself can stand in for a signature.
"""

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request

from proofup.methods.abilities import DeviceMethod
from proofup.methods.device_signatures import Sent
from proofup.methods.registered_methods import RegisteredMethod
from proofup.pages.pages import Pages
from proofup.policy.subscriber import Subscriber
from proofup.registration.enrol import device_of
from proofup.registration.ports import Ports
from proofup.values.errors import ProofupError
from proofup.values.ids import MethodId, RegistrationId, UserId

CALL = b"proofup.authenticator.call.v1\n"
CLOCKS_APART = timedelta(minutes=5)
LONGEST_ID = 64

Id = Annotated[str, Meta(min_length=1, max_length=LONGEST_ID)]


class RefusedDeviceError(ProofupError):
    """A device is refused: the HTTP status, a code, and a message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message


class Door(Struct, frozen=True, kw_only=True):
    """The ports and parts; ``server_key`` returns the key that browsers subscribe with."""

    ports: Ports
    pages: Pages
    server_key: Callable[[], bytes]


class Called(Struct, frozen=True, kw_only=True):
    """What every signed text holds; ``at`` is the device's clock, in seconds since 1970."""

    user: Id
    device: Id
    at: int
    registration: Id | None = None


class Caller(Struct, frozen=True, kw_only=True):
    """A device that has signed its request, and the owner of it."""

    subscriber: Subscriber
    held: RegisteredMethod
    method: DeviceMethod

    @property
    def is_confirmed(self) -> bool:
        """Whether the device is registered; until then it can only answer its first request."""
        return self.held in self.subscriber.held


Shape = TypeVar("Shape", bound=Struct)
Call = TypeVar("Call", bound=Called)


async def read_body(request: Request, shape: type[Shape]) -> Shape:
    """Return the body as ``shape``. Raises RefusedDeviceError."""
    if "cookie" in request.headers:
        raise RefusedDeviceError(400, "cookiesRefused", "a device sends no cookies")
    try:
        return msgspec.json.decode(await request.body(), type=shape)
    except msgspec.MsgspecError as error:
        raise RefusedDeviceError(401, "unauthorized", "this is no signed request") from error


def decoded(text: bytes, shape: type[Shape]) -> Shape:
    """Return ``text`` as ``shape``. Raises RefusedDeviceError."""
    try:
        return msgspec.json.decode(text, type=shape)
    except msgspec.MsgspecError as error:
        raise RefusedDeviceError(400, "invalidRequest", str(error)) from error


def from_base64(text: str) -> bytes:
    """Return the bytes of ``text``. Raises RefusedDeviceError."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise RefusedDeviceError(400, "invalidRequest", "this is not Base64") from error


async def called(
    door: Door, request: Request, shape: type[Call], *, prefix: bytes = CALL, at: datetime
) -> tuple[Caller, Call]:
    """Return the device that has signed the request, and what it says.

    Raises RefusedDeviceError: 401 where the signature is not the device's or the clocks are far
    apart, 410 where the device is registered no more.
    """
    sent = await read_body(request, Sent)
    text = sent.text.encode(errors="surrogatepass")
    told = decoded(text, shape)
    registration = RegistrationId(told.registration) if told.registration else None
    found = await device_of(
        door.ports, UserId(told.user), MethodId(told.device), registration, at=at
    )
    method = door.ports.room.catalogue.of(found[1]) if found else None
    if found is None or not isinstance(method, DeviceMethod):
        raise RefusedDeviceError(410, "removed", "this device is not registered any more")
    subscriber, held = found
    if not method.is_signed(held, prefix + text, from_base64(sent.signature)):
        raise RefusedDeviceError(401, "notSigned", "the signature is not the device's")
    if abs(at.timestamp() - told.at) > CLOCKS_APART.total_seconds():
        raise RefusedDeviceError(401, "clock", at.isoformat())
    return Caller(subscriber=subscriber, held=held, method=method), told
