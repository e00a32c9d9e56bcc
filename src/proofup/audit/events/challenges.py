"""Challenges, their abuse, and the blocks against it."""

from proofup.audit.events.event import Event
from proofup.values.ways import Way


class ChallengeSent(Event, frozen=True, kw_only=True, tag="challengeSent"):
    """A text or call went out to the masked number ``to``; ``purpose`` is the challenge's."""

    way: Way
    to: str
    purpose: str


class ChallengeFailed(Event, frozen=True, kw_only=True, tag="challengeFailed"):
    """An answer was refused, or a call ended without an approval."""

    way: Way
    because: str
    purpose: str


class RecoveryCodeUsed(Event, frozen=True, kw_only=True, tag="recoveryCodeUsed"):
    """A recovery code stood in for the second proof; ``left`` are unused."""

    way: Way
    left: int


class LimitReached(Event, frozen=True, kw_only=True, tag="limitReached"):
    """A limit stopped somebody ``until`` an instant (ISO 8601); told once an hour for each."""

    limit: str
    until: str


class FarewellWithheld(Event, frozen=True, kw_only=True, tag="farewellWithheld"):
    """The masked number ``to`` was not told that it no longer signs in.

    The budget was spent, or the number is of a country or a line that is not served.
    """

    to: str


class SendingStopped(Event, frozen=True, kw_only=True, tag="sendingStopped"):
    """Messages of a kind to new numbers in a country stopped, as hardly any were answered."""

    kind: str
    country: str
    purpose: str


class FraudReported(Event, frozen=True, kw_only=True, tag="fraudReported"):
    """The user reported a challenge that was not theirs; ``blocked`` where the rules block."""

    way: Way
    blocked: bool


class ProofsBlocked(Event, frozen=True, kw_only=True, tag="proofsBlocked"):
    """Second proofs of a user are denied ``until`` an instant (ISO 8601)."""

    until: str
    reason: str
    command: str | None = None


class ProofsUnblocked(Event, frozen=True, kw_only=True, tag="proofsUnblocked"):
    """Second proofs of a user are allowed again."""

    reason: str
    command: str | None = None
