"""Challenges that are not stored: a page puts one to whoever reads it, before a name is known.

A challenge is made of its question by a key of the service, so nobody else can make one. Answering
it is counted, which is durable before the answer is judged, so each is answered once.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from proofup.challenges.outcome import Refusal
from proofup.challenges.room import Room
from proofup.methods.protocol import Challenge, Purpose
from proofup.policy.limits import Charge, Limit
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import LimitReachedError
from proofup.values.ids import ChallengeId, UserId, random_id
from proofup.values.ways import Way

LIFETIME = timedelta(minutes=5)
ONCE = Limit(name="questionAnswered", most=1, within=LIFETIME)
LONGEST = 64  # letters
DIGITS = 17  # of microseconds since 1970, until the year 5138


class Question(Struct, frozen=True):
    """The part of such a challenge that the page carries; it is no secret."""

    id: ChallengeId
    asked_at: datetime

    def __str__(self) -> str:
        """Return the text that ``read_question`` reads."""
        return f"{self.id}.{to_microseconds(self.asked_at)}"


class Put(Struct, frozen=True):
    """The question that came back with an answer, as text, and to whom it was put."""

    question: str
    subject: str


def new_question(room: Room, *, at: datetime) -> Question:
    """Return a question for a page that is shown ``at`` this instant."""
    return Question(ChallengeId(random_id(room.entropy)), at)


def read_question(text: str) -> Question | None:
    """Return the question that a page carried as ``text``, or None if it is none."""
    name, dot, digits = text.rpartition(".")
    if not (dot and digits.isascii() and digits.isdigit() and len(digits) <= DIGITS):
        return None
    return Question(ChallengeId(name), from_microseconds(int(digits)))


def challenges_of(
    room: Room,
    way: Way,
    question: Question,
    subject: str,
    *,
    purpose: Purpose = Purpose.SIGN_IN,
) -> Sequence[Challenge]:
    """Return the challenge of ``question`` under every key of the service, the one in use first.

    ``subject`` is the browser or the sign-in to which it is put: it is another one elsewhere, and
    for another ``purpose``.
    """
    parts = ("question", way, subject, str(question))
    return [
        Challenge(
            id=question.id,
            user_id=UserId(""),  # nobody has proven to be anybody
            purpose=purpose,
            way=way,
            verifier=verifier,
            started_at=question.asked_at,
            expires_at=question.asked_at + LIFETIME,
        )
        for verifier in room.digests(*parts)
    ]


async def take(
    room: Room, way: Way, put: Put, *, purpose: Purpose = Purpose.SIGN_IN, at: datetime
) -> Sequence[Challenge] | Refusal:
    """Use the question up, and return its challenge under every key, or why no answer counts."""
    question = read_question(put.question)
    if question is None:
        return Refusal.NOT_ASKED
    if at >= question.asked_at + LIFETIME:
        return Refusal.LATE
    charge = Charge(key=room.counter_key(ONCE.name, put.subject, str(question)), limit=ONCE)
    try:
        await room.counters.charge(charge, at=at)
    except LimitReachedError:
        return Refusal.ALREADY_USED
    return challenges_of(room, way, question, put.subject, purpose=purpose)
