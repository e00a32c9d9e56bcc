"""Checks of callers: at most one for each agent and person."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from proofup.directory.caller_checks import (
    PROVEN_FOR,
    CallerCheck,
    CheckId,
    OpenCheck,
    ProveCaller,
    RequireProven,
)
from proofup.storage.aggregate import Aggregate, Expiry, Writes
from proofup.storage.columns import count_or_none, instant_or_none, way_or_none
from proofup.storage.statements import Row, Steps, row, touched
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import AlreadySpentError, StaleError
from proofup.values.ids import CorrelationId, UserId

COLUMNS = (
    "id, user_id, agent_id, epoch, code, word, correlation_id, started_at, expires_at, proven_at, "
    "proven_way, proven_by"
)
BY_AGENT = f"SELECT {COLUMNS} FROM caller_checks WHERE agent_id = ? AND user_id = ?"
BY_WORD = f"SELECT {COLUMNS} FROM caller_checks WHERE word = ?"
OPEN_FOR = (
    f"SELECT {COLUMNS} FROM caller_checks WHERE user_id = ? AND proven_at IS NULL "
    "AND expires_at > ? ORDER BY started_at DESC"
)
OLDER = "DELETE FROM caller_checks WHERE agent_id = ? AND user_id = ?"
OPEN_CHECK = f"INSERT INTO caller_checks ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
PROVE = (
    "UPDATE caller_checks SET proven_at = ?, proven_way = ?, proven_by = ? "
    "WHERE id = ? AND proven_at IS NULL AND expires_at > ?"
)
PROVEN = "SELECT 1 FROM caller_checks WHERE id = ? AND proven_at IS NOT NULL FOR NO KEY UPDATE"


class CallerCheckRows(Aggregate, frozen=True):
    """The port ``CallerChecks``, and the changes of checks."""

    expiry: ClassVar[Expiry | None] = Expiry(table="caller_checks", kept=PROVEN_FOR)

    async def by_agent(self, agent_id: str, user_id: UserId) -> CallerCheck | None:
        """Return the newest check by this agent of this person."""
        found = await self.engine.rows(BY_AGENT, agent_id, user_id)
        return _check_of(found[0]) if found else None

    async def by_word(self, word: str) -> CallerCheck | None:
        """Return the check with this word."""
        found = await self.engine.rows(BY_WORD, word)
        return _check_of(found[0]) if found else None

    async def open_for(self, user_id: UserId, *, at: datetime) -> Sequence[CallerCheck]:
        """Return the checks of the person that are not answered, the newest first."""
        found = await self.engine.rows(OPEN_FOR, user_id, to_microseconds(at))
        return [_check_of(columns) for columns in found]

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {OpenCheck: self.open, ProveCaller: self.prove, RequireProven: self.require}

    def open(self, change: OpenCheck) -> Steps[None]:
        """Store a check, which replaces an earlier one of the same agent."""
        new = change.check
        yield from touched(OLDER, new.agent_id, new.user_id)
        yield from touched(
            OPEN_CHECK,
            new.id,
            new.user_id,
            new.agent_id,
            new.epoch,
            new.code,
            new.word,
            new.correlation_id,
            to_microseconds(new.started_at),
            to_microseconds(new.expires_at),
            count_or_none(new.proven_at),
            new.proven_way,
            new.proven_by,
        )

    def prove(self, change: ProveCaller) -> Steps[None]:
        """Note the answer; this write decides which of several answers counts."""
        at = to_microseconds(change.at)
        if not (yield from touched(PROVE, at, change.way, change.by, change.check_id, at)):
            raise AlreadySpentError

    def require(self, change: RequireProven) -> Steps[None]:
        """Hold a check still until the transaction ends."""
        if (yield from row(PROVEN, change.check_id)) is None:
            raise StaleError


def _check_of(columns: Row) -> CallerCheck:
    return CallerCheck(
        id=CheckId(columns[0]),
        user_id=UserId(columns[1]),
        agent_id=columns[2],
        epoch=columns[3],
        code=columns[4],
        word=columns[5],
        correlation_id=CorrelationId(columns[6]),
        started_at=from_microseconds(columns[7]),
        expires_at=from_microseconds(columns[8]),
        proven_at=instant_or_none(columns[9]),
        proven_way=way_or_none(columns[10]),
        proven_by=columns[11],
    )
