"""Takes away what is over. Each batch is a small transaction, so that nobody waits for it."""

from datetime import datetime, timedelta
from functools import partial

from msgspec import Struct

from proofup.storage.engine import Engine
from proofup.storage.statements import Steps, touched
from proofup.values.clock import to_microseconds

BATCH = 500
MOST_BATCHES = 200  # of one table in one run; the next run goes on
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

OLD_SIGN_INS = (
    "DELETE FROM sign_ins WHERE id IN "
    "(SELECT id FROM sign_ins WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)"
)
OLD_CHALLENGES = (
    "DELETE FROM challenges WHERE id IN "
    "(SELECT id FROM challenges WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)"
)
OLD_REGISTRATIONS = (
    "DELETE FROM registrations WHERE id IN "
    "(SELECT id FROM registrations WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)"
)
OLD_COUNTERS = (
    "DELETE FROM counters WHERE key IN "
    "(SELECT key FROM counters WHERE expires_at <= ? ORDER BY expires_at LIMIT ? "
    "FOR UPDATE SKIP LOCKED)"
)
OLD_SESSIONS = (
    "DELETE FROM sessions WHERE id IN "
    "(SELECT id FROM sessions WHERE ends_at <= ? ORDER BY ends_at LIMIT ?)"
)
OLD_DEVICES = (
    "DELETE FROM remembered_devices WHERE id IN "
    "(SELECT id FROM remembered_devices WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)"
)
OLD_BROWSERS = (
    "DELETE FROM known_browsers WHERE (token_digest, user_id) IN (SELECT token_digest, user_id "
    "FROM known_browsers WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)"
)
OLD_LINKS = (
    "DELETE FROM notice_links WHERE token_digest IN "
    "(SELECT token_digest FROM notice_links WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)"
)
OLD_INVITATIONS = (
    "DELETE FROM invitations WHERE token_digest IN "
    "(SELECT token_digest FROM invitations WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)"
)
OLD_MESSAGES = (
    "DELETE FROM outbox WHERE id IN "
    "(SELECT id FROM outbox WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)"
)

# How long each is kept when it is over: for as long as a late answer deserves a good reason.
KEPT = {
    OLD_SIGN_INS: HOUR,
    OLD_CHALLENGES: HOUR,
    OLD_REGISTRATIONS: HOUR,
    OLD_COUNTERS: timedelta(0),
    OLD_SESSIONS: timedelta(0),
    OLD_DEVICES: timedelta(0),
    OLD_BROWSERS: timedelta(0),
    OLD_LINKS: 30 * DAY,
    OLD_INVITATIONS: 30 * DAY,
    OLD_MESSAGES: 30 * DAY,
}


class Cleanup(Struct, frozen=True):
    """Deletes rows whose time is over."""

    engine: Engine

    async def __call__(self, at: datetime) -> int:
        """Delete what was over at ``at`` and return how many rows that were."""
        total = 0
        for sql, kept in KEPT.items():
            before = to_microseconds(at - kept)
            for _ in range(MOST_BATCHES):
                gone = await self.engine.write(partial(_batch, sql, before))
                total += gone
                if gone < BATCH:
                    break
        return total


def _batch(sql: str, before: int) -> Steps[int]:
    return (yield from touched(sql, before, BATCH))
