"""Password resets in progress: one for each browser."""

from datetime import timedelta
from typing import ClassVar

import msgspec

from proofup.authentication.password_reset import (
    AdvancePasswordReset,
    OpenPasswordReset,
    PasswordReset,
)
from proofup.storage.aggregate import Aggregate, Expiry, Writes
from proofup.storage.columns import client_of, count_or_none, instant_or_none, way_or_none
from proofup.storage.statements import Steps, touched
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import StaleError
from proofup.values.ids import CorrelationId, MethodId, ResetId

COLUMNS = (
    "id, token_digest, name, user_id, epoch, correlation_id, address, agent, language, "
    "started_at, expires_at, asked, proven, finished_at, revision"
)
RESET_BY_DIGEST = f"SELECT {COLUMNS} FROM password_resets WHERE token_digest = ?"
OPEN_RESET = (
    f"INSERT INTO password_resets ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
ADVANCE_RESET = (
    "UPDATE password_resets SET asked = ?, proven = ?, finished_at = ?, revision = revision + 1 "
    "WHERE id = ? AND revision = ? AND finished_at IS NULL"
)
_ids = msgspec.json.Decoder(tuple[MethodId, ...])


class PasswordResetRows(Aggregate, frozen=True):
    """The port ``PasswordResets``, and the changes of resets."""

    expiry: ClassVar[Expiry | None] = Expiry(table="password_resets", kept=timedelta(hours=1))

    async def by_token(self, token_digest: bytes) -> PasswordReset | None:
        """Return the reset of the browser that holds the token."""
        found = await self.engine.rows(RESET_BY_DIGEST, token_digest)
        if not found:
            return None
        columns = found[0]
        return PasswordReset(
            id=ResetId(columns[0]),
            token_digest=columns[1],
            name=columns[2],
            user_id=columns[3],
            epoch=columns[4],
            correlation_id=CorrelationId(columns[5]),
            client=client_of(*columns[6:8]),
            language=columns[8],
            started_at=from_microseconds(columns[9]),
            expires_at=from_microseconds(columns[10]),
            asked=way_or_none(columns[11]),
            proven=_ids.decode(columns[12]),
            finished_at=instant_or_none(columns[13]),
            revision=columns[14],
        )

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            OpenPasswordReset: self.open,
            AdvancePasswordReset: self.advance,
        }

    def open(self, change: OpenPasswordReset) -> Steps[None]:
        """Store a reset."""
        new = change.reset
        yield from touched(
            OPEN_RESET,
            new.id,
            new.token_digest,
            new.name,
            new.user_id,
            new.epoch,
            new.correlation_id,
            new.client.address,
            new.client.agent,
            new.language,
            to_microseconds(new.started_at),
            to_microseconds(new.expires_at),
            new.asked,
            _written(new),
            count_or_none(new.finished_at),
            new.revision,
        )

    def advance(self, change: AdvancePasswordReset) -> Steps[None]:
        """Store the next step of a reset, unless another step was faster."""
        new = change.reset
        finished_at = count_or_none(new.finished_at)
        if not (
            yield from touched(
                ADVANCE_RESET, new.asked, _written(new), finished_at, new.id, new.revision
            )
        ):
            raise StaleError


def _written(reset: PasswordReset) -> str:
    return msgspec.json.encode(reset.proven).decode()
