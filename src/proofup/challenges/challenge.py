"""A stored challenge, the ports to read it, and the changes of its life."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from proofup.methods.protocol import CallStatus, Challenge
from proofup.values.changes import Change
from proofup.values.ids import ChallengeId, CorrelationId, MessageId, MethodId, UserId
from proofup.values.messages import Delivery
from proofup.values.ways import Way


class ChallengeState(StrEnum):
    """Where a challenge is in its life."""

    OPEN = "open"
    ANSWERED = "answered"
    SUPERSEDED = "superseded"  # by a newer one of the same sign-in or registration


class StoredChallenge(Struct, frozen=True, kw_only=True):
    """A challenge as stored; ``subject`` is the sign-in or registration that it belongs to."""

    challenge: Challenge
    subject: str
    correlation_id: CorrelationId
    state: ChallengeState = ChallengeState.OPEN
    message_id: MessageId | None = None


class Challenges(Protocol):
    """Reads challenges."""

    async def of_subject(self, subject: str, *, most: int) -> Sequence[StoredChallenge]:
        """Return the latest ``most`` challenges of ``subject``, the newest first."""
        ...

    async def by_id(self, challenge_id: ChallengeId) -> StoredChallenge | None:
        """Return the challenge of this id."""
        ...

    async def on_device(self, user_id: UserId) -> StoredChallenge | None:
        """Return the one open request to the devices of the user; it may be over."""
        ...

    async def of_message(self, message_id: MessageId) -> StoredChallenge | None:
        """Return the challenge that the message ``message_id`` puts."""
        ...


class Deliveries(Protocol):
    """Reads how far a message has come."""

    async def progress(self, message_id: MessageId) -> Delivery | None:
        """Return the message's delivery, or None where it is unknown."""
        ...


class OpenChallenge(Change, frozen=True, kw_only=True):
    """Stores a new challenge and supersedes all open ones of its subject.

    A request to devices supersedes those of the same user as well.
    """

    stored: StoredChallenge


class ConsumeChallenge(Change, frozen=True, kw_only=True):
    """Ends an open challenge that is not over at ``at``, and forgets its verifier.

    Raises AlreadySpentError where it was answered, superseded or over.
    """

    challenge_id: ChallengeId
    way: Way
    at: datetime


class MoveChallenge(Change, frozen=True, kw_only=True):
    """Makes an open challenge that of another sign-in, ``subject``, which has none yet.

    Raises AlreadySpentError where it was answered, superseded or over.
    """

    challenge_id: ChallengeId
    subject: str
    at: datetime


class NoteCallStatus(Change, frozen=True, kw_only=True):
    """Notes the status of a call, in place of ``before``, while the challenge is open.

    With ``method_id`` it is the status of a request, and no other device answers it any more.

    Raises AlreadySpentError where it was answered, superseded or over, or where another status
    was noted meanwhile.
    """

    challenge_id: ChallengeId
    before: CallStatus | None
    status: CallStatus
    method_id: MethodId | None = None
    at: datetime
