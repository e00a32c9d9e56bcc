"""Challenges: at most one open for each subject, numbered in the order they were put."""

from collections.abc import Sequence

from msgspec import Struct

from proofup.challenges.challenge import (
    ChallengeState,
    ConsumeChallenge,
    OpenChallenge,
    StoredChallenge,
)
from proofup.methods.protocol import Challenge, Purpose
from proofup.storage.engine import Engine
from proofup.storage.statements import Row, Steps, touched
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import AlreadySpentError, StoreBusyError
from proofup.values.ids import ChallengeId, UserId
from proofup.values.ways import Way

CHALLENGES_OF_SUBJECT = (
    "SELECT id, user_id, purpose, way, method_id, verifier, started_at, expires_at, subject, "
    "state, message_id FROM challenges WHERE subject = ? ORDER BY number DESC LIMIT ?"
)
SUPERSEDE = "UPDATE challenges SET state = 'superseded' WHERE subject = ? AND state = 'open'"
# Two at once find the same number, or both an open challenge that neither saw: one of them
# stores nothing and begins again behind the other.
OPEN_CHALLENGE = (
    "INSERT INTO challenges (id, subject, number, user_id, purpose, way, method_id, verifier, "
    "started_at, expires_at, state, message_id) VALUES (?, ?, "
    "(SELECT COALESCE(MAX(number), 0) + 1 FROM challenges WHERE subject = ?), "
    "?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
CONSUME = (
    "UPDATE challenges SET state = 'answered', verifier = NULL "
    "WHERE id = ? AND state = 'open' AND expires_at > ?"
)
MOST_ROUNDS = 20  # each is lost to another challenge of the same sign-in


class ChallengeRows(Struct, frozen=True):
    """The port ``Challenges``, and the changes of challenges."""

    engine: Engine

    async def of_subject(self, subject: str, *, most: int) -> Sequence[StoredChallenge]:
        """Return the latest ``most`` challenges of ``subject``, the newest first."""
        found = await self.engine.rows(CHALLENGES_OF_SUBJECT, subject, most)
        return [_stored(columns) for columns in found]

    def open(self, change: OpenChallenge) -> Steps[None]:
        """Store a challenge and supersede the open one of its subject."""
        stored, challenge = change.stored, change.stored.challenge
        for _ in range(MOST_ROUNDS):
            yield from touched(SUPERSEDE, stored.subject)
            if (
                yield from touched(
                    OPEN_CHALLENGE,
                    challenge.id,
                    stored.subject,
                    stored.subject,
                    challenge.user_id,
                    challenge.purpose,
                    challenge.way,
                    challenge.method_id,
                    challenge.verifier,
                    to_microseconds(challenge.started_at),
                    to_microseconds(challenge.expires_at),
                    stored.state,
                    stored.message_id,
                )
            ):
                return
        raise StoreBusyError

    def consume(self, change: ConsumeChallenge) -> Steps[None]:
        """End an open challenge; the one write that says whose answer counted."""
        if not (yield from touched(CONSUME, change.challenge_id, to_microseconds(change.at))):
            raise AlreadySpentError


def _stored(columns: Row) -> StoredChallenge:
    challenge = Challenge(
        id=ChallengeId(columns[0]),
        user_id=UserId(columns[1]),
        purpose=Purpose(columns[2]),
        way=Way(columns[3]),
        method_id=columns[4],
        verifier=columns[5],
        started_at=from_microseconds(columns[6]),
        expires_at=from_microseconds(columns[7]),
    )
    return StoredChallenge(
        challenge=challenge,
        subject=columns[8],
        state=ChallengeState(columns[9]),
        message_id=columns[10],
    )
