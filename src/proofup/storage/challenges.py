"""Challenges: at most one open for each subject, numbered in the order they were put."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from proofup.challenges.challenge import (
    ChallengeState,
    ConsumeChallenge,
    MoveChallenge,
    NoteCallStatus,
    OpenChallenge,
    StoredChallenge,
)
from proofup.methods.protocol import CallStatus, Challenge, Origin, Purpose
from proofup.storage.aggregate import Aggregate, Expiry, Writes
from proofup.storage.outbox import WITHDRAW
from proofup.storage.statements import Row, Steps, rows, touched
from proofup.values.client import Client
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import AlreadySpentError, StoreBusyError
from proofup.values.ids import ChallengeId, CorrelationId, MessageId, UserId
from proofup.values.ways import Way

COLUMNS = (
    "id, user_id, purpose, way, method_id, verifier, started_at, expires_at, subject, state, "
    "message_id, correlation_id, heard, language, application, address, agent"
)
CHALLENGES_OF_SUBJECT = (
    f"SELECT {COLUMNS} FROM challenges WHERE subject = ? ORDER BY number DESC LIMIT ?"
)
CHALLENGE_BY_ID = f"SELECT {COLUMNS} FROM challenges WHERE id = ?"
REQUEST_OF_USER = (
    f"SELECT {COLUMNS} FROM challenges "
    "WHERE user_id = ? AND state = 'open' AND application IS NOT NULL"
)
CHALLENGE_OF_MESSAGE = f"SELECT {COLUMNS} FROM challenges WHERE message_id = ?"
SUPERSEDE = (
    "UPDATE challenges SET state = 'superseded' WHERE subject = ? AND state = 'open' "
    "RETURNING message_id"
)
SUPERSEDE_REQUEST = (
    "UPDATE challenges SET state = 'superseded' "
    "WHERE user_id = ? AND state = 'open' AND application IS NOT NULL"
)
# Two concurrent inserts may use the same number, or both be open. Then one of them stores nothing
# and starts again after the other.
OPEN_CHALLENGE = (
    "INSERT INTO challenges (id, subject, number, user_id, purpose, way, method_id, verifier, "
    "started_at, expires_at, state, message_id, correlation_id, heard, language, application, "
    "address, agent) VALUES (?, ?, "
    "(SELECT COALESCE(MAX(number), 0) + 1 FROM challenges WHERE subject = ?), "
    "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
CONSUME = (
    "UPDATE challenges SET state = 'answered', verifier = NULL "
    "WHERE id = ? AND state = 'open' AND expires_at > ?"
)
MOVE = (
    "UPDATE challenges SET subject = ?, number = 1 "
    "WHERE id = ? AND state = 'open' AND expires_at > ?"
)
NOTE_CALL_STATUS = (
    "UPDATE challenges SET heard = ?, method_id = COALESCE(?, method_id) "
    "WHERE id = ? AND state = 'open' AND expires_at > ? AND COALESCE(heard, '') = ?"
)
MOST_ROUNDS = 20  # attempts, each lost to another challenge of the same sign-in


class ChallengeRows(Aggregate, frozen=True):
    """The port ``Challenges``, and the changes of challenges."""

    expiry: ClassVar[Expiry | None] = Expiry(table="challenges", kept=timedelta(hours=1))

    async def of_subject(self, subject: str, *, most: int) -> Sequence[StoredChallenge]:
        """Return the latest ``most`` challenges of ``subject``, the newest first."""
        found = await self.engine.rows(CHALLENGES_OF_SUBJECT, subject, most)
        return [_stored(columns) for columns in found]

    async def by_id(self, challenge_id: ChallengeId) -> StoredChallenge | None:
        """Return the challenge of this id."""
        found = await self.engine.rows(CHALLENGE_BY_ID, challenge_id)
        return _stored(found[0]) if found else None

    async def on_device(self, user_id: UserId) -> StoredChallenge | None:
        """Return the one open request to the devices of the user."""
        found = await self.engine.rows(REQUEST_OF_USER, user_id)
        return _stored(found[0]) if found else None

    async def of_message(self, message_id: MessageId) -> StoredChallenge | None:
        """Return the challenge that the message belongs to."""
        found = await self.engine.rows(CHALLENGE_OF_MESSAGE, message_id)
        return _stored(found[0]) if found else None

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            OpenChallenge: self.open,
            NoteCallStatus: self.note_status,
            ConsumeChallenge: self.consume,
            MoveChallenge: self.move,
        }

    def open(self, change: OpenChallenge) -> Steps[None]:
        """Store a challenge and supersede the open one of its subject.

        A message of the superseded challenge that is still unsent is not sent: its answer is void.
        """
        stored, challenge = change.stored, change.stored.challenge
        origin = challenge.origin
        for _ in range(MOST_ROUNDS):
            for (message_id,) in (yield from rows(SUPERSEDE, stored.subject)):
                if message_id is not None:
                    yield from touched(WITHDRAW, to_microseconds(challenge.started_at), message_id)
            if origin is not None:
                yield from touched(SUPERSEDE_REQUEST, challenge.user_id)
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
                    stored.correlation_id,
                    challenge.call_status,
                    challenge.language,
                    origin.application if origin else None,
                    origin.client.address if origin else None,
                    origin.client.agent if origin else None,
                )
            ):
                return
        raise StoreBusyError

    def note_status(self, change: NoteCallStatus) -> Steps[None]:
        """Store the status of a call, unless another was stored first."""
        at = to_microseconds(change.at)
        before = change.before or ""
        if not (
            yield from touched(
                NOTE_CALL_STATUS, change.status, change.method_id, change.challenge_id, at, before
            )
        ):
            raise AlreadySpentError

    def move(self, change: MoveChallenge) -> Steps[None]:
        """Move an open challenge to another sign-in."""
        at = to_microseconds(change.at)
        if not (yield from touched(MOVE, change.subject, change.challenge_id, at)):
            raise AlreadySpentError

    def consume(self, change: ConsumeChallenge) -> Steps[None]:
        """End an open challenge; this write decides which of several answers counts."""
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
        call_status=None if columns[12] is None else CallStatus(columns[12]),
        language=columns[13],
        origin=_origin(*columns[14:]),
    )
    return StoredChallenge(
        challenge=challenge,
        subject=columns[8],
        state=ChallengeState(columns[9]),
        message_id=columns[10],
        correlation_id=CorrelationId(columns[11]),
    )


def _origin(application: str | None, address: str, agent: str) -> Origin | None:
    if application is None:
        return None
    return Origin(application=application, client=Client(address=address, agent=agent))
