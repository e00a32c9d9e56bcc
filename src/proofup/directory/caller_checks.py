"""Checks of who is calling: an agent's question to a caller, and what the caller has proven.

The caller sees the ``code`` on a page of their own, so they know that the agent is real. With the
``word`` they find the page on which they answer, so the agent knows that the caller is real.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NewType, Protocol

from msgspec import Struct

from proofup.values.changes import Change
from proofup.values.ids import CorrelationId, Entropy, UserId
from proofup.values.ways import Way

CheckId = NewType("CheckId", str)

LIFETIME = timedelta(minutes=10)  # to answer, or to compare the code
PROVEN_FOR = timedelta(minutes=15)  # for the acts of the agent who asked
CODE_DIGITS = 4
# RFC 8628 §6.1: no vowels, so no words; 34.5 bits for a few minutes.
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
WORD_LETTERS = 8
LONGEST_WORD = 64  # as typed, with spaces and hyphens


class CallerCheck(Struct, frozen=True, kw_only=True):
    """A check by the agent ``agent_id`` of somebody who says to be ``user_id``.

    ``epoch`` is the account's when the check began. ``proven_by`` describes the method that
    answered, masked.
    """

    id: CheckId
    user_id: UserId
    agent_id: str
    epoch: int
    code: str
    word: str
    correlation_id: CorrelationId
    started_at: datetime
    expires_at: datetime
    proven_at: datetime | None = None
    proven_way: Way | None = None
    proven_by: str | None = None

    def is_open(self, *, at: datetime) -> bool:
        """Tell whether the caller may still answer."""
        return self.proven_at is None and at < self.expires_at

    def is_proven(self, *, at: datetime) -> bool:
        """Tell whether acts of the agent may rest on the answer."""
        return self.proven_at is not None and at < self.proven_at + PROVEN_FOR

    @property
    def proof(self) -> str:
        """What was proven, as the audit log keeps it."""
        return f"{self.proven_way} {self.proven_by or ''}".strip()


def drawn_code(entropy: Entropy) -> str:
    """Return a new code."""
    return f"{int.from_bytes(entropy(8), 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def drawn_word(entropy: Entropy) -> str:
    """Return a new word."""
    number, letters = int.from_bytes(entropy(16), "big"), ""
    for _ in range(WORD_LETTERS):
        number, place = divmod(number, len(LETTERS))
        letters += LETTERS[place]
    return letters


def shown_word(word: str) -> str:
    """Return the word as it is read out, in two halves."""
    half = WORD_LETTERS // 2
    return f"{word[:half]}-{word[half:]}"


def typed_word(typed: str) -> str | None:
    """Return the word in ``typed``, in whatever case and with whatever between its letters."""
    letters = "".join(one for one in typed[:LONGEST_WORD].upper() if one.isalnum())
    return letters if len(letters) == WORD_LETTERS and set(letters) <= set(LETTERS) else None


class OpenCheck(Change, frozen=True, kw_only=True):
    """Stores a new check in place of an older one of the same agent and the same person."""

    check: CallerCheck


class ProveCaller(Change, frozen=True, kw_only=True):
    """Notes what answered an open check.

    Raises AlreadySpentError where it was answered, replaced or over.
    """

    check_id: CheckId
    way: Way
    by: str
    at: datetime


class RequireProven(Change, frozen=True, kw_only=True):
    """Writes nothing; raises StaleError unless the check is stored as proven."""

    check_id: CheckId


class CallerChecks(Protocol):
    """Reads checks."""

    async def by_agent(self, agent_id: str, user_id: UserId) -> CallerCheck | None:
        """Return the newest check by this agent of this person."""
        ...

    async def by_word(self, word: str) -> CallerCheck | None:
        """Return the check with this word."""
        ...

    async def open_for(self, user_id: UserId, *, at: datetime) -> Sequence[CallerCheck]:
        """Return the checks of the person that are not answered, the newest first."""
        ...
