"""The service's own authenticator app: requests with a number to match, and codes beside them.

Out-of-band by a device that signs each answer with a P-256 key of its own (NIST SP 800-63B-4,
*Out-of-Band Devices*; FIPS 186-5), and TOTP (RFC 6238) where the device has no connection. In Graph
a ``microsoftAuthenticatorAuthenticationMethod``.
"""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from proofup.methods.abilities import NewDevice, Provisioning
from proofup.methods.declaration import NOBODY, Declaration, Factor, Slot, WayTraits, Who
from proofup.methods.device_signatures import answer_in, is_signature, public_key
from proofup.methods.one_time_code import LIFETIME, is_over
from proofup.methods.protocol import (
    Accepted,
    Answer,
    Awaiting,
    Because,
    CallStatus,
    Challenge,
    Description,
    Purpose,
    Question,
    Rejected,
    Verdict,
)
from proofup.methods.registered_methods import MethodKind, NewMethod, RegisteredMethod
from proofup.methods.time_based_code import accepted_step, newest_step
from proofup.values.errors import InvalidInputError
from proofup.values.ids import Entropy
from proofup.values.messages import Push, Subscription
from proofup.values.secret import Secret
from proofup.values.shown_text import UnshowableTextError, shown_text
from proofup.values.ways import Way

KIND = MethodKind("microsoftAuthenticator")
PUSH = Way("push")
CODE = Way("appCode")  # Graph has no word for it
REQUEST_LIFETIME = timedelta(seconds=60)
ENROLMENT_LIFETIME = timedelta(minutes=10)  # to find the phone, open the app and scan the code
SECRET_BYTES = 20  # RFC 4226 §4, R6: 160 bit
CODE_BYTES = 15  # 120 bit, 24 letters of Base32
NUMBERS = 100  # two digits
VERIFIER_BYTES = 16
MOST = 5  # Entra: five apps and tokens together
LONGEST_DISPLAY_NAME = 64
DECLARATION = Declaration(
    factors=frozenset({Factor.HAVE}),
    ways=(
        WayTraits(word=PUSH, typed=False),
        WayTraits(word=CODE, can_be_default=False, for_callers=True),
    ),
    slots=tuple(
        Slot(name=f"authenticator.{number}", ways=(PUSH, CODE)) for number in range(1, MOST + 1)
    ),
    alike=True,
    added_by=frozenset({Who.PERSON}),  # only the owner has the device that makes the key
    changed_by=NOBODY,  # a new key is a new device
)


class InvalidDeviceNameError(InvalidInputError):
    """The name given to a device is too long or has characters that cannot be shown."""

    def __init__(self) -> None:
        super().__init__("name")


class _Document(Struct, frozen=True, omit_defaults=True):
    """The stored data: the keys of the device, its name, and where it can be woken.

    ``public_key`` is an uncompressed point (SEC 1 §2.3.3), empty while no device is enrolled;
    ``code`` is then what enrols one. ``secret`` and ``last_step`` are those of the codes.
    """

    secret: bytes
    last_step: int
    display_name: str
    code: str = ""
    public_key: bytes = b""
    subscription: Subscription | None = None


