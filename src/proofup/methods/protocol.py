"""The protocol of verification methods, and its types.

Terms after NIST SP 800-63B-4: a person *holds* a registered method, a *challenge* is one question
to it, a *verdict* is the result of an answer.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeAlias

from msgspec import Struct

from proofup.methods.declaration import Declaration
from proofup.methods.registered_methods import MethodKind, RegisteredMethod
from proofup.values.client import Client
from proofup.values.ids import ChallengeId, Entropy, MethodId, UserId
from proofup.values.messages import Call, Mail, Text
from proofup.values.phone_numbers import PhoneNumber
from proofup.values.ways import Way


class Purpose(StrEnum):
    """The purpose of a challenge; an answer is not valid for another purpose."""

    SIGN_IN = "signIn"
    REGISTRATION = "registration"
    CALLER_CHECK = "callerCheck"  # to show the help desk in a call who it is
    PASSWORD_RESET = "passwordReset"  # noqa: S105 - the word of a purpose


class CallStatus(StrEnum):
    """The status of a call, or of a request on a device; the words are stored."""

    RINGING = "ringing"
    ANSWERED = "answered"
    ANOTHER_KEY = "anotherKey"
    APPROVED = "approved"
    DENIED = "denied"
    FRAUD = "fraud"
    WRONG_NUMBER = "wrongNumber"  # another number was typed on the device than the page shows
    BUSY = "busy"
    NO_ANSWER = "noAnswer"
    HUNG_UP = "hungUp"
    VOICEMAIL = "voicemail"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """Whether no later status counts."""
        return self not in {CallStatus.RINGING, CallStatus.ANSWERED, CallStatus.ANOTHER_KEY}


class Origin(Struct, frozen=True, kw_only=True):
    """What a device shows of the sign-in that asks: the application, and where from.

    An empty ``application`` is a page of the service itself.
    """

    application: str
    client: Client


class Challenge(Struct, frozen=True, kw_only=True):
    """One question: to whom, for what purpose, until when, and how to verify the answer.

    ``method_id`` is None if any method of the way may answer. ``verifier`` tells the expected
    answer, if there is one: a keyed digest, or random bytes that the answer is computed from.
    ``message`` is to be sent; it is only set on a new challenge and never stored with it.
    ``call_status`` and ``language`` are those of a call or of a request on a device; such a request
    has an ``origin``.
    """

    id: ChallengeId
    user_id: UserId
    purpose: Purpose
    way: Way
    method_id: MethodId | None = None
    verifier: bytes | None = None
    message: Text | Call | Mail | None = None
    call_status: CallStatus | None = None
    origin: Origin | None = None
    language: str = "en"
    started_at: datetime
    expires_at: datetime

    def __repr__(self) -> str:
        return f"Challenge({self.id}, {self.purpose}, {self.way}, …)"


class Question(Struct, frozen=True, kw_only=True):
    """What is asked for ``purpose``, before a method says how its answer is verified.

    ``language`` is empty where nothing is said.
    """

    id: ChallengeId
    purpose: Purpose
    way: Way
    language: str = ""
    at: datetime

    def to(
        self,
        user_id: UserId,
        lifetime: timedelta,
        *,
        method_id: MethodId | None = None,
        verifier: bytes | None = None,
        message: Text | Call | Mail | None = None,
    ) -> Challenge:
        """Return the challenge to the user, which ends after ``lifetime``."""
        return Challenge(
            id=self.id,
            user_id=user_id,
            purpose=self.purpose,
            way=self.way,
            method_id=method_id,
            verifier=verifier,
            message=message,
            language=self.language,
            started_at=self.at,
            expires_at=self.at + lifetime,
        )


class Answer(Struct, frozen=True):
    """What a person typed, and its slow hash if the method needs one."""

    typed: str
    stretched: bytes | None = None

    def __repr__(self) -> str:
        return "Answer(…)"


class Accepted(Struct, frozen=True):
    """The answer is right; ``method`` should be stored in place of the present one."""

    method: RegisteredMethod


class Because(StrEnum):
    """Why an answer is not accepted."""

    WRONG = "wrong"
    LATE = "late"
    ALREADY_USED = "alreadyUsed"
    CLONED = "cloned"  # there is a copy of the method, which was used in between
    CLOCK = "clock"  # it would be right at another time
    DENIED = "denied"  # this and the following are given on the phone
    FRAUD = "fraud"
    WRONG_NUMBER = "wrongNumber"
    BUSY = "busy"
    NO_ANSWER = "noAnswer"
    HUNG_UP = "hungUp"
    VOICEMAIL = "voicemail"
    FAILED = "failed"


class Rejected(Struct, frozen=True):
    """The answer does not prove anything."""

    because: Because


class Awaiting(Struct, frozen=True):
    """The device has not answered yet; polling is not counted."""


Verdict: TypeAlias = Accepted | Rejected | Awaiting


class Description(Struct, frozen=True, kw_only=True):
    """The description of a registered method for pages: in full for its owner, and masked.

    ``name`` is what it is called where it has no number. ``number`` is where a text or a call
    reaches the subscriber, if one does, and ``mail`` where a mail does. Two methods of a kind
    with the same ``identity`` are the same device or number, so the second adds nothing. ``left``
    is how many answers it still accepts, if they are limited. ``ends_at`` is its expiry, if it has
    one; sessions that it opened end then too. ``facts`` are what only its own pages speak of.
    """

    kind: MethodKind
    slot: str
    name: str = ""
    masked: str
    number: PhoneNumber | None = None
    mail: str | None = None
    identity: str | None = None
    left: int | None = None
    ends_at: datetime | None = None
    facts: Mapping[str, str] = {}

    @property
    def full(self) -> str:
        """The number in the groups of its country, or the name, for its owner."""
        return self.number.readable if self.number else self.name

    @property
    def line(self) -> str:
        """The kind and the masked description, in one line for operators."""
        return f"{self.kind} {self.masked}".strip()


class VerificationMethod(Protocol):
    """One way to prove control of a registered method; it does no I/O."""

    @property
    def kind(self) -> MethodKind:
        """The word under which such methods are stored."""
        ...

    @property
    def declaration(self) -> Declaration:
        """The properties of every method of this kind."""
        ...

    def available(self, held: RegisteredMethod, *, at: datetime) -> bool:
        """Return whether ``held`` can be used ``at`` this instant: a pass may have expired."""
        ...

    def ways(self, held: RegisteredMethod) -> Sequence[Way]:
        """Return the ways in which ``held`` can answer, the better one first."""
        ...

    def challenge(self, held: RegisteredMethod, question: Question, entropy: Entropy) -> Challenge:
        """Return a new challenge for ``held``, with its message in the question's language."""
        ...

    def verify(
        self, held: RegisteredMethod, pending: Challenge, answer: Answer, *, at: datetime
    ) -> Verdict:
        """Judge ``answer``; the flow has already counted the attempt.

        An unavailable method is never accepted; only a right answer gets the reason.
        """
        ...

    def describe(self, held: RegisteredMethod) -> Description:
        """Return the description of ``held`` for pages."""
        ...

    def put_back(self, held: RegisteredMethod, *, at: datetime) -> RegisteredMethod:
        """Return ``held``, restored from an older copy, as it should be stored ``at`` now.

        Answers that may have been accepted since the copy was made must not be accepted again.
        """
        ...
