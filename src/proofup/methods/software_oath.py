"""A code from an authenticator app: TOTP, RFC 6238 with the defaults that every app supports.

SHA-1, six digits, steps of 30 seconds. In Graph a ``softwareOathAuthenticationMethod``.
"""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from proofup.methods.abilities import Provisioning
from proofup.methods.declaration import NOBODY, Declaration, Factor, Role, Slot, WayTraits, Who
from proofup.methods.one_time_code import DIGITS, LIFETIME, is_over
from proofup.methods.protocol import (
    Accepted,
    Answer,
    Because,
    Challenge,
    Description,
    Purpose,
    Question,
    Rejected,
    Verdict,
)
from proofup.methods.registered_methods import MethodKind, NewMethod, RegisteredMethod
from proofup.methods.time_based_code import TIME_STEP, accepted_step, newest_step
from proofup.values.errors import InvalidFieldError, InvalidInputError
from proofup.values.ids import Entropy, MethodId, UserId
from proofup.values.secret import Secret
from proofup.values.shown_text import UnshowableTextError, shown_text
from proofup.values.ways import Way

KIND = MethodKind("softwareOath")
WAY = Way("oath")
REGISTRATION_LIFETIME = timedelta(minutes=10)  # to find an app, install it and scan the key
SECRET_BYTES = 20  # RFC 4226 §4, R6: 160 bit
MOST = 5  # Entra: five apps and tokens together
LONGEST_DISPLAY_NAME = 64
COLUMN = "totpSecret"  # import column
IMPORTED_BYTES = range(10, 65)  # many systems use 80 bits
IMPORTED_NAME = "Imported app"
DECLARATION = Declaration(
    factors=frozenset({Factor.HAVE}),
    ways=(WayTraits(word=WAY, for_callers=True),),
    slots=tuple(Slot(name=f"oath.{number}", ways=(WAY,)) for number in range(1, MOST + 1)),
    alike=True,
    roles=frozenset({Role.SECOND, Role.RESET}),
    added_by=frozenset({Who.PERSON}),  # only the owner has the app that gets the key
    changed_by=NOBODY,  # a new key is a new app
)


class InvalidDisplayNameError(InvalidInputError):
    """The name given to an app is too long or has characters that cannot be shown."""

    def __init__(self) -> None:
        super().__init__("name")


class _Document(msgspec.Struct, frozen=True):
    """The stored data of an app: its key, the last time step used, and its owner's name for it."""

    secret: bytes
    last_step: int
    display_name: str


class SoftwareOath(Struct, frozen=True, kw_only=True):
    """Asks for the code of an app; each time step is accepted once (RFC 6238 §5.2)."""

    organisation: str
    kind: MethodKind = KIND
    declaration: Declaration = DECLARATION
    columns: Sequence[str] = (COLUMN,)

    def available(self, held: RegisteredMethod, *, at: datetime) -> bool:
        """Return True: an app does not expire."""
        del held, at
        return True

    def ways(self, held: RegisteredMethod) -> Sequence[Way]:
        """Return the one way in which an app answers."""
        del held
        return (WAY,)

    def candidate(
        self, typed: Mapping[str, str], new: NewMethod, entropy: Entropy
    ) -> RegisteredMethod:
        """Return an app with a new key; ``displayName`` is its owner's name for it."""
        name = _display_name(typed.get("displayName", ""))
        document = _Document(entropy(SECRET_BYTES), -1, name)
        return new.of(KIND, document)

    def imported(
        self,
        column: str,
        told: Mapping[str, str],
        *,
        region: str,
        method_id: MethodId,
        user_id: UserId,
        at: datetime,
    ) -> RegisteredMethod:
        """Return an app with its key from another system."""
        del region
        document = _Document(_key(told[column]), -1, IMPORTED_NAME)
        slot = self.declaration.slots[0].name
        new = NewMethod(id=method_id, user_id=user_id, slot=slot, at=at)
        return new.of(KIND, document)

    def is_typed(self, held: RegisteredMethod, typed: Mapping[str, str]) -> bool:
        """Return False: a new set-up always has another key."""
        del held, typed
        return False

    def provisioning(self, candidate: RegisteredMethod, *, account: str) -> Provisioning | None:
        """Return the key as the ``otpauth`` address apps scan, and as text (RFC 4648 §6)."""
        from cryptography.hazmat.primitives.hashes import SHA1
        from cryptography.hazmat.primitives.twofactor.totp import TOTP

        secret = _read(candidate).secret
        generator = TOTP(secret, DIGITS, SHA1(), int(TIME_STEP.total_seconds()))  # noqa: S303 - RFC 6238
        # Many apps show a plus as a plus: a space is written as in any other part of an address.
        uri = generator.get_provisioning_uri(account, self.organisation).replace("+", "%20")
        return Provisioning(uri=Secret(uri), secret=Secret(base64.b32encode(secret).decode()))

    def challenge(self, held: RegisteredMethod, question: Question, entropy: Entropy) -> Challenge:
        """Return a challenge that any app of the person may answer; nothing is sent."""
        del entropy
        registering = question.purpose is Purpose.REGISTRATION
        return question.to(held.user_id, REGISTRATION_LIFETIME if registering else LIFETIME)

    def verify(
        self, held: RegisteredMethod, pending: Challenge, answer: Answer, *, at: datetime
    ) -> Verdict:
        """Accept the code of a step that is near now and newer than the last one used."""
        if is_over(pending, at):
            return Rejected(Because.LATE)
        known = _read(held)
        step = accepted_step(known.secret, answer.typed, after_step=known.last_step, at=at)
        if isinstance(step, Because):
            return Rejected(step)
        document = msgspec.structs.replace(known, last_step=step)
        return Accepted(held.used(msgspec.json.encode(document), at=at))

    def describe(self, held: RegisteredMethod) -> Description:
        """Return the owner's name for the app, which needs no mask."""
        name = _read(held).display_name
        return Description(kind=KIND, slot=held.slot, name=name, masked=name)

    def renamed(self, held: RegisteredMethod, name: str) -> RegisteredMethod:
        """Return the app by another name."""
        document = msgspec.structs.replace(_read(held), display_name=_display_name(name))
        return msgspec.structs.replace(held, document=msgspec.json.encode(document))

    def put_back(self, held: RegisteredMethod, *, at: datetime) -> RegisteredMethod:
        """Return the app with every step marked as used for which a code may have been accepted."""
        known = _read(held)
        document = msgspec.structs.replace(known, last_step=max(known.last_step, newest_step(at)))
        return msgspec.structs.replace(held, document=msgspec.json.encode(document))


def _display_name(typed: str) -> str:
    try:
        name = shown_text(typed)
    except UnshowableTextError as error:
        raise InvalidDisplayNameError from error
    if len(name) > LONGEST_DISPLAY_NAME:
        raise InvalidDisplayNameError
    return name


def _key(text: str) -> bytes:
    """Return the key in ``text``: Base32, with or without groups and padding."""
    letters = text.replace(" ", "").replace("-", "").rstrip("=").upper()
    try:
        key = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError as error:
        raise InvalidFieldError(COLUMN, "is not written in Base32.") from error
    if len(key) not in IMPORTED_BYTES:
        bounds = f"{8 * IMPORTED_BYTES.start} to {8 * (IMPORTED_BYTES.stop - 1)}"
        raise InvalidFieldError(COLUMN, f"has {8 * len(key)} bits; {bounds} are taken.")
    return key


def _read(held: RegisteredMethod) -> _Document:
    return msgspec.json.decode(held.document, type=_Document)
