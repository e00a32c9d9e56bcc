"""A hardware token that shows codes: TOTP, RFC 6238, with the key from its manufacturer.

SHA-1, SHA-256 or SHA-512, six or eight digits, steps of 30 or 60 seconds. In Graph a
``hardwareOathAuthenticationMethod``. The token counts once its owner has typed a code of it; until
then it is assigned and no more.
"""

import hmac
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from proofup.directory.oath_tokens import HashAlgorithm, OathToken
from proofup.methods.abilities import Provisioning
from proofup.methods.declaration import Declaration, Factor, Opens, Slot, WayTraits, WhenReset
from proofup.methods.one_time_code import LIFETIME, LONGEST_ANSWER, is_over
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
from proofup.values.clock import EPOCH
from proofup.values.errors import InvalidInputError
from proofup.values.ids import Entropy, UserId
from proofup.values.shown_text import UnshowableTextError, shown_text
from proofup.values.ways import Way

KIND = MethodKind("hardwareOath")
WAY = Way("hardwareOath")
SLOT = "hardwareOath"
SERIAL = "serialNumber"
REGISTRATION_LIFETIME = timedelta(minutes=10)
DRIFT_STEPS = 1  # steps either side of the token's own clock (RFC 6238 §5.2)
ACTIVATION_STEPS = 10  # steps either side of now: a token in a drawer drifts (RFC 6238 §6)
RESYNC_STEPS = 100  # where two codes in a row are given
CLOCK_STEPS = 20  # within which a code is told from a wrong one
LONGEST_DISPLAY_NAME = 64
DECLARATION = Declaration(
    factors=frozenset({Factor.HAVE}),
    ways=(WayTraits(word=WAY, can_be_default=False, for_callers=True),),
    slots=(Slot(name=SLOT, ways=(WAY,), opens=Opens.INSIDE, apart=True),),
    when_reset=WhenReset.DEACTIVATE,
    for_guests=False,
)


class InvalidTokenNameError(InvalidInputError):
    """The name given to a token is too long or has characters that cannot be shown."""

    def __init__(self) -> None:
        super().__init__("name")