class MicrosoftAuthenticator(Struct, frozen=True, kw_only=True):
    """Asks a device with a number to match, or for a code that the device shows."""

    kind: MethodKind = KIND
    declaration: Declaration = DECLARATION

    def available(self, held: RegisteredMethod, *, at: datetime) -> bool:
        """Return True: a device does not expire."""
        del held, at
        return True

    def ways(self, held: RegisteredMethod) -> Sequence[Way]:
        """Return the ways of the device; while none is enrolled, it cannot show a code."""
        return (PUSH, CODE) if _read(held).public_key else (PUSH,)

    def candidate(
        self, typed: Mapping[str, str], new: NewMethod, entropy: Entropy
    ) -> RegisteredMethod:
        """Return the place of a device, which is enrolled by a new code."""
        code = base64.b32encode(entropy(CODE_BYTES)).decode()
        name = _display_name(typed.get("displayName", ""))
        document = _Document(entropy(SECRET_BYTES), -1, name, code)
        return new.of(KIND, document)

    def is_typed(self, held: RegisteredMethod, typed: Mapping[str, str]) -> bool:
        """Return False: a new set-up always has another key."""
        del held, typed
        return False

    def provisioning(self, candidate: RegisteredMethod, *, account: str) -> Provisioning | None:
        """Return the code, and the address within the service that opens the app with it."""
        del account
        code = _read(candidate).code
        if not code:
            return None
        return Provisioning(uri=Secret(f"/authenticator#{code}"), secret=Secret(code))

    def enrolment_code(self, candidate: RegisteredMethod) -> Secret[str] | None:
        """Return the code of the candidate until a device has brought it."""
        code = _read(candidate).code
        return Secret(code) if code else None

    def enrolled(
        self, candidate: RegisteredMethod, device: NewDevice, *, at: datetime
    ) -> RegisteredMethod:
        """Return the candidate with the key of the device, by its own name if it has no other."""
        del at
        known = _read(candidate)
        public_key(device.public_key)
        name = known.display_name or _display_name(device.name)
        new = replace(known, code="", public_key=device.public_key, display_name=name)
        return _with(candidate, new)

    def codes_secret(self, held: RegisteredMethod) -> Secret[bytes]:
        """Return the secret of the codes."""
        return Secret(_read(held).secret)

    def is_signed(self, held: RegisteredMethod, message: bytes, signature: bytes) -> bool:
        """Return whether ``signature`` is the device's of ``message``."""
        key = _read(held).public_key
        return bool(key) and is_signature(key, message, signature)

    def challenge(self, held: RegisteredMethod, question: Question, entropy: Entropy) -> Challenge:
        """Return a request to every device, a question for a code, or the wait for a device.

        During a registration only the device that is registered is asked.
        """
        is_enrolled = bool(_read(held).public_key)
        is_registering = question.purpose is Purpose.REGISTRATION
        lifetime = LIFETIME
        if question.way == PUSH:
            lifetime = REQUEST_LIFETIME if is_enrolled else ENROLMENT_LIFETIME
        return question.to(
            held.user_id,
            lifetime,
            method_id=held.id if is_registering else None,
            verifier=entropy(VERIFIER_BYTES) if question.way == PUSH and is_enrolled else None,
        )

    def number(self, pending: Challenge) -> str | None:
        """Return the two digits of a request."""
        if pending.way != PUSH or pending.verifier is None:
            return None
        return f"{int.from_bytes(pending.verifier, 'big') % NUMBERS:02}"

    def asked(self, pending: Challenge) -> str:
        """Return what asks, from where and since when, as the device shows and signs it."""
        origin = pending.origin
        shown = {
            "purpose": pending.purpose,
            "application": origin.application if origin else "",
            "address": origin.client.address if origin else "",
            "browser": origin.client.browser if origin else "",
            "system": origin.client.system if origin else "",
            "startedAt": pending.started_at.isoformat(),
            "expiresAt": pending.expires_at.isoformat(),
        }
        return msgspec.json.encode(shown).decode()

    def verify(
        self, held: RegisteredMethod, pending: Challenge, answer: Answer, *, at: datetime
    ) -> Verdict:
        """Judge a typed code, the answer of a device, or what a device has answered before."""
        if is_over(pending, at):
            return Rejected(Because.LATE)
        if pending.way == CODE:
            return _verdict_of_code(held, answer.typed, at)
        if answer.typed:
            return self._verdict_of_device(held, pending, answer.typed, at)
        status = pending.call_status
        if status is CallStatus.APPROVED:
            return Accepted(held.used(at=at))
        if status is None or not status.is_final:
            return Awaiting()
        return Rejected(Because(status.value))

    def describe(self, held: RegisteredMethod) -> Description:
        """Return the name of the device, which needs no mask."""
        name = _read(held).display_name
        return Description(kind=KIND, slot=held.slot, name=name, masked=name)

    def renamed(self, held: RegisteredMethod, name: str) -> RegisteredMethod:
        """Return the device by another name."""
        return _with(held, replace(_read(held), display_name=_display_name(name)))

    def wake(self, held: RegisteredMethod, pending: Challenge) -> Push | None:
        """Return the message to the device, if its browser has subscribed to such messages."""
        subscription = _read(held).subscription
        if subscription is None:
            return None
        return Push(
            user_id=held.user_id,
            method_id=held.id,
            request=pending.id,
            subscription=subscription,
        )

    def subscription(self, held: RegisteredMethod) -> Subscription | None:
        """Return where the device can be woken."""
        return _read(held).subscription

    def subscribed(
        self, held: RegisteredMethod, subscription: Subscription | None
    ) -> RegisteredMethod:
        """Return the device with another subscription."""
        return _with(held, replace(_read(held), subscription=subscription))

    def put_back(self, held: RegisteredMethod, *, at: datetime) -> RegisteredMethod:
        """Return the device with every code marked as used that may have been accepted."""
        known = _read(held)
        return _with(held, replace(known, last_step=max(known.last_step, newest_step(at))))

    def _verdict_of_device(
        self, held: RegisteredMethod, pending: Challenge, typed: str, at: datetime
    ) -> Verdict:
        """Accept the number of the request, signed with all that the device has shown."""
        found = answer_in(typed)
        if found is None:
            return Rejected(Because.WRONG)
        told, message, signature = found
        asked = (pending.id, held.user_id, held.id, pending.purpose, self.asked(pending))
        is_of_request = asked == (told.request, told.user, told.device, told.purpose, told.shown)
        if not is_of_request or not self.is_signed(held, message, signature):
            return Rejected(Because.WRONG)
        if told.decision in {"deny", "report"}:
            return Rejected(Because.DENIED if told.decision == "deny" else Because.FRAUD)
        number = self.number(pending)
        if told.decision != "approve" or number is None or told.number != number:
            return Rejected(Because.WRONG)
        return Accepted(held.used(at=at))


def _verdict_of_code(held: RegisteredMethod, typed: str, at: datetime) -> Verdict:
    """Accept the code of a step that is near now and newer than the last one used."""
    known = _read(held)
    step = accepted_step(known.secret, typed, after_step=known.last_step, at=at)
    if isinstance(step, Because):
        return Rejected(step)
    return Accepted(held.used(msgspec.json.encode(replace(known, last_step=step)), at=at))


def device_name(held: RegisteredMethod) -> str:
    """Return the name of the device."""
    return _read(held).display_name


def _display_name(typed: str) -> str:
    try:
        name = shown_text(typed)
    except UnshowableTextError as error:
        raise InvalidDeviceNameError from error
    if len(name) > LONGEST_DISPLAY_NAME:
        raise InvalidDeviceNameError
    return name


def _with(held: RegisteredMethod, document: _Document) -> RegisteredMethod:
    return replace(held, document=msgspec.json.encode(document))


def _read(held: RegisteredMethod) -> _Document:
    return msgspec.json.decode(held.document, type=_Document)
