"""Sessions, read together with their person, once for each request."""

from datetime import datetime
from typing import ClassVar

from proofup.authentication.session import (
    IDLE,
    ActiveSession,
    EndSession,
    OpenSession,
    RenewSession,
    Session,
    TouchSession,
)
from proofup.storage.aggregate import Aggregate, Expiry, Writes
from proofup.storage.columns import client_of, proof_columns, proofs_of
from proofup.storage.statements import Row, Steps, touched
from proofup.storage.users import PERSON_COLUMNS, PERSON_WIDTH, person_of
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import RevokedError
from proofup.values.ids import CorrelationId, SessionId, UserId

COLUMNS = (
    "s.id, s.token_digest, s.user_id, s.epoch, s.first_at, s.second_at, s.second_way, s.first_way, "
    "s.correlation_id, s.address, s.agent, s.started_at, s.last_seen_at, s.ends_at, s.remembered, "
    "s.browser_id, s.stays"
)
VISIT_BY_TOKEN = (
    f"SELECT {PERSON_COLUMNS}, {COLUMNS} "
    "FROM sessions s JOIN users u ON u.id = s.user_id JOIN accounts a ON a.user_id = s.user_id "
    "WHERE s.token_digest = ?"
)
SESSIONS_OF_USER = (
    f"SELECT {COLUMNS} FROM sessions s "
    "WHERE s.user_id = ? AND s.epoch = ? AND s.ends_at > ? AND (s.last_seen_at > ? OR s.stays = 1) "
    "ORDER BY s.last_seen_at DESC, s.id LIMIT ?"
)
OPEN_SESSION = (
    "INSERT INTO sessions (id, token_digest, user_id, epoch, first_at, second_at, second_way, "
    "first_way, correlation_id, address, agent, started_at, last_seen_at, ends_at, remembered, "
    "browser_id, stays) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
RENEW_SESSION = (
    "UPDATE sessions SET token_digest = ?, first_at = ?, second_at = ?, second_way = ?, "
    "first_way = ?, correlation_id = ?, address = ?, agent = ?, last_seen_at = ? "
    "WHERE id = ? AND user_id = ? AND epoch = ?"
)
TOUCH_SESSION = "UPDATE sessions SET last_seen_at = ? WHERE id = ? AND last_seen_at < ?"
END_SESSION = "DELETE FROM sessions WHERE id = ?"


class SessionRows(Aggregate, frozen=True):
    """The port ``Sessions``, and the changes of sessions."""

    expiry: ClassVar[Expiry | None] = Expiry(table="sessions", ends="ends_at")

    async def by_token(self, token_digest: bytes) -> ActiveSession | None:
        """Return the session whose token has this digest, and its person as they are now."""
        found = await self.engine.rows(VISIT_BY_TOKEN, token_digest)
        if not found:
            return None
        return ActiveSession(_session_of(found[0][PERSON_WIDTH:]), person_of(found[0]))

    async def of_user(
        self, user_id: UserId, *, epoch: int, at: datetime, most: int
    ) -> list[Session]:
        """Return the sessions of ``epoch`` that are valid ``at`` now, most recently used first."""
        seen_after = to_microseconds(at - IDLE)
        found = await self.engine.rows(
            SESSIONS_OF_USER, user_id, epoch, to_microseconds(at), seen_after, most
        )
        return [_session_of(row) for row in found]

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            OpenSession: self.open,
            RenewSession: self.renew,
            TouchSession: self.touch,
            EndSession: self.end,
        }

    def open(self, change: OpenSession) -> Steps[None]:
        """Store a session."""
        new = change.session
        yield from touched(
            OPEN_SESSION,
            new.id,
            new.token_digest,
            new.user_id,
            new.epoch,
            *proof_columns(new.proofs),
            new.correlation_id,
            new.client.address,
            new.client.agent,
            to_microseconds(new.started_at),
            to_microseconds(new.last_seen_at),
            to_microseconds(new.ends_at),
            int(new.remembered),
            new.browser_id,
            int(new.stays),
        )

    def renew(self, change: RenewSession) -> Steps[None]:
        """Give a session a new token and newer proofs; its end stays the same."""
        new = change.session
        if not (
            yield from touched(
                RENEW_SESSION,
                new.token_digest,
                *proof_columns(new.proofs),
                new.correlation_id,
                new.client.address,
                new.client.agent,
                to_microseconds(new.last_seen_at),
                new.id,
                new.user_id,
                new.epoch,
            )
        ):
            raise RevokedError

    def touch(self, change: TouchSession) -> Steps[None]:
        """Store when the session was used; an older time changes nothing."""
        at = to_microseconds(change.at)
        yield from touched(TOUCH_SESSION, at, change.session_id, at)

    def end(self, change: EndSession) -> Steps[None]:
        """Remove a session."""
        yield from touched(END_SESSION, change.session_id)


def _session_of(columns: Row) -> Session:
    return Session(
        id=SessionId(columns[0]),
        token_digest=columns[1],
        user_id=UserId(columns[2]),
        epoch=columns[3],
        proofs=proofs_of(*columns[4:8]),
        correlation_id=CorrelationId(columns[8]),
        client=client_of(*columns[9:11]),
        started_at=from_microseconds(columns[11]),
        last_seen_at=from_microseconds(columns[12]),
        ends_at=from_microseconds(columns[13]),
        remembered=bool(columns[14]),
        browser_id=columns[15],
        stays=bool(columns[16]),
    )
