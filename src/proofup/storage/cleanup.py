"""Deletes expired rows, in small transactions, so that other writes do not wait."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from msgspec import Struct

from proofup.storage.aggregate import Expiry
from proofup.storage.engine import Engine
from proofup.storage.statements import touched
from proofup.values.clock import to_microseconds

BATCH = 500
MOST_BATCHES = 200  # of one table in one run; the next run continues


class Cleanup(Struct, frozen=True):
    """Deletes expired rows."""

    engine: Engine
    expiries: Sequence[Expiry]

    async def __call__(self, at: datetime) -> int:
        """Delete the rows that have expired ``at`` this instant, and return their number."""
        total = 0
        for expiry in self.expiries:
            sql, before = _delete(expiry), to_microseconds(at - expiry.kept)
            for _ in range(MOST_BATCHES):
                gone = await self.engine.write(partial(touched, sql, before, BATCH))
                total += gone
                if gone < BATCH:
                    break
        return total


def _delete(expiry: Expiry) -> str:
    """Return the statement that deletes the oldest rows, except locked ones."""
    return (
        f"DELETE FROM {expiry.table} WHERE ({expiry.key}) IN "
        f"(SELECT {expiry.key} FROM {expiry.table} WHERE {expiry.ends} <= ? "
        f"ORDER BY {expiry.ends} LIMIT ? FOR UPDATE SKIP LOCKED)"
    )