class _Document(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A token of somebody: its key and how its codes are made, and what its clock is off by."""

    serial_number: str
    secret: bytes = b""
    time_interval_seconds: int = 30
    algorithm: HashAlgorithm = HashAlgorithm.SHA1
    digits: int = 6
    model: str = ""
    display_name: str = ""
    is_activated: bool = False
    drift: int = 0
    last_step: int = -1

    def step(self, at: datetime) -> int:
        """Return the present time step of a clock that is right."""
        return (at - EPOCH) // timedelta(seconds=self.time_interval_seconds)

    def code(self, step: int) -> str:
        """Return the code of ``step`` (RFC 6238 §4.2)."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.twofactor.hotp import HOTP

        known: dict[HashAlgorithm, hashes.SHA1 | hashes.SHA256 | hashes.SHA512] = {
            HashAlgorithm.SHA1: hashes.SHA1(),  # noqa: S303 - RFC 6238
            HashAlgorithm.SHA256: hashes.SHA256(),
            HashAlgorithm.SHA512: hashes.SHA512(),
        }
        made = HOTP(self.secret, self.digits, known[self.algorithm], enforce_key_length=False)
        return made.generate(max(step, 0)).decode()

    def matching(self, code: str, around: int, span: int) -> int | None:
        """Return the newest step within ``span`` of ``around`` whose code is ``code``, or None."""
        found: int | None = None
        # All are computed even after a match, so that the time reveals nothing.
        for step in range(max(around - span, 0), around + span + 1):
            if hmac.compare_digest(self.code(step), code):
                found = step
        return found


class Facts(Struct, frozen=True, kw_only=True):
    """What may be told of a token to those who administer it."""

    serial_number: str
    model: str
    display_name: str
    time_interval_seconds: int
    is_activated: bool


def facts_of(held: RegisteredMethod) -> Facts:
    """Return what may be told of the token ``held``."""
    document = _read(held)
    return Facts(
        serial_number=document.serial_number,
        model=document.model,
        display_name=document.display_name,
        time_interval_seconds=document.time_interval_seconds,
        is_activated=document.is_activated,
    )


class HardwareOath(Struct, frozen=True, kw_only=True):
    """Asks for the code of a token; each time step is accepted once."""

    kind: MethodKind = KIND
    declaration: Declaration = DECLARATION
    serial_field: str = SERIAL

    def available(self, held: RegisteredMethod, *, at: datetime) -> bool:
        """Return whether the token was activated by a code of it."""
        del at
        return _read(held).is_activated

    def ways(self, held: RegisteredMethod) -> Sequence[Way]:
        """Return the one way in which a token answers."""
        del held
        return (WAY,)

    def of_token(
        self,
        token: OathToken,
        typed: Mapping[str, str],
        *,
        user_id: UserId,
        slot: str,
        at: datetime,
    ) -> RegisteredMethod:
        """Return ``token`` as that of a person, to be activated; ``displayName`` is its name."""
        document = _Document(
            serial_number=token.serial_number,
            secret=token.secret.reveal(),
            time_interval_seconds=token.time_interval_seconds,
            algorithm=token.algorithm,
            digits=token.digits,
            model=f"{token.manufacturer} {token.model}".strip(),
            display_name=_name(typed.get("displayName", "")),
        )
        new = NewMethod(id=token.id, user_id=user_id, slot=slot, at=at)
        return new.of(KIND, document)

    def candidate(
        self, typed: Mapping[str, str], new: NewMethod, entropy: Entropy
    ) -> RegisteredMethod:
        """Raise InvalidInputError: there is no such token, or ``of_token`` would have made it."""
        del typed, new, entropy
        raise InvalidInputError("unknown")

    def is_typed(self, held: RegisteredMethod, typed: Mapping[str, str]) -> bool:
        """Return whether ``typed`` has the serial number of ``held``, which works."""
        document = _read(held)
        return document.is_activated and document.serial_number == typed.get(SERIAL)

    def provisioning(self, candidate: RegisteredMethod, *, account: str) -> Provisioning | None:
        """Return None: the key is in the token already."""
        del candidate, account
        return None

    def challenge(self, held: RegisteredMethod, question: Question, entropy: Entropy) -> Challenge:
        """Return a challenge for the token; nothing is sent."""
        del entropy
        registering = question.purpose is Purpose.REGISTRATION
        return question.to(held.user_id, REGISTRATION_LIFETIME if registering else LIFETIME)

    def verify(
        self, held: RegisteredMethod, pending: Challenge, answer: Answer, *, at: datetime
    ) -> Verdict:
        """Accept a code of the token's own time; for a registration also learn that time."""
        if is_over(pending, at):
            return Rejected(Because.LATE)
        document = _read(held)
        codes = typed_codes(answer.typed, document.digits)
        present = document.step(at)
        if pending.purpose is Purpose.REGISTRATION:
            step = _activating(document, codes, present)
        elif len(codes) == 1 and document.is_activated:
            step = document.matching(codes[0], present + document.drift, DRIFT_STEPS)
        else:
            step = None
        if step is None:
            near = codes and document.matching(codes[-1], present, CLOCK_STEPS) is not None
            return Rejected(Because.CLOCK if near else Because.WRONG)
        if step <= document.last_step:
            return Rejected(Because.ALREADY_USED)
        used = replace(document, last_step=step, drift=step - present, is_activated=True)
        return Accepted(held.used(msgspec.json.encode(used), at=at))

    def deactivated(self, held: RegisteredMethod) -> RegisteredMethod:
        """Return the token as one that has to be activated again."""
        return _with(held, replace(_read(held), is_activated=False))

    def describe(self, held: RegisteredMethod) -> Description:
        """Return the owner's name for the token, or its serial number."""
        document = _read(held)
        facts = {
            "serialNumber": document.serial_number,
            "model": document.model,
            "activated": "yes" if document.is_activated else "",
        }
        name = document.display_name or document.serial_number
        return Description(kind=KIND, slot=held.slot, name=name, masked=name, facts=facts)

    def renamed(self, held: RegisteredMethod, name: str) -> RegisteredMethod:
        """Return the token by another name."""
        return _with(held, replace(_read(held), display_name=_name(name)))

    def put_back(self, held: RegisteredMethod, *, at: datetime) -> RegisteredMethod:
        """Return the token with every step used up for which a code may have been accepted."""
        document = _read(held)
        newest = document.step(at) + document.drift + DRIFT_STEPS
        return _with(held, replace(document, last_step=max(document.last_step, newest)))


def typed_codes(answer: str, digits: int) -> tuple[str, ...]:
    """Return the one or two codes in ``answer``; none if there is anything else."""
    if len(answer) > LONGEST_ANSWER:
        return ()
    plain = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in answer)
    together = "".join(sign for sign in plain if sign.isalnum())
    if re.fullmatch(rf"[0-9]{{{digits}}}", together):
        return (together,)
    if re.fullmatch(rf"[0-9]{{{2 * digits}}}", together):
        return (together[:digits], together[digits:])
    return ()


def _activating(document: _Document, codes: Sequence[str], present: int) -> int | None:
    """Return the step of a first code: near now, or anywhere if the next code follows it."""
    if len(codes) == 1:
        return document.matching(codes[0], present, ACTIVATION_STEPS)
    if len(codes) != 2:  # noqa: PLR2004 - two codes in a row
        return None
    step = document.matching(codes[1], present, RESYNC_STEPS)
    is_next = step is not None and hmac.compare_digest(document.code(step - 1), codes[0])
    return step if is_next else None


def _name(typed: str) -> str:
    try:
        name = shown_text(typed)
    except UnshowableTextError as error:
        raise InvalidTokenNameError from error
    if len(name) > LONGEST_DISPLAY_NAME:
        raise InvalidTokenNameError
    return name


def _with(held: RegisteredMethod, document: _Document) -> RegisteredMethod:
    return replace(held, document=msgspec.json.encode(document))


def _read(held: RegisteredMethod) -> _Document:
    return msgspec.json.decode(held.document, type=_Document)
