"""Events of challenges, of their abuse, and of blocks against it."""

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
    """A recovery code replaced the second proof; ``left`` is how many are unused."""

    way: Way
    left: int


class LimitReached(Event, frozen=True, kw_only=True, tag="limitReached"):
    """A limit refused an attempt ``until`` an instant (ISO 8601); once an hour for each counter."""

    limit: str
    until: str


class FarewellWithheld(Event, frozen=True, kw_only=True, tag="farewellWithheld"):
    """The farewell text to the removed number ``to``, here masked, was not sent.

    The budget was used up, or the number's country or kind of line gets no texts.
    """

    to: str


class SendingStopped(Event, frozen=True, kw_only=True, tag="sendingStopped"):
    """Messages of a kind to new numbers in a country stopped because too few were answered."""

    kind: str
    country: str
    purpose: str


class FraudReported(Event, frozen=True, kw_only=True, tag="fraudReported"):
    """The user reported fraud; ``blocked`` says whether second proofs are blocked now."""

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
