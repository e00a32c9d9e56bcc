"""What every verification method is, and what it speaks in.

Words after NIST SP 800-63B-4: a person *holds* a registered method, a *challenge* is one
question put to it, a *verdict* is what came of an answer.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NewType, Protocol, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from proofup.methods.declaration import Declaration
from proofup.values.changes import Change
from proofup.values.ids import ChallengeId, Entropy, MethodId, UserId
from proofup.values.messages import Call, Text
from proofup.values.phone_numbers import PhoneNumber
from proofup.values.ways import Way

MethodKind = NewType("MethodKind", str)


class Purpose(StrEnum):
    """What a challenge is for; an answer for one is worth nothing for another."""

    SIGN_IN = "signIn"
    REGISTRATION = "registration"


class CallStatus(StrEnum):
    """The status of a call; the words are stored."""

    RINGING = "ringing"
    ANSWERED = "answered"
    ANOTHER_KEY = "anotherKey"
    APPROVED = "approved"
    DENIED = "denied"
    FRAUD = "fraud"
    BUSY = "busy"
    NO_ANSWER = "noAnswer"
    HUNG_UP = "hungUp"
    VOICEMAIL = "voicemail"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """Whether no later status counts."""
        return self not in {CallStatus.RINGING, CallStatus.ANSWERED, CallStatus.ANOTHER_KEY}


class RegisteredMethod(Struct, frozen=True, kw_only=True):
    """One method of one person, as stored.

    ``slot`` is the place it fills, of which a person has each once. ``document`` is what it
    remembers, sealed at rest; only the method's own file reads it. ``revision`` grows with each
    change of the row and decides between two changes at once. ``pepper_id`` names the pepper in
    what the document holds stretched, which is kept as long.
    """

    id: MethodId
    user_id: UserId
    kind: MethodKind
    slot: str
    document: bytes
    created_at: datetime
    last_used_at: datetime | None = None
    revision: int = 0
    pepper_id: str | None = None

    def used(self, document: bytes | None = None, *, at: datetime) -> "RegisteredMethod":
        """Return the method as it should be stored after it was used."""
        kept = self.document if document is None else document
        return replace(self, document=kept, last_used_at=at)

    def __repr__(self) -> str:
        return f"RegisteredMethod({self.id}, {self.kind}, {self.slot}, …)"


class Challenge(Struct, frozen=True, kw_only=True):
    """One question: to whom, what for, until when, and how to recognise the answer.

    ``method_id`` is None where any method of the way may answer. ``verifier`` is a keyed digest
    of the expected answer, where there is one. ``message`` is what has to be sent; it is there
    when the challenge is made and never stored with it. ``call_status`` is that of a call, and
    ``language`` what is spoken in it.
    """

    id: ChallengeId
    user_id: UserId
    purpose: Purpose
    way: Way
    method_id: MethodId | None = None
    verifier: bytes | None = None
    message: Text | Call | None = None
    call_status: CallStatus | None = None
    language: str = "en"
    started_at: datetime
    expires_at: datetime

    def __repr__(self) -> str:
        return f"Challenge({self.id}, {self.purpose}, {self.way}, …)"


class Answer(Struct, frozen=True):
    """What a person typed, and what stretching made of it where the method asked for that."""

    typed: str
    stretched: bytes | None = None

    def __repr__(self) -> str:
        return "Answer(…)"


class Accepted(Struct, frozen=True):
    """The answer is right; ``method`` is what should be stored from now on."""

    method: RegisteredMethod


class Because(StrEnum):
    """Why an answer is not accepted."""

    WRONG = "wrong"
    LATE = "late"
    ALREADY_USED = "alreadyUsed"
    CLOCK = "clock"  # it would be right at another time
    DENIED = "denied"  # on the phone, from here on
    FRAUD = "fraud"
    BUSY = "busy"
    NO_ANSWER = "noAnswer"
    HUNG_UP = "hungUp"
    VOICEMAIL = "voicemail"
    FAILED = "failed"


class Rejected(Struct, frozen=True):
    """The answer does not prove anything."""

    because: Because


class Awaiting(Struct, frozen=True):
    """The device has yet to answer; asking again costs nothing."""


Verdict: TypeAlias = Accepted | Rejected | Awaiting


class Description(Struct, frozen=True, kw_only=True):
    """What pages say of a registered method: its owner's words, and the same masked.

    ``number`` is where a text or a call reaches the subscriber, if one does. Two methods of a
    kind with the same ``identity`` are one and the same thing: the second gives no other way in.
    ``left`` is how many answers it still accepts, where they are counted. ``ends_at`` is when it
    ends, where it does; what was opened with it ends then too.
    """

    kind: MethodKind
    slot: str
    full: str
    masked: str
    number: PhoneNumber | None = None
    identity: str | None = None
    left: int | None = None
    ends_at: datetime | None = None

    @property
    def line(self) -> str:
        """The kind and what is masked of it, in one line for operators."""
        return f"{self.kind} {self.masked}".strip()


class VerificationMethod(Protocol):
    """One way to prove control of a registered method; none of its parts does I/O."""

    @property
    def kind(self) -> MethodKind:
        """The word under which such methods are stored."""
        ...

    @property
    def declaration(self) -> Declaration:
        """What holds for every method of this kind."""
        ...

    def available(self, held: RegisteredMethod, *, at: datetime) -> bool:
        """Tell whether ``held`` can be used ``at`` now: a pass expires, a token is activated."""
        ...

    def ways(self, held: RegisteredMethod) -> Sequence[Way]:
        """Return the ways in which ``held`` can answer, the better one first."""
        ...

    def challenge(
        self,
        held: RegisteredMethod,
        *,
        challenge_id: ChallengeId,
        purpose: Purpose,
        way: Way,
        language: str,
        at: datetime,
        entropy: Entropy,
    ) -> Challenge:
        """Return a new question to ``held``, with the message that puts it in ``language``."""
        ...

    def verify(
        self, held: RegisteredMethod, pending: Challenge, answer: Answer, *, at: datetime
    ) -> Verdict:
        """Judge ``answer``; the flow has counted the try before.

        What is not available is never accepted, and only a right answer learns why.
        """
        ...

    def describe(self, held: RegisteredMethod) -> Description:
        """Return what pages may say of ``held``."""
        ...

    def put_back(self, held: RegisteredMethod, *, at: datetime) -> RegisteredMethod:
        """Return ``held``, which comes from an older copy, as it should be stored ``at`` now.

        No answer that may have been accepted since the copy was made is accepted again.
        """
        ...


class RegisteredMethods(Protocol):
    """Reads the methods of one person."""

    async def of_user(self, user_id: UserId) -> Sequence[RegisteredMethod]:
        """Return all methods of the user, oldest first."""
        ...


class AddMethod(Change, frozen=True, kw_only=True):
    """Stores a new method. Raises SlotTakenError."""

    method: RegisteredMethod


class UpdateMethod(Change, frozen=True, kw_only=True):
    """Stores ``method`` in place of the same at its revision. Raises StaleMethodError."""

    method: RegisteredMethod


class ReplaceMethod(Change, frozen=True, kw_only=True):
    """Removes ``old_id`` and adds ``new`` in its slot. Raises StaleMethodError if it is gone."""

    old_id: MethodId
    new: RegisteredMethod


class RequireMethods(Change, frozen=True, kw_only=True):
    """Writes nothing; raises StaleMethodError unless ``ids`` are all that the user holds.

    It counts only behind a change that holds the account still.
    """

    user_id: UserId
    ids: frozenset[MethodId]


class RemoveMethod(Change, frozen=True, kw_only=True):
    """Removes a method of the user. Raises StaleMethodError if it is gone."""

    user_id: UserId
    method_id: MethodId
